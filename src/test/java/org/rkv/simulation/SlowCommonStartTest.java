package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.store.Stamp;
import org.rkv.store.Store;

/**
 * All are restarted on their disks, and have so much that it takes seconds until each has scanned
 * the others: longer than what is not settled waits for somebody to complete it.
 */
class SlowCommonStartTest {
  private static final int ENTRIES = 6000;
  private static final int VALUE_BYTES = 28;
  private static final long FIRST_CLOCK = 1_780_000_000_000L << 16;
  private static final long PAGE_MILLIS = 150;
  private static final long SOON_MILLIS = 20_000;

  private final SimulatedCluster cluster = new SimulatedCluster(1, new SlowPagesOnDisks(), true);
  private final List<SimulatedReplica> replicas = cluster.replicas();

  @Test
  void shouldServeWithAllThatEachHeld() {
    replicas.forEach(SimulatedReplica::start);
    awaitAll();
    // With it they go through an epoch.
    SimulatedClient.Request put = new SimulatedClient.Request(Kind.PUT, "written", "v");
    assertEquals(Result.OK, cluster.ask(replicas.get(0), put, SOON_MILLIS).result());
    for (int i = 0; i < replicas.size(); i++) {
      String own = "of replica " + i;
      onThreadOf(replicas.get(i), store -> put(store, own, ENTRIES + 1));
      for (int number = 0; number < ENTRIES; number++) {
        String key = "key" + number;
        long clock = FIRST_CLOCK + number;
        onThreadOf(replicas.get(i), store -> put(store, key, clock));
      }
    }
    cluster.scheduler().runForMillis(1000);
    replicas.forEach(SimulatedReplica::kill);

    replicas.forEach(SimulatedReplica::start);

    awaitAll();
    for (SimulatedReplica replica : replicas) {
      assertEquals(1 + ENTRIES + replicas.size(), replica.replica().store().liveEntries());
    }
    cluster.assertWithinMillis(
        SOON_MILLIS, () -> replicas.stream().allMatch(each -> each.replica().unsettled() == 0));
  }

  private static void put(Store store, String key, long clock) {
    store.apply(key, "v".repeat(VALUE_BYTES), new Stamp(clock, 7));
  }

  private static void onThreadOf(SimulatedReplica replica, Consumer<Store> action) {
    replica.machine().process().happens(() -> action.accept(replica.replica().store()));
  }

  private void awaitAll() {
    cluster.assertWithinMillis(
        SOON_MILLIS, () -> replicas.stream().allMatch(SimulatedReplica::isAnswering));
  }

  private static final class SlowPagesOnDisks extends OnDisks {
    SlowPagesOnDisks() {
      super(3);
    }

    @Override
    Tampering tampering(Scheduler scheduler) {
      return new SlowPages(scheduler, PAGE_MILLIS);
    }
  }
}
