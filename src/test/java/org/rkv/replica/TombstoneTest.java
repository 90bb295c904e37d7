package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.replica.core.Settling;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** Deletes stay deleted, and are forgotten when that is safe. */
class TombstoneTest {
  @TempDir Path directory;
  private Cluster cluster;

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void shouldBeDroppedEverywhereAfterTheGracePeriod() throws Exception {
    cluster = Cluster.serving(directory, 3, replica -> replica.tombstoneGraceMillis(1));
    try (TestClient client = cluster.replica(0).client()) {
      client.put("k", "v");
      client.put("kept", "v");
      assertEquals(kv.DEL_OK, client.del("k"));

      for (TestReplica replica : cluster.all()) {
        Eventually.until(
            replica.host() + " has forgotten it",
            () -> replica.contents().keySet().equals(Set.of("kept")),
            cluster::describe);
        assertEquals(0, replica.tombstones());
      }
      assertEquals("4", client.get("k"));
      assertEquals(kv.DEL_KEY_NOT_FOUND, client.del("k"));
      assertEquals(kv.PUT_OK, client.put("k", "again"));
      assertEquals("=again", client.get("k"));
    }
  }

  @Test
  void shouldBeKeptWhileAReplicaMayNotKnowOfTheDelete() throws Exception {
    cluster = Cluster.serving(directory, 3, replica -> replica.tombstoneGraceMillis(1));
    try (TestClient client = cluster.replica(0).client()) {
      client.put("k", "v");
      cluster.awaitEqual();
      cluster.replica(2).stop();
      cluster.awaitUnreachable(2);
      assertEquals(kv.DEL_FAILED, client.del("k"));
      Eventually.until(
          "the other peer knows", () -> cluster.replica(1).tombstones() == 1, cluster::describe);

      // Too few ticks would make this test weaker, and never red.
      Eventually.holdsFor(
          Duration.ofMillis(3 * Settling.TICK_MILLIS),
          "both remember it",
          () ->
              cluster.replica(0).contents().get("k").endsWith(" deleted")
                  && cluster.replica(1).contents().get("k").endsWith(" deleted"));
    }
  }

  @Test
  void shouldNotLetADeletedKeyComeBackFromAReplicaThatMissedTheDelete() throws Exception {
    cluster =
        Cluster.serving(
            directory, 3, replica -> replica.tombstoneGraceMillis(1).peerTimeoutMillis(500));
    try (TestClient client = cluster.replica(0).client()) {
      client.put("k", "v");
      client.put("kept", "v");
      cluster.awaitEqual();
      // It keeps what it holds, the value among it, and hears nothing of the delete.
      try (TestReplica.Frozen frozen = cluster.replica(2).freeze()) {
        assertEquals(kv.DEL_FAILED, client.del("k"));
        Eventually.until(
            "the other peer knows", () -> cluster.replica(1).tombstones() == 1, cluster::describe);
      }
      cluster.awaitLinked();
      Map<String, String> expected = Map.of("kept", cluster.replica(0).contents().get("kept"));
      for (TestReplica replica : cluster.all()) {
        Eventually.until(
            replica.host() + " has neither the value nor the tombstone",
            () -> replica.contents().equals(expected),
            cluster::describe);
      }
      assertEquals("4", client.get("k"));
    }
  }

  @Test
  void shouldBeAmongWhatARestartedReplicaCatchesUpWith() throws Exception {
    cluster = Cluster.serving(directory, 3);
    try (TestClient client = cluster.replica(0).client()) {
      client.put("k", "v");
      client.del("k");
    }
    cluster.awaitEqual();
    Map<String, String> before = cluster.replica(0).contents();
    cluster.replica(2).stop();
    cluster.replica(2).start();
    cluster.awaitLinked();

    assertEquals(before, cluster.replica(2).contents());
    assertEquals(1, cluster.replica(2).tombstones());
    cluster.awaitEqual();
  }
}
