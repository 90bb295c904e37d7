package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.Figures;
import org.rkv.testing.Latencies;
import org.rkv.testing.Requirements;
import org.rkv.testing.ShellCluster;
import org.rkv.testing.TestClient;

/**
 * That five real replicas answer when all is well, and when one of them is dead or frozen. How fast
 * they are is printed, and decides nothing: what is asserted are deadlines that only a replica
 * misses that waits where it must not.
 */
@Tag("alone")
class ResponsivenessIT {
  private static final List<String> HOSTS =
      List.of("127.0.3.1", "127.0.3.2", "127.0.3.3", "127.0.3.4", "127.0.3.5");
  private static final String FIRST = HOSTS.get(0);
  private static final String SECOND = HOSTS.get(1);
  private static final String LAST = HOSTS.get(4);
  private static final Duration SEEN = Duration.ofSeconds(10);
  private static final int CONNECT_MILLIS = 5_000;
  private static final Duration WRITTEN = Duration.ofSeconds(60);
  private static final int PUTS = 100;

  /**
   * Had each of so many PUTs waited for the peer's timeout, they would have taken ten times as
   * long.
   */
  private static final double PUTS_AT_ONCE_MILLIS = PUTS * 200.0;

  /** Well inside the 25 s of the C client, and far above the 2 s that a frozen peer may cost. */
  private static final int FIRST_PUT_MILLIS = 10_000;

  @TempDir Path directory;

  private ShellCluster cluster;

  @BeforeEach
  void start() throws Exception {
    Requirements.commands("flock", "setsid");
    cluster = ShellCluster.install(directory, HOSTS, "");
    cluster.start();
  }

  @AfterEach
  void leaveNothing() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private TestClient connect(String host) throws Exception {
    return TestClient.connect(cluster.address(host), CONNECT_MILLIS);
  }

  @Test
  void shouldAnnounceWritesAsFailedAtOnceWhileAReplicaIsDead() throws Exception {
    try (TestClient client = connect(FIRST)) {
      cluster.kill(LAST);
      assertEquals(kv.PUT_FAILED, client.put("k", "0"), "the first that meets it");

      Latencies puts = new Latencies();
      for (int i = 1; i <= PUTS; i++) {
        String value = "v" + i;
        assertEquals(kv.PUT_FAILED, puts.time(() -> client.put("k", value)));
      }
      Figures.print("PUT while a replica is dead", puts);
      assertTrue(puts.sum() < PUTS_AT_ONCE_MILLIS, puts::toString);
    }
  }

  @Test
  void shouldNotBeDelayedByAFrozenReplica() throws Exception {
    try (TestClient writer = connect(FIRST);
        TestClient reader = connect(FIRST);
        Background background = new Background()) {
      writer.put("settled", "v");
      Eventually.until(
          SEEN, () -> writer.stub().DIGEST_1().unsettled == 0, () -> "it does not settle");
      Latencies gets = new Latencies();
      background.repeat(
          () -> assertEquals(kv.GET_OK, gets.time(() -> reader.stub().GET_1("settled")).code));

      cluster.freeze(LAST);
      int before = gets.count();
      Latencies first = new Latencies();
      writer.timeoutMillis(FIRST_PUT_MILLIS);
      assertEquals(kv.PUT_FAILED, first.time(() -> writer.put("k", "0")));
      int meanwhile = gets.count() - before;
      Latencies puts = new Latencies();
      for (int i = 1; i <= PUTS; i++) {
        String value = "v" + i;
        assertEquals(kv.PUT_FAILED, puts.time(() -> writer.put("k", value)));
      }
      background.stop();
      cluster.thaw(LAST);

      Figures.print("the first PUT while a replica is frozen", first);
      Figures.print("further PUTs", puts);
      Figures.print("GETs of another client meanwhile", gets);
      assertTrue(puts.sum() < PUTS_AT_ONCE_MILLIS, puts::toString);
      assertTrue(meanwhile > 1, "GETs were answered while the first PUT waited");
    }
  }

  @Test
  void shouldLetTwoClientsWriteTheSameKeyAtTheSameMoment() throws Exception {
    int writes = 1000;
    CyclicBarrier moment = new CyclicBarrier(2);
    Latencies puts = new Latencies();
    try (Background background = new Background()) {
      for (String host : List.of(FIRST, SECOND)) {
        background.start(
            () -> {
              try (TestClient client = connect(host)) {
                for (int i = 0; i < writes; i++) {
                  String value = host + "-" + i;
                  moment.await(CONNECT_MILLIS, TimeUnit.MILLISECONDS);
                  assertWritten(puts.time(() -> client.put("k", value)));
                }
              }
              return null;
            });
      }
      background.await();
    }
    Figures.print("two writers at the same moment", puts);
    assertEquals(2 * writes, puts.count());
  }

  @Test
  void shouldAcknowledgeTheWritesOfManyClients() throws Exception {
    int writes = Integer.getInteger("rkv.responsiveness.writes", 20_000);
    int clients = 8;
    LongAdder written = new LongAdder();
    double seconds;
    try (TestClient client = connect(FIRST)) { // that serve does not mean that all see each other
      Eventually.until(
          WRITTEN, () -> client.put("k", "v") != kv.PUT_FAILED, () -> "no write succeeds");
    }
    try (Background background = new Background()) {
      for (int i = 0; i < clients; i++) {
        String key = "k" + i;
        background.start(
            () -> {
              try (TestClient client = connect(FIRST)) {
                for (int n = 0; !background.isStopped(); n++) {
                  assertWritten(client.put(key, "v" + n));
                  written.increment();
                }
              }
              return null;
            });
      }
      awaitWrites(written, writes / 2); // by then the code of the replicas has been compiled
      long start = System.nanoTime();
      awaitWrites(written, writes / 2 + writes);
      seconds = (System.nanoTime() - start) / 1e9;
      background.stop();
    }
    Figures.print(
        "PUTs a second of " + clients + " clients through one of five",
        Math.round(writes / seconds));
  }

  private static void awaitWrites(LongAdder written, int atLeast) {
    Eventually.until(WRITTEN, () -> written.sum() >= atLeast, () -> written + " writes");
  }

  private static void assertWritten(int code) {
    assertTrue(code == kv.PUT_OK || code == kv.PUT_DUPLICATE_KEY_VALUE_RESET, () -> "code " + code);
  }
}
