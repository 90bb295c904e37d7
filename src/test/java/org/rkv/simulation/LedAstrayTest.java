package org.rkv.simulation;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A replica starts while its name service says of every name that it is another replica's, and is
 * right some seconds later. The replicas call themselves by their addresses, so no name that one of
 * them says is in a file, and who answers at the first name may be the one that is meant.
 */
class LedAstrayTest {
  private static final long SOON_MILLIS = 5000;

  private final SimulatedCluster cluster = SimulatedCluster.ofThreeCalledByAddresses();
  private final List<SimulatedReplica> replicas = cluster.replicas();
  private final SimulatedReplica first = replicas.get(0);
  private final SimulatedReplica starter = replicas.get(1);
  private final SimulatedReplica last = replicas.get(2);

  @BeforeEach
  void startAstray() {
    replicas.forEach(SimulatedReplica::start);
    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isWhole));
    starter.kill();
    replicas.forEach(
        each ->
            starter
                .machine()
                .names()
                .lie(each.machine().name(), List.of(last.machine().address())));
    starter.start();
    cluster.scheduler().runForMillis(SOON_MILLIS);
  }

  @Test
  void shouldFindEachWhereItIsOnceTheNameServiceIsRight() {
    starter.machine().names().mend();

    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isWhole));
  }

  /** What the wrong one said there counts no longer than the connection to it. */
  @Test
  void shouldServeWithoutOneThatHasDiedMeanwhile() {
    first.kill();

    starter.machine().names().mend();

    assertSoon(starter::isAnswering);
  }

  private void assertSoon(BooleanSupplier condition) {
    cluster.assertWithinMillis(SOON_MILLIS, condition);
  }
}
