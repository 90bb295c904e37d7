package org.rkv.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Digests;
import org.rkv.testing.Eventually;
import org.rkv.testing.FreePort;
import org.rkv.testing.Latencies;
import org.rkv.testing.LongAgo;
import org.rkv.testing.ReplicaProcess;

/**
 * Throws mutated and random records at a live replica, while a well-behaved client beside them
 * wants its answers. {@code -Drkv.records=1000000} is the long run, {@code -Drkv.seed} another one.
 */
@Tag("alone")
class HostileRecordsIT {
  private static final int RECORDS = Integer.getInteger("rkv.records", 20_000);
  private static final long SEED = Long.getLong("rkv.seed", 20_456);
  private static final int WARM_UP_RECORDS = 2000;
  private static final int CALLERS = 2;
  private static final String HOST = "127.0.41.1";
  private static final String PEER = "127.0.41.2";
  private static final List<String> OPTIONS =
      List.of("--capacity", "65536", "--peer-timeout", "300", "--tombstone-grace", "1000");

  /** Whatever the time is. */
  private static final int MANY_LINES = 10;

  private static final String HELPER = " helper";
  private static final int MAX_HELPERS = 4;

  /** The store may hold what mutated calls have put: that is no leak. */
  private static final long MAX_GROWTH_BYTES = 4 * 1024 * 1024;

  private final List<HostileCaller> callers = new ArrayList<>();

  @TempDir private Path directory;

  @Test
  void shouldServeOthersAndStayAsItWasUnderHostileRecords() throws Exception {
    ReplicaProcess replica =
        ReplicaProcess.startAlone(directory, HOST, OPTIONS.toArray(String[]::new));
    try {
      assertStaysAsItWas(
          replica, RECORDS, HostileCaller.strangersBeside(replica.address().getAddress()));
    } finally {
      replica.kill();
    }
  }

  /** From the host of its peer, as any process there may. */
  @Test
  void shouldStayEqualUnderHostileRecordsFromTheAddressOfAPeer() throws Exception {
    List<String> hosts = List.of(HOST, PEER);
    LongAgo.modified(
        Files.writeString(directory.resolve("replica"), String.join("\n", hosts) + "\n"));
    int port = FreePort.find();
    List<ReplicaProcess> replicas = new ArrayList<>();
    try {
      for (String host : hosts) {
        replicas.add(
            ReplicaProcess.start(directory, host, port, List.of("-Xmx128m"), OPTIONS, Map.of()));
      }
      for (ReplicaProcess replica : replicas) {
        replica.awaitServing();
      }
      InetAddress peer = InetAddress.getByName(PEER);
      assertStaysAsItWas(replicas.get(0), RECORDS / 2, connection -> peer);

      assertTrue(replicas.get(1).isAlive());
      List<InetSocketAddress> addresses = replicas.stream().map(ReplicaProcess::address).toList();
      Eventually.until(
          "they hold the same",
          () -> Digests.of(addresses, false).areEqual(),
          () -> Digests.of(addresses, false).toString());
    } finally {
      for (ReplicaProcess replica : replicas) {
        replica.kill();
      }
    }
  }

  private void assertStaysAsItWas(ReplicaProcess replica, int records, HostileCaller.Source source)
      throws Exception {
    try (WellBehavedClient client = new WellBehavedClient(replica.address())) {
      new HostileCaller(replica.address(), source, ~SEED).attack(WARM_UP_RECORDS);
      long heapBefore =
          replica.figures().heapBytesAfterCollection(); // leaves a thread and a socket to ask again
      long descriptorsBefore = descriptorsOnceOnly(client, replica);
      long threadsBefore = threadsBesideHelpers(replica);

      long linesBefore = replica.log().lines().count();
      long start = System.nanoTime();
      Latencies latencies = client.startOver();
      CompletableFuture<Void> attack = attack(replica, records, source);
      while (!attack.isDone()) {
        client.putGetAndDelete();
      }
      attack.join();
      double seconds = (System.nanoTime() - start) / 1e9;
      long lines = replica.log().lines().count() - linesBefore;

      client.putGetAndDelete();
      assertTrue(replica.isAlive());
      awaitDescriptors(replica, descriptorsBefore);
      long heapAfter = heapOnceTombstonesAreGone(replica, heapBefore);
      long threadsAfter = threadsBesideHelpers(replica);
      report(
          records, latencies, seconds, lines, heapBefore, heapAfter, threadsBefore, threadsAfter);
      assertEquals(threadsBefore, threadsAfter, "threads");
      assertTrue(helpers(replica) <= MAX_HELPERS, "helper threads");
      assertTrue(lines <= MANY_LINES + 2 * seconds, () -> lines + " lines: " + replica.log());
      assertFalse(replica.log().contains("SEVERE"), () -> firstError(replica.log()));
    }
  }

