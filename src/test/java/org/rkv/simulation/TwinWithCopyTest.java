package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.replica.core.ReplicaUnderTest;
import org.rkv.store.Entry;

/**
 * A host is frozen, and its data directory is started on another host of the same name, which goes
 * on with the others; then the frozen one thaws. Both have one incarnation.
 */
class TwinWithCopyTest {
  private static final long SOON_MILLIS = 5000;
  private static final long LONG_MILLIS = 60_000;

  private final SimulatedCluster cluster = new SimulatedCluster(1, new OnDisks(3), true);
  private final List<SimulatedReplica> replicas = cluster.replicas();
  private final SimulatedReplica first = replicas.get(0);
  private final SimulatedReplica last = replicas.get(2);
  private final Machine frozen = last.machine();
  private ReplicaUnderTest before;

  @BeforeEach
  void replaceByAnotherWithItsDirectory() {
    replicas.forEach(SimulatedReplica::start);
    await(cluster::allAnswer);
    assertEquals(Result.OK, ask(first, Kind.PUT, "old").result());
    await(() -> last.replica().unsettled() == 0);
    before = last.replica();
    last.pause();
    cluster.scheduler().runForMillis(SOON_MILLIS);
    last.startTwinWithCopy(cluster.spareMachine(frozen.name()));
    await(cluster::allAnswer);
    ask(first, Kind.PUT, "new");
  }

  @Test
  void shouldEndWithoutAnyOldAnswerWhenTheFrozenOneThaws() {
    frozen.process().resume();

    for (int i = 0; i < SOON_MILLIS && frozen.process() != null; i++) {
      assertEquals("", oldAnswer());
      cluster.scheduler().runForMillis(1);
    }

    assertNull(frozen.process(), "it has ended");
    await(cluster::allAnswer);
    assertEquals("new", ask(last, Kind.GET, null).value());
  }

  @Test
  void shouldEndWhenItThawsAndTheNameLeadsToItAgain() {
    last.killTwin();

    await(() -> last.replica() != before);
    await(cluster::allAnswer);
    assertEquals("new", ask(last, Kind.GET, null).value());
  }

  /** They know it from their own directories, or from each other. */
  @Test
  void shouldEndWhenItThawsAfterTheOthersHaveBeenRestarted() {
    for (SimulatedReplica other : List.of(first, replicas.get(1))) {
      other.kill();
      other.start();
      await(cluster::allAnswer);
    }

    last.killTwin();

    await(() -> last.replica() != before);
    await(cluster::allAnswer);
    assertEquals("new", ask(last, Kind.GET, null).value());
  }

  /** Who starts finds one that serves, with all the epochs that there are. */
  @Test
  void shouldCopyNothingFromItWhenTheOthersWereSwitchedOffMeanwhile() {
    List<SimulatedReplica> others = List.of(first, replicas.get(1));
    others.forEach(SimulatedReplica::switchOff);
    last.killTwin();
    others.forEach(SimulatedReplica::start);

    cluster.scheduler().runForMillis(LONG_MILLIS);

    await(cluster::allAnswer);
    for (SimulatedReplica replica : replicas) {
      assertEquals("new", ask(replica, Kind.GET, null).value());
    }
  }

  @Test
  void shouldStayWhenItRestartsWithItsOwnDirectory() {
    last.killTwinBefore();
    for (int i = 0; i < 3; i++) {
      last.kill();
      last.start();
      await(cluster::allAnswer);
    }

    assertEquals("new", ask(last, Kind.GET, null).value());
  }

  /** What the frozen one would answer. */
  private String oldAnswer() {
    Entry held = before.isAnswering() ? before.store().find("k") : null;
    return held != null && "old".equals(held.value()) ? held.value() : "";
  }

  private void await(BooleanSupplier condition) {
    cluster.assertWithinMillis(3 * SOON_MILLIS, condition);
  }

  private Operation ask(SimulatedReplica replica, Kind kind, String value) {
    return cluster.ask(replica, new SimulatedClient.Request(kind, "k", value), SOON_MILLIS);
  }
}
