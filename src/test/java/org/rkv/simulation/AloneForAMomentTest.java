package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;

/** A replica starts by a file that names nobody else, and its disk is slow. */
class AloneForAMomentTest {
  private static final long SOON_MILLIS = 20_000;

  private final SimulatedCluster cluster = new SimulatedCluster(1, new SlowDisks(), true);
  private final List<SimulatedReplica> all = cluster.replicas();
  private final SimulatedReplica stays = all.get(0);
  private final SimulatedReplica starts = all.get(1);

  /** It served with nothing, "there are no peers", though it knew of one by then. */
  @Test
  void shouldCatchUpWhenItsFileNamesAnotherBeforeItServes() {
    all.forEach(SimulatedReplica::start);
    awaitAnswering();
    SimulatedClient.Request put = new SimulatedClient.Request(Kind.PUT, "k", "v");
    assertEquals(Result.OK, cluster.ask(stays, put, SOON_MILLIS).result());
    starts.kill();
    starts.giveUpDisk();
    starts.peers(List.of());
    starts.start();
    cluster.assertWithinMillis(SOON_MILLIS, () -> starts.replica().waitingFor().equals("the disk"));

    stays.pause();
    starts.peers(SimulatedCluster.othersOf(starts, all));
    cluster.scheduler().runForMillis(SOON_MILLIS);
    assertFalse(starts.isServing(), "without the one that has everything");

    stays.resume();

    cluster.assertWithinMillis(SOON_MILLIS, starts::isServing);
    assertEquals(1, starts.replica().store().liveEntries());
    awaitAnswering();
    SimulatedClient.Request get = new SimulatedClient.Request(Kind.GET, "k", null);
    assertEquals("v", cluster.ask(starts, get, SOON_MILLIS).value());
  }

  private void awaitAnswering() {
    cluster.assertWithinMillis(
        SOON_MILLIS, () -> all.stream().allMatch(SimulatedReplica::isAnswering));
  }

  private static final class SlowDisks extends OnDisks {
    SlowDisks() {
      super(2);
    }

    @Override
    long leastDiskMicros() {
      return 100_000;
    }

    @Override
    long mostDiskMicros(Plan plan) {
      return 200_000;
    }
  }
}
