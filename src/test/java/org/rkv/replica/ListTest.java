package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.ListPage;
import org.rkv.rpc.ListRange;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** What LIST answers. */
@Timeout(120)
class ListTest {
  @TempDir Path directory;
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private Cluster cluster;
  private TestClient client;

  @AfterEach
  void stop() {
    callers.shutdownNow();
    if (client != null) {
      client.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private void start(int size) throws Exception {
    start(size, 2_000);
  }

  private void start(int size, long peerTimeoutMillis) throws Exception {
    cluster =
        Cluster.serving(
            directory,
            size,
            replica ->
                replica
                    .limits(100_000, 1_000_000)
                    .maxBytes(1 << 30)
                    .peerTimeoutMillis(peerTimeoutMillis));
    client = cluster.replica(0).client();
  }

  private static ListRange range(String prefix, int limit, boolean keysOnly) {
    ListRange range = new ListRange();
    range.prefix = new Key(prefix);
    range.after = new Key("");
    range.limit = limit;
    range.keys_only = keysOnly;
    return range;
  }

  private ListPage page(ListRange range) throws IOException, OncRpcException {
    return client.stub().LIST_1(range);
  }

  /** What comes between two pages. */
  private interface Between {
    void pages(String next) throws IOException, OncRpcException;
  }

  private List<String> keys(ListRange range, Between between) throws IOException, OncRpcException {
    List<String> keys = new ArrayList<>();
    ListPage page;
    while (!(page = page(range)).last) {
      assertEquals(kv.LIST_OK, page.code);
      addKeys(keys, page);
      range.inside = true;
      range.after = page.next;
      between.pages(page.next.value);
    }
    addKeys(keys, page);
    return keys;
  }

  private static void addKeys(List<String> keys, ListPage page) {
    for (KeyValue each : page.entries) {
      keys.add(each.key.value);
    }
  }

  private List<String> keys(String prefix) throws IOException, OncRpcException {
    return keys(range(prefix, 0, false), next -> {});
  }

  @Test
  void shouldTellKeysAndValuesInTheOrderOfBytes() throws Exception {
    start(3);
    Map<String, String> stored = new TreeMap<>();
    for (String key : List.of("\u0080", "b", "\u007f", "", "a\0", "a", "\u00ff", "\0")) {
      client.put(key, "value of " + key);
      stored.put(key, "value of " + key);
    }

    ListPage page = page(range("", 0, false));

    assertTrue(page.last);
    List<String> keys = new ArrayList<>();
    addKeys(keys, page);
    assertEquals(List.copyOf(stored.keySet()), keys);
    for (KeyValue each : page.entries) {
      assertEquals(stored.get(each.key.value), each.value.value);
    }
    assertEquals("", page(range("b", 0, true)).entries[0].value.value);
  }

  @Test
  void shouldTellWhatBeginsWithAPrefixOfAnyByte() throws Exception {
    start(1);
    for (int first = 0; first < 256; first++) {
      for (String rest : List.of("", "\0", "\u00ff")) {
        client.put((char) first + rest, "");
      }
    }

    for (int first = 0; first < 256; first++) {
      String prefix = "" + (char) first;
      assertEquals(List.of(prefix, prefix + "\0", prefix + "\u00ff"), keys(prefix));
      assertEquals(List.of(prefix + "\u00ff"), keys(prefix + "\u00ff"));
    }
    assertEquals(3 * 256, keys("").size());
    assertEquals(List.of(), keys("\u00ff\u00ff\u00ff"));
    assertEquals(List.of(), keys("a".repeat(999_999)));
  }

  @Test
  void shouldTellEachKeyOnceThatIsThereThroughout() throws Exception {
    start(1);
    List<String> there = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      there.add(String.format("k%04d", i));
      client.put(String.format("k%04d", i), "v");
      client.put(String.format("k%04dx", i), "goes");
    }

    List<String> keys =
        keys(
            range("", 7, true),
            next -> {
              client.del(next.substring(0, 5) + "x"); // it may be the very key of the cursor
              client.put("a" + next, "before");
              client.del("k0001x");
              client.put(next + "\0", "behind");
              client.del("k0499x");
              client.put("z" + next, "behind all");
            });

    assertEquals(there, keys.stream().filter(there::contains).toList());
    assertEquals(keys.size(), keys.stream().distinct().count());
    assertEquals(keys.stream().sorted().toList(), keys);
    assertTrue(keys.contains("zk0003"), "what comes behind the cursor is told");
    assertFalse(keys.contains("k0499x"));
    assertFalse(keys.contains("ak0003"));
  }

  @Test
  void shouldGoOnBehindAnEmptyPage() throws Exception {
    start(1);
    for (int i = 0; i < 5_000; i++) {
      client.put(String.format("k%05d", i), "v");
    }
    for (int i = 0; i < 5_000; i++) {
      client.del(String.format("k%05d", i));
    }
    client.put("last", "v");

    ListPage first = page(range("", 0, false));

    assertEquals(0, first.entries.length);
    assertFalse(first.last);
    assertEquals(List.of("last"), keys(""));
  }

  @Test
  void shouldEndAPageByItsEntriesAndByItsBytes() throws Exception {
    start(1);
    for (int i = 0; i < 1_100; i++) {
      client.put(String.format("k%05d", i), "");
    }
    assertEquals(1_024, page(range("", 0, false)).entries.length);
    assertEquals(10, page(range("", 10, false)).entries.length);
    for (int i = 0; i < 5; i++) {
      client.put("large" + i, "x".repeat(40_000));
    }

    assertEquals(2, page(range("large", 0, false)).entries.length);
    assertEquals(5, page(range("large", 0, true)).entries.length);
    client.put("larger", "x".repeat(900_000));
    assertEquals(1, page(range("larger", 0, false)).entries.length);
  }

  @Test
  void shouldAnswerWithWhatAWriteUnderWayHasMade() throws Exception {
    start(3, 8_000);
    client.put("a", "old");
    client.put("b", "old");
    cluster.awaitEqual();
    Future<ListPage> list;
    try (TestReplica.Frozen frozen = cluster.replica(2).freeze()) {
      submit(0, each -> each.put("a", "new"));
      submit(0, each -> each.del("b"));
      awaitCallsUnderWay(2);
      list = submit(0, each -> each.stub().LIST_1(range("", 0, false)));
      awaitCallsUnderWay(3);
      assertFalse(list.isDone());
    }

    ListPage page = list.get(60, TimeUnit.SECONDS);
    assertEquals(1, page.entries.length);
    assertEquals("new", page.entries[0].value.value);
    assertTrue(page.last);
  }

  @Test
  void shouldAskTheOthersForWhatItHoldsUnsettled() throws Exception {
    start(3, 8_000);
    client.put("settled", "v");
    cluster.awaitEqual();
    Future<ListPage> list;
    try (TestReplica.Frozen frozen = cluster.replica(2).freeze()) {
      submit(0, each -> each.put("k", "new"));
      Eventually.until(
          "the other replica holds it",
          () -> cluster.replica(1).contents().containsKey("k"),
          cluster::describe);
      list = submit(1, each -> each.stub().LIST_1(range("", 0, false)));
    }

    List<String> keys = new ArrayList<>();
    addKeys(keys, list.get(60, TimeUnit.SECONDS));
    assertEquals(List.of("k", "settled"), keys);
  }

  @Test
  void shouldFailRatherThanTellWhatIsNotCertain() throws Exception {
    start(3, 700);
    client.put("a", "v");
    cluster.awaitEqual();
    cluster.replica(2).stop();
    cluster.awaitUnreachable(2);
    assertEquals(kv.LIST_OK, page(range("", 0, false)).code, "all of it is settled");

    assertEquals(kv.PUT_FAILED, client.put("b", "not everywhere"));

    ListPage page = page(range("", 0, false));
    assertEquals(kv.LIST_FAILED, page.code);
    assertEquals(0, page.entries.length);
    assertEquals(kv.LIST_OK, page(range("a", 0, false)).code);
  }

  @Test
  void shouldFailWhereNoClientIsAnswered() throws Exception {
    cluster = new Cluster(directory, 2);
    cluster.replica(0).start();
    client = cluster.replica(0).client();

    assertEquals(kv.LIST_FAILED, page(range("", 0, false)).code);
  }

  @Test
  void shouldConfirmNoMoreThanAFewForAPage() throws Exception {
    start(2, 700);
    for (int i = 0; i < 100; i++) {
      client.put(String.format("settled%03d", i), "v");
    }
    cluster.awaitEqual();
    cluster.replica(1).stop();
    cluster.awaitUnreachable(1);
    for (int i = 0; i < 50; i++) {
      client.put(String.format("unsettled%03d", i), "v");
    }
    cluster.replica(1).start();
    Eventually.until(
        "the other one can be asked again",
        () -> page(range("", 0, false)).code == kv.LIST_OK,
        cluster::describe);

    assertEquals(150, keys("").size());
  }

  @Test
  void shouldTellWhatComesBehindATextLongerThanAnyKey() throws Exception {
    cluster = Cluster.serving(directory, 1, replica -> {});
    client = cluster.replica(0).client();
    for (String key : List.of("a", "k", "kk", "l")) {
      client.put(key, "v");
    }
    ListRange behind = range("", 0, false);
    behind.inside = true;
    behind.after = new Key("k".repeat(1_000));

    assertEquals(List.of("l"), keys(behind, next -> {}));
    assertEquals(List.of(), keys("k".repeat(1_000)));
  }

  @Test
  void shouldBeRefusedOverUdp() throws Exception {
    start(1);
    try (TestClient udp =
        TestClient.overUdpFrom(InetAddress.getLoopbackAddress(), cluster.address(0))) {
      OncRpcException refused =
          assertThrows(OncRpcException.class, () -> udp.stub().LIST_1(range("", 0, false)));
      assertTrue(refused.getMessage().contains("uthentication"), refused.getMessage());
    }
  }

  private interface Use<T> {
    T of(TestClient client) throws Exception;
  }

  private <T> Future<T> submit(int replica, Use<T> use) {
    return callers.submit(
        () -> {
          try (TestClient own = cluster.replica(replica).client()) {
            return use.of(own);
          }
        });
  }

  private void awaitCallsUnderWay(int calls) throws Exception {
    Eventually.until(
        calls + " calls are under way",
        () -> client.stub().STATUS_1().calls_under_way == calls,
        cluster::describe);
  }
}
