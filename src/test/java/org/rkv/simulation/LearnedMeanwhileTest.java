package org.rkv.simulation;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A replica starts while its name service says of one of the others that it is where a third one
 * is. By which names they are known it hears from a fourth, before or after that third one has
 * proved who it is, so that both its entry and the wrong one may lead there: seed 403655 of the
 * simulator. The replicas call themselves by their addresses, so no name that one says is in a
 * file.
 */
class LearnedMeanwhileTest {
  private static final long SOON_MILLIS = 5000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void shouldFindEachWhereItIsOnceTheNameServiceIsRight(long seed) {
    SimulatedCluster cluster = new SimulatedCluster(seed, new WithSecret(), true);
    List<SimulatedReplica> replicas = cluster.replicas();
    SimulatedReplica starter = replicas.get(1);
    replicas.forEach(SimulatedReplica::start);
    assertSoon(cluster, () -> replicas.stream().allMatch(SimulatedReplica::isWhole));
    starter.kill();
    NameService names = starter.machine().names();
    names.lie(replicas.get(2).machine().name(), List.of(replicas.get(3).machine().address()));
    starter.start();
    cluster.scheduler().runForMillis(SOON_MILLIS);

    names.mend();

    assertSoon(cluster, () -> replicas.stream().allMatch(SimulatedReplica::isWhole));
  }

  private static void assertSoon(SimulatedCluster cluster, BooleanSupplier condition) {
    cluster.assertWithinMillis(SOON_MILLIS, condition);
  }

  private static final class WithSecret extends Mutant {
    @Override
    Plan plan(Plan drawn) {
      return drawn.withReplicas(4).withCallingByAddresses().withSecret();
    }
  }
}
