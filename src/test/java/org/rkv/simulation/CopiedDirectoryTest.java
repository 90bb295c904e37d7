package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.store.Entry;

/** Two replicas of one list have copies of one data directory, and so one incarnation. */
class CopiedDirectoryTest {
  private static final long SOON_MILLIS = 5000;

  private final SimulatedCluster cluster = new SimulatedCluster(1, new OnDisks(3), true);
  private final List<SimulatedReplica> replicas = cluster.replicas();
  private final SimulatedReplica first = replicas.get(0);
  private final SimulatedReplica second = replicas.get(1);
  private final SimulatedReplica last = replicas.get(2);

  @BeforeEach
  void serve() {
    replicas.forEach(SimulatedReplica::start);
    await(cluster::allAnswer);
    assertEquals(Result.OK, ask(first, Kind.PUT, "old").result());
  }

  @Test
  void shouldNotServeWhenTwoStartWithCopiesOfOneDirectory() {
    replicas.forEach(SimulatedReplica::kill);
    last.machine().disk(first.machine().disk().copy());
    replicas.forEach(SimulatedReplica::start);

    for (SimulatedReplica replica : replicas) {
      await(() -> replica.replica().waitingFor().contains("copies of one"));
    }
    cluster.scheduler().runForMillis(SOON_MILLIS);

    assertTrue(replicas.stream().noneMatch(SimulatedReplica::isServing));
    assertTrue(second.replica().waitingFor().contains(first.machine().name()));
    assertTrue(second.replica().waitingFor().contains(last.machine().name()));

    moveAwayTheDirectoryOfTheLast();
    await(cluster::allAnswer);
    assertEquals("old", ask(last, Kind.GET, null).value());
  }

  @Test
  void shouldAdmitNeitherWhenOneStartsWithACopyOfTheDirectoryOfOneThatServes() {
    last.kill();
    last.machine().disk(first.machine().disk().copy());
    last.start();

    await(() -> !first.isAnswering() && second.replica().admitted().isEmpty());
    cluster.scheduler().runForMillis(SOON_MILLIS);

    assertFalse(last.isServing());
    assertFalse(first.isAnswering());
    assertTrue(first.replica().waitingFor().contains("copies of one"));

    moveAwayTheDirectoryOfTheLast();
    await(cluster::allAnswer);
    assertEquals("old", ask(last, Kind.GET, null).value());
  }

  /** Nothing has been written with the copy that the original could lack. */
  @Test
  void shouldServeWithTheOriginalThoughTheCopyWasMetFirst() {
    replicas.forEach(SimulatedReplica::kill);
    last.machine().disk(first.machine().disk().copy());
    second.giveUpDisk();
    last.start();
    second.start();
    await(() -> second.replica().admitted().size() == 1 && last.replica().admitted().size() == 1);
    first.start();
    await(() -> second.replica().waitingFor().contains("copies of one"));

    moveAwayTheDirectoryOfTheLast();
    await(cluster::allAnswer);
    assertEquals("old", ask(last, Kind.GET, null).value());
  }

  /** While the first is frozen nobody can know that there are two of it. */
  @Test
  void shouldAnswerNothingOldWhenTheOneItsDirectoryWasCopiedFromThaws() {
    cluster.list(List.of(first, second));
    await(() -> first.isWhole() && second.isWhole());
    last.kill();
    last.machine().disk(first.machine().disk().copy());
    first.pause();
    second.peers(SimulatedCluster.othersOf(second, List.of(second, last)));
    last.peers(SimulatedCluster.othersOf(last, List.of(second, last)));
    last.start();
    await(() -> last.isAnswering() && second.isWhole() && last.isWhole());
    assertEquals(Result.OK, ask(second, Kind.PUT, "new").result());
    cluster.list(replicas);

    first.resume();

    for (int i = 0; i < SOON_MILLIS; i++) {
      assertFalse(first.isAnswering() && "old".equals(held(first).value()));
      cluster.scheduler().runForMillis(1);
    }
  }

  private static Entry held(SimulatedReplica replica) {
    return replica.replica().store().find("k");
  }

  private void moveAwayTheDirectoryOfTheLast() {
    last.kill();
    last.giveUpDisk();
    last.start();
  }

  private void await(BooleanSupplier condition) {
    cluster.assertWithinMillis(3 * SOON_MILLIS, condition);
  }

  private Operation ask(SimulatedReplica replica, Kind kind, String value) {
    return cluster.ask(replica, new SimulatedClient.Request(kind, "k", value), SOON_MILLIS);
  }
}
