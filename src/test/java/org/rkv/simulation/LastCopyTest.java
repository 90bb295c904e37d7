package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.peer.ReplicaAddress;

/**
 * A replica that keeps all in memory has fallen behind, has copied everything from those that went
 * on, and waits for the replica files to agree; then it is the only one that is left.
 */
class LastCopyTest {
  private static final long SOON_MILLIS = 5000;
  private static final long MOMENT_MILLIS = 200;

  private static final long PAGE_MILLIS = 100;
  private static final int OTHERS = 16;

  private final SimulatedCluster cluster = new SimulatedCluster(1, new ThreeWithSlowPages(), true);
  private final List<SimulatedReplica> replicas = cluster.replicas();
  private final SimulatedReplica first = replicas.get(0);
  private final SimulatedReplica behind = replicas.get(2);
  private final List<SimulatedReplica> rest = replicas.subList(0, 2);

  @BeforeEach
  void fallBehind() {
    replicas.forEach(SimulatedReplica::start);
    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isWhole));
    for (int i = 0; i < OTHERS; i++) {
      String key = "other " + i;
      assertSoon(() -> ask(first, Kind.PUT, key, "kept").result() == Result.OK);
    }
    assertSoon(() -> ask(first, Kind.PUT, "k", "old").result() == Result.OK);
    goOnWithoutIt("new");
    cluster.list(replicas);
    assertSoon(() -> behind.replica().waitingFor().startsWith("the entries of"));
  }

  @Test
  void shouldKeepWhatItCopiedWhenAllThatItCopiedFromAreGone() {
    first.pause(); // or all would have been copied before the files differ
    rest.get(1).peers(withNobody(rest.get(1)));
    cluster.scheduler().runForMillis(MOMENT_MILLIS);
    first.resume();
    assertSoon(() -> behind.replica().waitingFor().startsWith("the replica files to agree"));

    rest.forEach(SimulatedReplica::kill);
    cluster.scheduler().runForMillis(SOON_MILLIS);

    cluster.list(replicas);
    rest.forEach(SimulatedReplica::start);

    assertAllHold("k", "new");
    assertAllHoldTheOthers();
  }

  /** What it has begun to copy is of no use, and nobody has the whole. */
  @Test
  void shouldKeepWhatItHeldWhenItHasToBeginAnew() {
    assertSoon(() -> behind.replica().store().keys() > 0);
    int copied = behind.replica().store().keys();
    assertTrue(copied < OTHERS, copied + " copied");
    goOnWithoutIt("newest");
    long incarnation = behind.replica().incarnation();
    cluster.list(replicas);
    assertSoon(() -> behind.replica().incarnation() != incarnation);

    rest.forEach(SimulatedReplica::kill);
    rest.forEach(SimulatedReplica::start);

    assertAllHoldTheOthers();
  }

  private void goOnWithoutIt(String value) {
    rest.forEach(each -> each.peers(SimulatedCluster.othersOf(each, rest)));
    assertSoon(() -> rest.stream().allMatch(SimulatedReplica::isWhole));
    assertSoon(() -> ask(first, Kind.PUT, "k", value).result() == Result.OK);
  }

  private void assertAllHoldTheOthers() {
    for (int i = 0; i < OTHERS; i++) {
      assertAllHold("other " + i, "kept");
    }
  }

  private void assertAllHold(String key, String value) {
    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isWhole));
    replicas.forEach(
        each -> assertSoon(() -> value.equals(ask(each, Kind.GET, key, null).value())));
  }

  private List<ReplicaAddress> withNobody(SimulatedReplica of) {
    List<ReplicaAddress> list = new ArrayList<>(SimulatedCluster.othersOf(of, replicas));
    list.add(new ReplicaAddress("nobody", "nobody", List.of(), KvProgram.DEFAULT_PORT));
    return list;
  }

  private Operation ask(SimulatedReplica at, Kind kind, String key, String value) {
    return cluster.ask(at, new SimulatedClient.Request(kind, key, value), SOON_MILLIS);
  }

  private void assertSoon(BooleanSupplier condition) {
    cluster.assertWithinMillis(SOON_MILLIS, condition);
  }

  private static final class ThreeWithSlowPages extends Mutant {
    @Override
    Plan plan(Plan drawn) {
      return drawn.withReplicas(3);
    }

    @Override
    Tampering tampering(Scheduler scheduler) {
      return new SlowPages(scheduler, PAGE_MILLIS);
    }
  }
}
