package org.rkv.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Throws mutated and random records at a live replica, while a well-behaved client beside them
 * wants its answers. {@code -Drkv.records=1000000} is the long run, {@code -Drkv.seed} another one.
 */
class HostileRecordsIT {
  private static final int RECORDS = Integer.getInteger("rkv.records", 20_000);
  private static final long SEED = Long.getLong("rkv.seed", 20_456);
  private static final int WARM_UP_RECORDS = 2000;
  private static final int CALLERS = 2;
  private static final int MOST_HELPERS = 4;

  /** A quiet machine is far below; a busy one with two cores must pass as well. */
  private static final double MOST_P99_MILLIS = 100;

  /** The store may hold what mutated calls have put: that is no leak. */
  private static final long MOST_GROWTH_KIBIBYTES = 4 * 1024;

  private final List<HostileCaller> callers = new ArrayList<>();

  @TempDir private Path directory;

  @Test
  void shouldServeOthersAndStayAsItWasUnderHostileRecords() throws Exception {
    try (LiveReplica replica = new LiveReplica(directory);
        WellBehavedClient client = new WellBehavedClient(replica.address())) {
      new HostileCaller(replica.address(), ~SEED).attack(WARM_UP_RECORDS);
      long heapBefore = replica.liveHeapKibibytes(); // leaves a thread and a socket to ask again
      long descriptorsBefore = descriptorsOnceOnly(client, replica);
      long threadsBefore = replica.threads();

      long start = System.nanoTime();
      Latencies latencies = client.startOver();
      CompletableFuture<Void> attack = attack(replica);
      while (!attack.isDone()) {
        client.putGetAndDelete();
      }
      attack.join();
      double seconds = (System.nanoTime() - start) / 1e9;

      client.putGetAndDelete();
      assertTrue(replica.isAlive());
      awaitDescriptors(replica, descriptorsBefore);
      long heapAfter = liveHeapOnceTombstonesAreGone(replica, heapBefore);
      long threadsAfter = replica.threads();
      report(latencies, seconds, heapBefore, heapAfter, threadsBefore, threadsAfter);
      assertEquals(threadsBefore, threadsAfter, "threads");
      assertTrue(replica.helpers() <= MOST_HELPERS, "helper threads");
      assertTrue(heapAfter - heapBefore < MOST_GROWTH_KIBIBYTES, "the heap grew");
      assertTrue(latencies.millis(0.99) < MOST_P99_MILLIS, "p99 of the other client");
      assertFalse(replica.log().contains("SEVERE"), replica::firstError);
    }
  }

  private CompletableFuture<Void> attack(LiveReplica replica) {
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    List<CompletableFuture<Void>> attacks = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      HostileCaller caller = new HostileCaller(replica.address(), SEED + i);
      callers.add(caller);
      attacks.add(CompletableFuture.runAsync(() -> attack(caller), threads));
    }
    threads.shutdown();
    return CompletableFuture.allOf(attacks.toArray(new CompletableFuture<?>[0]));
  }

  private static void attack(HostileCaller caller) {
    try {
      caller.attack(RECORDS / CALLERS);
    } catch (IOException e) {
      throw new AssertionError("a connection was not taken, or not ended", e);
    }
  }

  /** How many descriptors it has open when the client is its only one. */
  private static long descriptorsOnceOnly(WellBehavedClient client, LiveReplica replica)
      throws Exception {
    client.putGetAndDelete(); // after it, what the callers left behind has been looked at
    long before;
    long after = replica.descriptors();
    do {
      before = after;
      Thread.sleep(200);
      after = replica.descriptors();
    } while (after < before);
    return after;
  }

  private static void awaitDescriptors(LiveReplica replica, long expected) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (replica.descriptors() > expected) {
      assertTrue(System.nanoTime() - end < 0, replica.descriptors() + " descriptors are open");
      Thread.sleep(20);
    }
  }

  /** Deleted keys are remembered for a second, so that the last ones go soon after the attack. */
  private static long liveHeapOnceTombstonesAreGone(LiveReplica replica, long before)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    long after = replica.liveHeapKibibytes();
    while (after - before >= MOST_GROWTH_KIBIBYTES && System.nanoTime() - end < 0) {
      Thread.sleep(500);
      after = replica.liveHeapKibibytes();
    }
    return after;
  }

  private void report(
      Latencies latencies,
      double seconds,
      long heapBefore,
      long heapAfter,
      long threadsBefore,
      long threadsAfter) {
    System.out.printf(
        "%,d hostile records (seed %d) over %,d connections in %.1f s, %,d bytes of replies;"
            + " %,d calls beside them: p50 %.2f ms, p99 %.2f ms, longest %.1f ms;"
            + " heap after GC %,d KiB, before %,d KiB; threads %d, before %d%n",
        RECORDS,
        SEED,
        callers.stream().mapToInt(HostileCaller::connections).sum(),
        seconds,
        callers.stream().mapToLong(HostileCaller::replyBytes).sum(),
        latencies.count(),
        latencies.millis(0.5),
        latencies.millis(0.99),
        latencies.millis(1),
        heapAfter,
        heapBefore,
        threadsAfter,
        threadsBefore);
  }
}
