package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;

/**
 * One is cut off, and serves on; two others go on without it, and die. Of these one comes back with
 * its disk, which tells what they have acknowledged, and does not reach the one that was cut off.
 * Somebody new reaches both: seed 7741 of the simulator on disks.
 */
class CutOffServerTest {
  private static final long SOON_MILLIS = 15_000;
  private static final long MOMENT_MILLIS = 5000;

  private final SimulatedCluster cluster = new SimulatedCluster(1, new OnDisks(4), true);
  private final List<SimulatedReplica> replicas = cluster.replicas();
  private final SimulatedReplica cutOff = replicas.get(0);
  private final SimulatedReplica keeper = replicas.get(1);
  private final SimulatedReplica witness = replicas.get(2);
  private final SimulatedReplica starter = replicas.get(3);

  @BeforeEach
  void goOnWithoutIt() {
    List<SimulatedReplica> first = List.of(cutOff, keeper, witness);
    cluster.list(first);
    first.forEach(SimulatedReplica::start);
    assertSoon(() -> first.stream().allMatch(SimulatedReplica::isWhole));
    assertSoon(() -> ask(keeper, Kind.PUT, "old").result() == Result.OK);
    List<SimulatedReplica> rest = List.of(keeper, witness);
    rest.forEach(each -> cluster.fabric().silenceBetween(each.machine(), cutOff.machine()));
    rest.forEach(each -> each.peers(SimulatedCluster.othersOf(each, rest)));
    assertSoon(() -> rest.stream().allMatch(SimulatedReplica::isWhole));
    assertSoon(() -> ask(keeper, Kind.PUT, "new").result() == Result.OK);
    rest.forEach(SimulatedReplica::kill);
    List<SimulatedReplica> last = List.of(cutOff, keeper, starter);
    last.forEach(each -> each.peers(SimulatedCluster.othersOf(each, last)));
    keeper.start();
    starter.start();
  }

  @Test
  void shouldServeToSomebodyNewOnlyWhatNoDiskHasOvertaken() {
    cluster.scheduler().runForMillis(MOMENT_MILLIS);

    cluster.fabric().unsilenceBetween(keeper.machine(), cutOff.machine());

    List<SimulatedReplica> last = List.of(cutOff, keeper, starter);
    assertSoon(() -> last.stream().allMatch(each -> each.isWhole() && each.isAnswering()));
    last.forEach(each -> assertEquals("new", ask(each, Kind.GET, null).value()));
  }

  private Operation ask(SimulatedReplica at, Kind kind, String value) {
    return cluster.ask(at, new SimulatedClient.Request(kind, "k", value), SOON_MILLIS);
  }

  private void assertSoon(BooleanSupplier condition) {
    cluster.assertWithinMillis(SOON_MILLIS, condition);
  }
}