  private CompletableFuture<Void> attack(
      ReplicaProcess replica, int records, HostileCaller.Source source) {
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    List<CompletableFuture<Void>> attacks = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      HostileCaller caller = new HostileCaller(replica.address(), source, SEED + i);
      callers.add(caller);
      attacks.add(CompletableFuture.runAsync(() -> attack(caller, records / CALLERS), threads));
    }
    threads.shutdown();
    return CompletableFuture.allOf(attacks.toArray(new CompletableFuture<?>[0]));
  }

  private static void attack(HostileCaller caller, int records) {
    try {
      caller.attack(records);
    } catch (IOException e) {
      throw new AssertionError("a connection was not taken, or not ended", e);
    }
  }

  /** How many descriptors it has open when the client is its only one. */
  private static long descriptorsOnceOnly(WellBehavedClient client, ReplicaProcess replica)
      throws Exception {
    client.putGetAndDelete(); // after it, what the callers left behind has been looked at
    AtomicLong before = new AtomicLong(Long.MAX_VALUE);
    Eventually.until(
        "as many as at the last look",
        () -> {
          long now = replica.figures().openFiles();
          return now == before.getAndSet(now);
        },
        before::get);
    return before.get();
  }

  private static void awaitDescriptors(ReplicaProcess replica, long expected) {
    Eventually.until(
        "no descriptor is left over",
        () -> replica.figures().openFiles() <= expected,
        () -> replica.figures().openFiles() + " descriptors are open");
  }

  /** Deleted keys are remembered for a second, so that the last ones go soon after the attack. */
  private static long heapOnceTombstonesAreGone(ReplicaProcess replica, long before)
      throws Exception {
    Eventually.until(
        "the heap has not grown",
        () -> replica.figures().heapBytesAfterCollection() - before < MAX_GROWTH_BYTES,
        () -> replica.figures().heapBytesAfterCollection() + " bytes, before " + before);
    return replica.figures().heapBytesAfterCollection();
  }

  /** Threads of the process, those of the JVM included, but not helpers, which come and go. */
  private static long threadsBesideHelpers(ReplicaProcess replica) throws Exception {
    List<String> all = replica.figures().javaThreads();
    return all.stream().filter(name -> !name.endsWith(HELPER)).count();
  }

  /** Threads of the process that do what would block its event loop. */
  private static long helpers(ReplicaProcess replica) throws Exception {
    return replica.figures().javaThreads().stream().filter(name -> name.endsWith(HELPER)).count();
  }

  /** Only a fault of ours puts an error into the log. */
  private static String firstError(String log) {
    int at = log.indexOf("SEVERE");
    return log.substring(Math.max(0, at - 100), Math.min(log.length(), at + 4000));
  }

  private void report(
      int records,
      Latencies latencies,
      double seconds,
      long lines,
      long heapBefore,
      long heapAfter,
      long threadsBefore,
      long threadsAfter) {
    System.out.printf(
        "%,d hostile records (seed %d) over %,d connections in %.1f s, %,d bytes of replies;"
            + " %,d lines of log; %,d calls beside them: p50 %.2f ms, p99 %.2f ms, longest %.1f ms;"
            + " heap after GC %,d bytes, before %,d bytes; threads %d, before %d%n",
        records,
        SEED,
        callers.stream().mapToInt(HostileCaller::connections).sum(),
        seconds,
        callers.stream().mapToLong(HostileCaller::replyBytes).sum(),
        lines,
        latencies.count(),
        latencies.median(),
        latencies.percentile(99),
        latencies.longest(),
        heapAfter,
        heapBefore,
        threadsAfter,
        threadsBefore);
  }
}
