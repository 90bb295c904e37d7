package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** A GET finds an entry whose write is under way at the same replica. */
class ReadOfAWriteTest {
  private static final long DEADLINE_SECONDS = 60;

  @TempDir Path directory;
  private final ExecutorService clients = Executors.newCachedThreadPool();
  private Cluster cluster;

  @AfterEach
  void stop() {
    clients.shutdownNow();
    if (cluster != null) {
      cluster.close();
    }
  }

  private void start(long peerTimeoutMillis) throws Exception {
    cluster =
        Cluster.serving(directory, 3, replica -> replica.peerTimeoutMillis(peerTimeoutMillis));
    int code = first(client -> client.put("k", "old"));
    assertEquals(kv.PUT_OK, code);
    cluster.awaitEqual();
  }

  private interface Use<T> {
    T of(TestClient client) throws Exception;
  }

  private <T> T first(Use<T> use) throws Exception {
    return at(0, use);
  }

  private <T> T at(int replica, Use<T> use) throws Exception {
    try (TestClient client = cluster.replica(replica).client()) {
      return use.of(client);
    }
  }

  private <T> Future<T> submit(Use<T> use) {
    return submitAt(0, use);
  }

  private <T> Future<T> submitAt(int replica, Use<T> use) {
    Callable<T> call = () -> at(replica, use);
    return clients.submit(call);
  }

  private void awaitCallsUnderWay(int calls) throws Exception {
    Eventually.until(
        calls + " calls are under way",
        () -> first(client -> client.stub().STATUS_1().calls_under_way) == calls,
        cluster::describe);
  }

  /** How often the peer that always answers was asked for its copy. */
  private long copiesAsked() throws Exception {
    return at(1, client -> client.stub().STATUS_1().calls[kv.RGET_1]);
  }

  private static <T> T result(Future<T> future) throws Exception {
    return future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void shouldBeAnsweredByWhatThePeersAnswerToTheWrite() throws Exception {
    start(8000);
    Future<Integer> put;
    Future<String> get;
    try (TestReplica.Frozen frozen = cluster.replica(2).freeze()) {
      put = submit(client -> client.put("k", "new"));
      awaitCallsUnderWay(1);
      get = submit(client -> client.get("k"));
      awaitCallsUnderWay(2);
    }

    assertEquals("=new", result(get));
    assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, result(put));
    assertEquals(0, copiesAsked());
  }

  @Test
  void shouldFindNothingOnceADeleteIsEverywhere() throws Exception {
    start(8000);
    Future<Integer> delete;
    Future<String> get;
    try (TestReplica.Frozen frozen = cluster.replica(2).freeze()) {
      delete = submit(client -> client.del("k"));
      awaitCallsUnderWay(1);
      get = submit(client -> client.get("k"));
      awaitCallsUnderWay(2);
    }

    assertEquals(Integer.toString(kv.GET_KVSTORE_IS_EMPTY), result(get));
    assertEquals(kv.DEL_OK, result(delete));
    assertEquals(0, copiesAsked());
  }

  @Test
  void shouldFailWithTheWrite() throws Exception {
    start(700);
    try (TestReplica.Frozen frozen = cluster.replica(2).freeze()) {
      Future<Integer> put = submit(client -> client.put("k", "new"));
      awaitCallsUnderWay(1);
      Future<String> get = submit(client -> client.get("k"));
      awaitCallsUnderWay(2);

      assertEquals(Integer.toString(kv.GET_FAILED), result(get));
      assertEquals(kv.PUT_FAILED, result(put));
      assertEquals(0, copiesAsked());
    }
  }

  @Test
  void shouldBeAnsweredByTheLatestWriteOfTheKey() throws Exception {
    start(8000);
    Future<Integer> put;
    Future<Integer> overwrite;
    Future<String> get;
    try (TestReplica.Frozen frozen = cluster.replica(2).freeze()) {
      put = submit(client -> client.put("k", "new"));
      awaitCallsUnderWay(1);
      overwrite = submit(client -> client.put("k", "newer"));
      awaitCallsUnderWay(2);
      get = submit(client -> client.get("k"));
      awaitCallsUnderWay(3);
    }

    assertEquals("=newer", result(get));
    assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, result(put));
    assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, result(overwrite));
    assertEquals(0, copiesAsked(), "the later write answers it, not the earlier one");
  }

  @Test
  void shouldAskThePeersWhenAnotherReplicaHasOverwrittenItMeanwhile() throws Exception {
    start(8000);
    Future<Integer> put;
    Future<Integer> overwrite;
    Future<String> get;
    try (TestReplica.Frozen frozen = cluster.replica(2).freeze()) {
      put = submit(client -> client.put("k", "new"));
      awaitCallsUnderWay(1);
      overwrite = submitAt(1, client -> client.put("k", "newer"));
      Eventually.until(
          "the newer one has come",
          () -> cluster.replica(0).contents().get("k").endsWith("=newer"),
          cluster::describe);
      get = submit(client -> client.get("k"));
      awaitCallsUnderWay(2);
    }

    assertEquals("=newer", result(get));
    assertEquals(1, copiesAsked(), "what the peers answer to the older write says nothing of it");
    assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, result(put));
    assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, result(overwrite));
  }
}
