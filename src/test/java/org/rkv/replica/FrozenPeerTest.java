package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** A peer that is there, is greeted, and then answers nothing: SIGSTOP, or a stuck machine. */
class FrozenPeerTest {
  private static final int DEADLINE_SECONDS = 60;

  @TempDir Path directory;
  private final ExecutorService clients = Executors.newCachedThreadPool();
  private Cluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = Cluster.serving(directory, 3, replica -> replica.peerTimeoutMillis(700));
    try (TestClient client = cluster.replica(0).client()) {
      client.put("settled", "v");
    }
    cluster.awaitEqual();
  }

  @AfterEach
  void stop() {
    clients.shutdownNow();
    cluster.close();
  }

  @Test
  void shouldFailTheWriteThatMeetsItAndServeOthersMeanwhile() throws Exception {
    try (TestReplica.Frozen frozen = cluster.replica(2).freeze()) {
      Future<Integer> first = clients.submit(() -> put("k", "v"));
      Eventually.until(
          "the write is under way",
          () -> cluster.replica(0).contents().containsKey("k"),
          cluster::describe);

      try (TestClient other = cluster.replica(0).client()) {
        for (int i = 0; i < 100; i++) {
          assertEquals("=v", other.get("settled"));
        }
      }

      assertEquals(kv.PUT_FAILED, first.get(DEADLINE_SECONDS, TimeUnit.SECONDS));
    }
  }

  @Test
  void shouldFailAllFurtherWritesAtOnce() throws Exception {
    try (TestReplica.Frozen frozen = cluster.replica(2).freeze()) {
      assertEquals(kv.PUT_FAILED, put("k", "v"));

      // One timeout each would be 70 seconds.
      assertTimeoutPreemptively(
          Duration.ofSeconds(30),
          () -> {
            for (int i = 0; i < 100; i++) {
              assertEquals(kv.PUT_FAILED, put("k" + i, "v"));
            }
          });
    }
  }

  @Test
  void shouldNoticeItWithoutAnybodyWriting() throws Exception {
    try (TestReplica.Frozen frozen = cluster.replica(2).freeze()) {
      Eventually.until(
          "the heartbeat has found out",
          () -> cluster.replica(0).log().contain("no answer within 700 ms"),
          cluster::describe);
      cluster.awaitUnreachable(2);
    }
    cluster.awaitLinked();
    assertEquals(kv.PUT_OK, put("k", "v"));
  }

  @Test
  void shouldBringWhatItMissedToItWhenItGoesOn() throws Exception {
    try (TestReplica.Frozen frozen = cluster.replica(2).freeze()) {
      assertEquals(kv.PUT_FAILED, put("k", "v"));
      assertEquals(kv.PUT_FAILED, put("settled", "newer"));
    }
    cluster.awaitLinked();
    cluster.awaitEqual();

    assertTrue(cluster.replica(2).contents().get("k").endsWith("=v"));
    try (TestClient client = cluster.replica(2).client()) {
      assertEquals("=newer", client.get("settled"));
    }
  }

  @Test
  void shouldFailAReadThatMeetsItRatherThanTellWhatIsNotConfirmed() throws Exception {
    try (TestReplica.Frozen frozen = cluster.replica(2).freeze()) {
      Future<Integer> write = clients.submit(() -> put("settled", "newer"));
      Eventually.until(
          "the write is at the other peer",
          () -> cluster.replica(1).contents().get("settled").endsWith("=newer"),
          cluster::describe);

      try (TestClient client = cluster.replica(1).client()) {
        assertEquals("1", client.get("settled"));
      }
      assertEquals(kv.PUT_FAILED, write.get(DEADLINE_SECONDS, TimeUnit.SECONDS));
    }
  }

  private int put(String key, String value) throws Exception {
    try (TestClient client = cluster.replica(0).client()) {
      return client.put(key, value);
    }
  }
}
