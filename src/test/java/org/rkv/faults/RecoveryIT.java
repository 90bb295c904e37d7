package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.client.RkvClient;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.kv;
import org.rkv.testing.Digests;
import org.rkv.testing.Eventually;
import org.rkv.testing.Figures;
import org.rkv.testing.Latencies;
import org.rkv.testing.Requirements;
import org.rkv.testing.ShellCluster;
import org.rkv.testing.TestClient;

/** What five real replicas hold after one or four of them were away. */
@Tag("alone")
class RecoveryIT {
  private static final List<String> HOSTS =
      List.of("127.0.4.1", "127.0.4.2", "127.0.4.3", "127.0.4.4", "127.0.4.5");
  private static final String FIRST = HOSTS.get(0);
  private static final String LAST = HOSTS.get(4);
  private static final int ENTRIES = 100_000;
  private static final int WRITERS = 8;
  private static final int CALLS_UNDER_WAY = 500;
  private static final int CONNECT_MILLIS = 5_000;
  private static final Duration EQUAL = Duration.ofSeconds(5);
  private static final Duration FILLED = Duration.ofSeconds(30);

  @TempDir Path directory;

  private ShellCluster cluster;

  @BeforeEach
  void start() throws Exception {
    Requirements.commands("flock", "setsid");
    cluster = ShellCluster.install(directory, HOSTS, "--capacity " + 2 * ENTRIES);
    cluster.start();
  }

  @AfterEach
  void leaveNothing() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private Digests digests() {
    return Digests.of(cluster.addresses(), true);
  }

  private TestClient connect(String host) throws Exception {
    return TestClient.connect(cluster.address(host), CONNECT_MILLIS);
  }

  @Test
  void shouldServeAllAgainSoonAfterACrash() throws Exception {
    fill();
    Eventually.until(FILLED, () -> digests().areEqual(), () -> digests().toString());
    cluster.kill(LAST);
    try (TestClient client = connect(FIRST)) {
      assertEquals(kv.PUT_FAILED, client.put("while it is away", "v"));
      assertEquals(kv.DEL_FAILED, client.del("k7"));
    }

    long start = System.nanoTime();
    Process script = cluster.beginStart(LAST);
    Eventually.until(
        Duration.ofSeconds(10),
        () -> digests().lines().get(4) != null,
        () -> "it does not serve\n" + digests());
    long servingMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    Eventually.until(EQUAL, () -> digests().areEqual(), () -> digests().toString());
    assertEquals(0, script.waitFor(), "exit status of kv_r.sh start");

    Figures.print(
        "ms from kv_r.sh start to serving, with " + ENTRIES + " entries (< 3000)", servingMillis);
    try (TestClient client = connect(LAST)) {
      assertEquals("v99999", client.stub().GET_1("k99999").value.value);
      assertEquals("v", client.stub().GET_1("while it is away").value.value);
      assertEquals(kv.GET_KEY_NOT_FOUND, client.stub().GET_1("k7").code);
      assertEquals(ENTRIES, client.stub().DIGEST_1().entries);
    }
  }

  private void fill() throws Exception {
    long start = System.nanoTime();
    Semaphore room = new Semaphore(CALLS_UNDER_WAY);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    String replica = FIRST + ":" + cluster.address(FIRST).getPort();
    try (RkvClient client = RkvClient.connect(replica)) {
      for (int i = 0; i < ENTRIES; i++) {
        room.acquire();
        client
            .putAsync("k" + i, "v" + i)
            .whenComplete(
                (result, failed) -> {
                  failure.compareAndSet(null, failed);
                  room.release();
                });
      }
      room.acquire(CALLS_UNDER_WAY);
    }
    if (failure.get() != null) {
      throw new AssertionError("a PUT failed", failure.get());
    }
    Figures.print(
        "ms for " + ENTRIES + " PUTs, pipelined",
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
  }

  @Test
  void shouldCompleteAWriteThatWasAnnouncedAsFailed() throws Exception {
    try (TestClient client = connect(FIRST)) {
      assertEquals(kv.PUT_OK, client.put("old", "v"));
      cluster.kill(LAST);
      assertEquals(kv.PUT_FAILED, client.put("k", "v"));
      assertEquals(kv.DEL_FAILED, client.del("old"));
    }
    cluster.start(LAST);
    long start = System.nanoTime();
    Eventually.until(EQUAL, () -> digests().areEqual(), () -> digests().toString());

    Figures.print(
        "ms from the return of a replica until all are equal (< 5000)",
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    for (String host : HOSTS) {
      try (TestClient client = connect(host)) {
        assertEquals("v", client.stub().GET_1("k").value.value);
        assertEquals(kv.GET_KEY_NOT_FOUND, client.stub().GET_1("old").code);
        assertEquals(1, client.stub().DIGEST_1().tombstones);
      }
    }
  }

  /**
   * Its last watermark had not gone out: what it wrote last could not be read until it was back.
   */
  @Test
  void shouldAnswerWhatAReplicaAcknowledgedBeforeItWasToldToStop() throws Exception {
    Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      String prefix = "k" + i + ".";
      writers.add(new Thread(() -> writeUntilItEnds(prefix, acknowledged)));
    }
    writers.forEach(Thread::start);
    Eventually.until(
        FILLED, () -> acknowledged.size() > 1000, () -> acknowledged.size() + " are written");

    cluster.terminate(FIRST);

    for (Thread writer : writers) {
      writer.join();
    }
    for (String other : HOSTS.subList(1, HOSTS.size())) {
      try (TestClient client = connect(other)) {
        for (String key : acknowledged) {
          assertEquals("v", client.stub().GET_1(key).value.value, key);
        }
      }
    }
    Figures.print("PUTs that were acknowledged before SIGTERM, all readable", acknowledged.size());
  }

  private void writeUntilItEnds(String prefix, Queue<String> acknowledged) {
    try (TestClient client = connect(FIRST)) {
      for (int i = 0; ; i++) {
        if (client.put(prefix + i, "v") == kv.PUT_OK) {
          acknowledged.add(prefix + i);
        }
      }
    } catch (Exception e) {
      // It has ended.
    }
  }

  @Test
  void shouldAnswerSettledKeysWhenAllOthersAreStopped() throws Exception {
    int keys = 200;
    try (TestClient client = connect(FIRST)) {
      for (int i = 0; i < keys; i++) {
        assertEquals(kv.PUT_OK, client.put("k" + i, "v" + i));
      }
      assertEquals(kv.DEL_OK, client.del("k0"));
      Eventually.until(EQUAL, () -> digests().areEqual(), () -> digests().toString());
      for (String other : HOSTS.subList(1, HOSTS.size())) {
        cluster.terminate(other);
      }

      Latencies gets = new Latencies();
      for (int n = 0; n < 10; n++) {
        for (int i = 1; i < keys; i++) {
          String key = "k" + i;
          GetReply reply = gets.time(() -> client.stub().GET_1(key));
          assertEquals("v" + i, reply.value.value);
        }
        assertEquals(kv.GET_KEY_NOT_FOUND, client.stub().GET_1("k0").code);
      }
      assertEquals(kv.PUT_FAILED, client.put("k1", "w"), "a write needs the others");
      assertEquals(
          kv.GET_FAILED, client.stub().GET_1("k1").code, "rather no answer than a wrong one");
      Figures.print("GET of settled keys, all others stopped", gets);
    }
  }
}
