package org.rkv.simulation;

import java.util.List;
import java.util.function.BiConsumer;
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
    assertFindsEachOnceNamesAreRight(
        seed, true, (names, replicas) -> leadsTo(names, replicas.get(2), replicas.get(3)));
  }

  /** The name of one leads to the second, whose name leads to the third: seed 667065. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void shouldFindEachWhereItIsThoughOneHadLedToTheNext(long seed) {
    assertFindsEachOnceNamesAreRight(
        seed,
        false,
        (names, replicas) -> {
          leadsTo(names, replicas.get(0), replicas.get(2));
          leadsTo(names, replicas.get(2), replicas.get(3));
        });
  }

  private static void assertFindsEachOnceNamesAreRight(
      long seed, boolean haveSecret, BiConsumer<NameService, List<SimulatedReplica>> mislead) {
    SimulatedCluster cluster = new SimulatedCluster(seed, new CalledByAddresses(haveSecret), true);
    List<SimulatedReplica> replicas = cluster.replicas();
    SimulatedReplica starter = replicas.get(1);
    replicas.forEach(SimulatedReplica::start);
    assertSoon(cluster, () -> replicas.stream().allMatch(SimulatedReplica::isWhole));
    starter.kill();
    NameService names = starter.machine().names();
    mislead.accept(names, replicas);
    starter.start();
    cluster.scheduler().runForMillis(SOON_MILLIS);

    names.mend();

    assertSoon(cluster, () -> replicas.stream().allMatch(SimulatedReplica::isWhole));
  }

  private static void leadsTo(NameService names, SimulatedReplica one, SimulatedReplica other) {
    names.lie(one.machine().name(), List.of(other.machine().address()));
  }

  private static void assertSoon(SimulatedCluster cluster, BooleanSupplier condition) {
    cluster.assertWithinMillis(SOON_MILLIS, condition);
  }

  private static final class CalledByAddresses extends Mutant {
    private final boolean haveSecret;

    CalledByAddresses(boolean haveSecret) {
      this.haveSecret = haveSecret;
    }

    @Override
    Plan plan(Plan drawn) {
      Plan called = drawn.withReplicas(4).withCallingByAddresses();
      return haveSecret ? called.withSecret() : called;
    }
  }
}
