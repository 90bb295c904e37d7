package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.replica.core.HeapUse;
import org.rkv.rpc.kv;
import org.rkv.testing.TestClient;

/** A replica whose heap is nearly full, far below all budgets, beside one with room. */
class ShortHeapTest {
  private static final String LARGE = "v".repeat(20_000);

  @TempDir Path directory;
  private Cluster cluster;
  private volatile long usedPercent;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory, 2);
    for (TestReplica replica : cluster.all()) {
      replica.limits(1_000, 30_000);
    }
    cluster.replica(0).heap(new HeapThatIsFull()).start();
    cluster.replica(1).start();
    cluster.awaitLinked();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private final class HeapThatIsFull implements HeapUse {
    @Override
    public long usedBytes() {
      return usedPercent << 40;
    }

    @Override
    public long maxBytes() {
      return 100L << 40;
    }
  }

  /** All would end together: they hold the same. */
  @Test
  void shouldRefuseFirstPutsThenLargeReadsAndWhatPeersBringLast() throws Exception {
    try (TestClient client = cluster.replica(0).client();
        TestClient beside = cluster.replica(1).client()) {
      assertEquals(kv.PUT_OK, client.put("large", LARGE));
      assertEquals(kv.PUT_OK, client.put("small", "1234"));

      usedPercent = 91;
      assertEquals(kv.PUT_KVSTORE_OUT_OF_CAPACITY, client.put("new", "1"));
      assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, client.put("small", "4321"));
      assertEquals("=" + LARGE, client.get("large"));
      assertEquals(kv.PUT_OK, beside.put("beside", "1"));

      usedPercent = 96;
      assertEquals("1", client.get("large"), "failed");
      assertEquals("=4321", client.get("small"));
      assertEquals(kv.PUT_OK, beside.put("beside too", "1"));

      usedPercent = 99;
      assertEquals(kv.PUT_FAILED, beside.put("beside as well", LARGE));
      assertEquals(kv.PUT_FAILED, beside.put("small beside", "1"), "it is known now");
      assertEquals(kv.DEL_OK, beside.del("large"));
      assertEquals(kv.DEL_OK, client.del("small"));

      usedPercent = 50;
      assertEquals(kv.PUT_OK, client.put("new", "1"));
    }
    cluster.awaitEqual();
  }
}
