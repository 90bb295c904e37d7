package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** Replicas of heaps that differ, filled by legal PUTs. */
class ByteBudgetTest {
  private static final int MAX_LENGTH = 1_100;
  private static final String VALUE = "v".repeat(1_000);
  private static final long LEAST_BYTES = 100_000;
  private static final int SMALLEST = 2;

  @TempDir Path directory;
  private Cluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory, 3);
    for (TestReplica replica : cluster.all()) {
      replica.limits(1_000_000, MAX_LENGTH).maxBytes(10 * LEAST_BYTES).start();
    }
    cluster.replica(SMALLEST).stop();
    cluster.replica(SMALLEST).maxBytes(LEAST_BYTES).start();
    cluster.awaitLinked();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void shouldBeFullEverywhereWhenTheSmallestIs() throws Exception {
    int stored = fill(cluster.replica(0));

    assertTrue(stored > 50 && stored < 100, stored + " entries of 1.2 KB in 100 KB");
    for (TestReplica replica : cluster.all()) {
      try (TestClient client = replica.client()) {
        assertEquals(kv.PUT_KVSTORE_OUT_OF_CAPACITY, client.put("one more", VALUE));
        assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, client.put("k0", VALUE), "no larger");
        assertEquals("=" + VALUE, client.get("k" + (stored - 1)));
        Status status = client.stub().STATUS_1();
        assertEquals(LEAST_BYTES, status.max_bytes);
        assertTrue(status.held_bytes > LEAST_BYTES - 2_000 && status.held_bytes <= LEAST_BYTES);
      }
    }
    cluster.awaitEqual();
  }

  @Test
  void shouldHaveRoomAgainAfterADelete() throws Exception {
    int stored = fill(cluster.replica(0));
    try (TestClient client = cluster.replica(1).client()) {
      assertEquals(kv.PUT_KVSTORE_OUT_OF_CAPACITY, client.put("one more", VALUE));
      for (int i = 0; i < stored; i += 2) {
        assertEquals(kv.DEL_OK, client.del("k" + i), "what makes room is never refused");
      }
      assertEquals(kv.PUT_OK, client.put("one more", VALUE));
    }
    cluster.awaitEqual();
  }

  /** For six seconds nobody could delete, or for a minute nobody could put. */
  @Test
  void shouldLetOthersDeleteWhateverAGreedyClientDeletes() throws Exception {
    try (TestClient greedy = cluster.replica(0).client();
        TestClient other = cluster.replica(1).client()) {
      assertEquals(kv.PUT_OK, other.put("mine", "1"));
      int deleted = 0;
      while (deleted < 400 && greedy.put("greedy" + deleted, "") == kv.PUT_OK) {
        assertEquals(kv.DEL_OK, greedy.del("greedy" + deleted));
        deleted++;
        if (deleted == 50) {
          assertEquals(kv.PUT_OK, other.put("new", VALUE), "there is much room left");
        }
      }

      assertEquals(kv.DEL_OK, other.del("mine"));
      assertEquals(kv.DEL_OK, other.del("new"));
      Eventually.until(
          "there is room for entries again, long before the grace is over",
          () -> other.put("new", VALUE) == kv.PUT_OK,
          cluster::describe);
    }
  }

  @Test
  void shouldEmptyAFullStoreOfSmallEntriesAtOnce() throws Exception {
    try (TestClient client = cluster.replica(0).client();
        TestClient other = cluster.replica(1).client()) {
      int stored = 0;
      while (client.put("k" + stored, "") == kv.PUT_OK) {
        stored++;
      }
      assertTrue(stored > 380, stored + " entries of 204 bytes in 100 KB");
      for (int i = 0; i < stored; i++) {
        assertEquals(kv.DEL_OK, other.del("k" + i), "k" + i);
      }
    }
    cluster.awaitEqual();
  }

  @Test
  void shouldCatchUpThoughItIsFull() throws Exception {
    fill(cluster.replica(0));
    cluster.replica(SMALLEST).stop();
    cluster.replica(SMALLEST).start();
    cluster.awaitLinked();
    cluster.awaitEqual();
  }

  @Test
  void shouldCountOneThatIsAway() throws Exception {
    cluster.replica(SMALLEST).stop();
    cluster.awaitUnreachable(SMALLEST);
    try (TestClient client = cluster.replica(0).client()) {
      assertEquals(LEAST_BYTES, client.stub().STATUS_1().max_bytes);
    }
  }

  @Test
  void shouldNotBeginToCopyWhatItsHeapCannotTake() throws Exception {
    fill(cluster.replica(0));
    cluster.replica(SMALLEST).stop();
    cluster.replica(SMALLEST).maxBytes(LEAST_BYTES / 2).start();

    Eventually.until(
        "it ends, and says why",
        () ->
            cluster
                .replica(SMALLEST)
                .log()
                .contain("SEVERE: cannot serve: replica " + cluster.host(0) + " holds "),
        cluster::describe);
  }

  private static int fill(TestReplica replica) throws Exception {
    try (TestClient client = replica.client()) {
      for (int stored = 0; ; stored++) {
        int code = client.put("k" + stored, VALUE);
        if (code == kv.PUT_KVSTORE_OUT_OF_CAPACITY) {
          return stored;
        }
        assertEquals(kv.PUT_OK, code);
      }
    }
  }
}
