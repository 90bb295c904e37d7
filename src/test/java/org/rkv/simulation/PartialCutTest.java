package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;

/**
 * Two of three do not reach each other, the third reaches both; and one of the two has restarted
 * meanwhile, so the other does not know its incarnation.
 */
class PartialCutTest {
  private static final long SOON_MILLIS = 5000;
  private static final long LONG_MILLIS = 60_000;

  private final SimulatedCluster cluster = SimulatedCluster.ofThree();
  private final List<SimulatedReplica> replicas = cluster.replicas();
  private final SimulatedReplica middle = replicas.get(0);
  private final SimulatedReplica second = replicas.get(1);
  private final SimulatedReplica third = replicas.get(2);

  @BeforeEach
  void cutAndRestart() {
    replicas.forEach(SimulatedReplica::start);
    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isWhole));
    assertSoon(() -> put("before") == Result.OK);
    cluster.fabric().silenceBetween(second.machine(), third.machine());
    third.kill();
    third.start();
    assertSoon(middle::isWhole);
  }

  /** They differ in whom they know, and not in what they have gone through. */
  @Test
  void shouldMakeNoLinkAnewForWhatIsLeftUnsettled() {
    assertEquals(Result.FAILED, put("unsettled"));
    cluster.scheduler().runForMillis(SOON_MILLIS);
    int lines = cluster.journal().lines().size();

    cluster.scheduler().runForMillis(LONG_MILLIS);

    List<String> since = cluster.journal().lines();
    assertEquals(
        List.of(),
        since.subList(lines, since.size()).stream()
            .filter(line -> line.contains("r1") && line.contains("reachable"))
            .toList());
  }

  @Test
  void shouldBeWholeSoonAfterTheCut() {
    assertEquals(Result.FAILED, put("unsettled"));
    cluster.scheduler().runForMillis(SOON_MILLIS);

    cluster.fabric().unsilenceBetween(second.machine(), third.machine());

    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isWhole));
    assertSoon(() -> replicas.stream().allMatch(each -> each.replica().unsettled() == 0));
    assertSoon(() -> put("after") == Result.OK);
  }

  private Result put(String value) {
    return cluster
        .ask(middle, new SimulatedClient.Request(Kind.PUT, "k", value), SOON_MILLIS)
        .result();
  }

  private void assertSoon(BooleanSupplier condition) {
    cluster.assertWithinMillis(SOON_MILLIS, condition);
  }
}
