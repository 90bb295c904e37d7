package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;

/**
 * Two sides with data directories have acknowledged apart, and an operator does what the log asks
 * for: a restart alone gives nothing up that is on a disk.
 */
class TwoHistoriesOnDiskTest {
  private static final long SOON_MILLIS = 15_000;
  private static final long LONG_MILLIS = 60_000;

  private static final String MOVED_AWAY =
      "; restart the side that is to be given up, one replica after another, with its data"
          + " directories moved away";

  private final SimulatedCluster cluster = new SimulatedCluster(1, new OnDisks(4), true);
  private final List<SimulatedReplica> all = cluster.replicas();
  private final List<SimulatedReplica> one = all.subList(0, 2);
  private final List<SimulatedReplica> other = all.subList(2, 4);

  @BeforeEach
  void letBothSidesAcknowledgeApart() {
    all.forEach(SimulatedReplica::start);
    assertSoonAnswering(all);
    put(one, "together");
    list(one);
    list(other);
    put(one, "at one side");
    put(other, "at the other");
    cluster.list(all);
    for (SimulatedReplica each : all) {
      cluster.assertWithinMillis(SOON_MILLIS, () -> waitsFor(each).endsWith(MOVED_AWAY));
    }
  }

  private static void list(List<SimulatedReplica> side) {
    side.forEach(each -> each.peers(SimulatedCluster.othersOf(each, side)));
  }

  @Test
  void shouldGoOnWithOneSideWhenTheDirectoriesOfTheOtherAreMovedAway() {
    for (SimulatedReplica given : other) {
      given.kill();
      given.giveUpDisk();
      given.start();
    }
    assertSoonAnswering(all);
    all.forEach(each -> assertEquals("at one side", get(each)));
  }

  @Test
  void shouldSayWhichDirectoryToMoveAwayWhenItIsStartedWithIt() {
    for (SimulatedReplica given : other) {
      given.kill();
      given.start();
      cluster.scheduler().runForMillis(LONG_MILLIS);
      assertFalse(given.isServing(), "it gave up what it holds");
    }
    for (SimulatedReplica given : other) {
      String directory = given.machine().disk().place();
      String advice = "; to give up what is kept here, stop this replica, move " + directory + " ";
      assertTrue(waitsFor(given).contains(advice), () -> waitsFor(given));
      given.kill();
      given.giveUpDisk();
      given.start();
    }
    assertSoonAnswering(all);
    all.forEach(each -> assertEquals("at one side", get(each)));
  }

  private static String waitsFor(SimulatedReplica replica) {
    return replica.replica().waitingFor();
  }

  /** To each other too: what is not settled yet is confirmed by all. */
  private void assertSoonAnswering(List<SimulatedReplica> some) {
    cluster.assertWithinMillis(
        SOON_MILLIS, () -> some.stream().allMatch(each -> each.isAnswering() && each.isWhole()));
  }

  /** Until it is acknowledged: a list that loses half of its names is taken over late. */
  private void put(List<SimulatedReplica> side, String value) {
    cluster.assertWithinMillis(
        SOON_MILLIS, () -> ask(side.get(0), Kind.PUT, value).result() == Result.OK);
  }

  private String get(SimulatedReplica replica) {
    return ask(replica, Kind.GET, null).value();
  }

  private Operation ask(SimulatedReplica replica, Kind kind, String value) {
    return cluster.ask(replica, new SimulatedClient.Request(kind, "k", value), SOON_MILLIS);
  }
}
