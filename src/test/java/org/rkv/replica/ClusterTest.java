package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.kv;
import org.rkv.testing.TestClient;

/** Five replicas, all well: what clients see through any of them. */
class ClusterTest {
  @TempDir static Path directory;
  private static Cluster cluster;

  @BeforeAll
  static void startFive() throws Exception {
    cluster = Cluster.serving(directory, 5);
  }

  @AfterAll
  static void stopFive() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @AfterEach
  void empty() throws Exception {
    try (TestClient client = cluster.replica(0).client()) {
      for (String key : cluster.replica(0).contents().keySet()) {
        client.del(key);
      }
    }
    cluster.awaitEqual();
  }

  @Test
  void shouldGiveWhatWasPutThroughAnyReplica() throws Exception {
    assertEquals(kv.PUT_OK, put(0, "abc", "ABC"));

    assertEquals(List.of("=ABC", "=ABC", "=ABC", "=ABC", "=ABC"), getThroughAll("abc"));
  }

  @Test
  void shouldOverwriteThroughAnotherReplica() throws Exception {
    put(0, "abc", "ABC");

    assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, put(1, "abc", "XYZ"));
    assertEquals(List.of("=XYZ", "=XYZ", "=XYZ", "=XYZ", "=XYZ"), getThroughAll("abc"));

    assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, put(4, "abc", "XYZ"));
    assertEquals(List.of("=XYZ", "=XYZ", "=XYZ", "=XYZ", "=XYZ"), getThroughAll("abc"));
  }

  @Test
  void shouldDeleteThroughAThirdReplica() throws Exception {
    put(0, "abc", "ABC");
    put(1, "other", "1");

    assertEquals(kv.DEL_OK, del(2, "abc"));
    assertEquals(List.of("4", "4", "4", "4", "4"), getThroughAll("abc"));
    assertEquals(kv.DEL_KEY_NOT_FOUND, del(3, "abc"));

    assertEquals(kv.DEL_OK, del(3, "other"));
    assertEquals(List.of("5", "5", "5", "5", "5"), getThroughAll("abc"));
    assertEquals(kv.DEL_KVSTORE_IS_EMPTY, del(4, "abc"));
  }

  @Test
  void shouldRefuseWhatIsTooLargeAndTellNobody() throws Exception {
    String thirty = "x".repeat(30);
    String thirtyOne = "x".repeat(31);

    assertEquals(kv.PUT_OK, put(0, thirty, thirty));
    assertEquals(kv.PUT_KEY_IS_TOO_LARGE, put(1, thirtyOne, thirtyOne));
    assertEquals(kv.PUT_VALUE_IS_TOO_LARGE, put(2, "k", thirtyOne));
    assertEquals(kv.DEL_KEY_IS_TOO_LARGE, del(3, thirtyOne));

    assertEquals(List.of("3", "3", "3", "3", "3"), getThroughAll(thirtyOne));
    assertEquals(List.of("4", "4", "4", "4", "4"), getThroughAll("k"));
    assertEquals(
        List.of("=" + thirty, "=" + thirty, "=" + thirty, "=" + thirty, "=" + thirty),
        getThroughAll(thirty));
    assertEquals(kv.DEL_OK, del(4, thirty));
  }

  @Test
  void shouldKeepEveryByteOfKeysAndValues() throws Exception {
    String bytes = "\0\n\r\"%s\u0080\u00ff\u00c3";

    assertEquals(kv.PUT_OK, put(0, bytes, bytes));
    assertEquals(kv.PUT_OK, put(1, "", ""));

    assertEquals("=" + bytes, get(4, bytes));
    assertEquals("=", get(3, ""));
  }

  @Test
  void shouldHoldSoManyEntriesOverTheWholeCluster() throws Exception {
    for (int i = 0; i < 256; i++) {
      assertEquals(kv.PUT_OK, put(i % 5, "key" + i, "" + i));
    }
    for (int i = 0; i < 5; i++) {
      assertEquals(kv.PUT_KVSTORE_OUT_OF_CAPACITY, put(i, "fresh" + i, "1"));
      assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, put(i, "key" + i, "new"));
      assertEquals(256, cluster.replica(i).liveEntries());
    }
    assertEquals("=new", get(0, "key4"));

    assertEquals(kv.DEL_OK, del(0, "key9"));
    assertEquals(kv.PUT_OK, put(1, "fresh", "1"));
    assertEquals(kv.PUT_KVSTORE_OUT_OF_CAPACITY, put(2, "fresh2", "1"));
  }

  @Test
  void shouldHoldTheSameStampsEverywhere() throws Exception {
    put(0, "a", "1");
    put(1, "b", "2");
    del(2, "a");
    put(3, "b", "3");

    Map<String, String> contents = cluster.replica(0).contents();
    for (TestReplica replica : cluster.all()) {
      assertEquals(contents, replica.contents());
    }
    assertTrue(contents.get("a").endsWith(" deleted"), contents.get("a"));
    assertTrue(contents.get("b").endsWith("=3"), contents.get("b"));
    cluster.awaitEqual();
  }

  @Test
  void shouldListAllReplicasAsReachableWithTheOneAskedFirst() throws Exception {
    try (TestClient client = cluster.replica(2).client()) {
      var replicas = client.stub().REPLICAS_1().value;

      assertEquals(5, replicas.length);
      assertEquals(cluster.replica(2).shown(), replicas[0].name);
      assertEquals(cluster.replica(0).shown(), replicas[1].name);
      assertEquals(cluster.replica(4).shown(), replicas[4].name);
      for (var replica : replicas) {
        assertTrue(replica.reachable, replica.name);
      }
    }
  }

  private static int put(int through, String key, String value) throws Exception {
    try (TestClient client = cluster.replica(through).client()) {
      return client.put(key, value);
    }
  }

  private static int del(int through, String key) throws Exception {
    try (TestClient client = cluster.replica(through).client()) {
      return client.del(key);
    }
  }

  private static String get(int through, String key) throws Exception {
    try (TestClient client = cluster.replica(through).client()) {
      return client.get(key);
    }
  }

  private static List<String> getThroughAll(String key) throws Exception {
    String[] answers = new String[cluster.all().size()];
    for (int i = 0; i < answers.length; i++) {
      answers[i] = get(i, key);
    }
    return List.of(answers);
  }
}
