package org.rkv.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.replica.Cluster;
import org.rkv.store.Limits;

/** The client against a replica as it runs in earnest, over a socket. */
@Timeout(120)
final class RkvClientReplicaTest {
  private static final Limits LIMITS = new Limits(20_000, 32);

  @TempDir private Path directory;
  private Cluster replicas;
  private String name;

  @BeforeEach
  void startReplica() throws Exception {
    replicas = Cluster.serving(directory, 1, LIMITS);
    name = replicas.name(0);
  }

  @AfterEach
  void stopReplica() throws InterruptedException {
    replicas.close();
  }

  @Test
  void shouldPutGetAndDelete() throws RkvException {
    try (RkvClient client = RkvClient.connect(name)) {
      assertEquals(DelResult.STORE_EMPTY, client.del("Grüße"));
      assertEquals(PutResult.STORED, client.put("Grüße", "日本"));
      assertEquals(PutResult.REPLACED, client.put("Grüße", "🙂"));
      assertEquals("🙂", client.get("Grüße").text().get());
      assertEquals(GetResult.Status.NOT_FOUND, client.get("other").status());
      assertEquals(
          RefusedException.Limit.KEY_LENGTH,
          assertThrows(RefusedException.class, () -> client.put("k".repeat(31), "v")).limit());
      assertEquals(
          RefusedException.Limit.VALUE_LENGTH,
          assertThrows(RefusedException.class, () -> client.put("k", "v".repeat(31))).limit());
      assertEquals(
          RefusedException.Limit.KEY_LENGTH,
          assertThrows(RefusedException.class, () -> client.del("k".repeat(31))).limit());
      assertEquals(GetResult.Status.KEY_TOO_LARGE, client.get("k".repeat(31)).status());
      assertEquals(DelResult.NOT_FOUND, client.del("other"));
      assertEquals(DelResult.DELETED, client.del("Grüße"));
      assertEquals(GetResult.Status.STORE_EMPTY, client.get("Grüße").status());
      assertEquals(
          List.of(true), client.replicas().stream().map(each -> each.isReachable()).toList());
    }
  }

  @Test
  void shouldKeepTheOrderOfCallsThatDoNotWaitForEachOther() throws Exception {
    try (RkvClient client = RkvClient.connect(name)) {
      List<CompletableFuture<GetResult>> reads = new ArrayList<>();
      for (int i = 0; i < 5_000; i++) {
        client.putAsync("k", Integer.toString(i));
        reads.add(client.getAsync("k"));
      }
      for (int i = 0; i < reads.size(); i++) {
        assertEquals(Integer.toString(i), reads.get(i).get().text().get());
      }
    }
  }

  @Test
  void shouldServeManyThreads() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (RkvClient client = RkvClient.builder(name).maxCalls(5).connect()) {
      List<Callable<Void>> users = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String key = "key" + i;
        users.add(
            () -> {
              for (int j = 0; j < 500; j++) {
                client.put(key, "value" + j);
                assertEquals("value" + j, client.get(key).text().get());
              }
              return null;
            });
      }
      for (Future<Void> user : threads.invokeAll(users)) {
        user.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
