package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** The replica file is edited while replicas run. */
class ReplicaFileChangeTest {
  @TempDir Path directory;
  private Cluster cluster;

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void shouldWriteAgainOnceADeadPeerIsTakenOut() throws Exception {
    cluster = Cluster.serving(directory, 3);
    cluster.replica(2).stop();
    cluster.awaitUnreachable(2);
    try (TestClient client = cluster.replica(0).client()) {
      assertEquals(kv.PUT_FAILED, client.put("k", "v"));

      cluster.replica(0).log().clear();
      list(0, 1);
      awaitWhole(cluster.replica(0), 1);
      awaitWhole(cluster.replica(1), 1);

      assertEquals(kv.PUT_OK, client.put("fresh", "v"));
      assertFalse(cluster.replica(0).log().contain("no longer in the replica file"));
      cluster.awaitEqual();
      assertEquals("=v", client.get("k"), "the failed write is completed without the dead one");
    }
    assertEquals(
        1,
        cluster
            .replica(0)
            .log()
            .count("INFO: the replica file names new peers: " + cluster.replica(1).host()));
  }

  @Test
  void shouldStopServingWhenItIsTakenOut() throws Exception {
    cluster = Cluster.serving(directory, 3);
    TestReplica out = cluster.replica(2);
    try (TestClient client = cluster.replica(0).client()) {
      client.put("k", "v");
      cluster.awaitEqual();

      list(0, 1); // its own file still names all three

      Eventually.until("it is silent", () -> !out.isAnswering(), cluster::describe);
      assertTrue(out.log().contain("no client is answered: waiting for replica "));
      awaitWhole(cluster.replica(0), 1);
      awaitWhole(cluster.replica(1), 1);
      assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, client.put("k", "w"));
      try (TestClient other = out.client()) {
        assertEquals("1", other.get("k"));
        assertEquals(kv.PUT_FAILED, other.put("k", "x"));
      }
      assertEquals("=w", client.get("k"));
    }
  }

  @Test
  void shouldForgetAndCatchUpWhenItIsListedAgain() throws Exception {
    cluster = Cluster.serving(directory, 3);
    TestReplica out = cluster.replica(2);
    try (TestClient client = cluster.replica(0).client()) {
      client.put("changed", "v");
      client.put("deleted", "v");
      cluster.awaitEqual();
      long origin = out.origin();
      list(0, 1);
      awaitWhole(cluster.replica(0), 1);
      awaitWhole(cluster.replica(1), 1);
      Eventually.until("it is silent", () -> !out.isAnswering(), cluster::describe);
      client.put("changed", "w");
      client.del("deleted");

      list(0, 1, 2);

      cluster.awaitPeersOfAll(2);
      Eventually.until("it begins anew", () -> out.origin() != origin, cluster::describe);
      cluster.awaitLinked();
      cluster.awaitEqual();
      try (TestClient other = out.client()) {
        assertEquals("=w", other.get("changed"));
        assertEquals("4", other.get("deleted"));
        assertEquals(kv.PUT_OK, other.put("fresh", "v"));
      }
    }
  }

  @Test
  void shouldTakeInANewReplicaThatIsListedEverywhereFirst() throws Exception {
    cluster = new Cluster(directory, 3);
    list(0, 1);
    cluster.replica(2).lists(cluster.names());
    cluster.replica(0).start();
    cluster.replica(1).start();
    cluster.awaitLinked();
    try (TestClient client = cluster.replica(0).client()) {
      client.put("k", "v");
      cluster.awaitEqual();
      Map<String, String> before = cluster.replica(0).contents();

      cluster.replica(0).lists(cluster.names());
      cluster.replica(1).lists(cluster.names());
      awaitPeers(cluster.replica(0), 2);
      awaitPeers(cluster.replica(1), 2);
      assertEquals(kv.PUT_FAILED, client.put("between", "v"), "listed, and not there yet");
      cluster.replica(2).start();
      cluster.awaitLinked();
      cluster.awaitEqual();

      assertEquals(before.get("k"), cluster.replica(2).contents().get("k"));
      assertEquals(kv.PUT_OK, client.put("fresh", "v"));
      try (TestClient other = cluster.replica(2).client()) {
        assertEquals("=v", other.get("fresh"));
        assertEquals("=v", other.get("between"));
      }
    }
  }

  @Test
  void shouldNotServeANewReplicaThatTheOthersDoNotListYet() throws Exception {
    cluster = new Cluster(directory, 3);
    list(0, 1);
    cluster.replica(2).lists(cluster.names());
    cluster.startAll();
    TestReplica fresh = cluster.replica(2);

    Eventually.until(
        "it says why it waits",
        () -> fresh.log().contain("waiting for the replica files to agree: "),
        cluster::describe);
    assertFalse(fresh.isServing());

    cluster.replica(0).lists(cluster.names());
    cluster.replica(1).lists(cluster.names());
    cluster.awaitPeersOfAll(2);
    cluster.awaitLinked();
  }

  @Test
  void shouldKeepTheListWhenTheFileIsEmptiedOrCannotBeRead() throws Exception {
    cluster = Cluster.serving(directory, 2);
    TestReplica replica = cluster.replica(0);

    replica.fileSays("");
    Eventually.until(
        "it says so",
        () -> replica.log().contain("names no replica any more; the replicas stay as they are"),
        cluster::describe);
    replica.fileSays("good !bad!\n");
    Eventually.until(
        "it says so",
        () ->
            replica
                .log()
                .contain("line 1: \"!bad!\" is not the name of a replica; the replicas stay as"),
        cluster::describe);
    replica.removeFile();
    Eventually.until(
        "it says so", () -> replica.log().contain("WARNING: no replica file: "), cluster::describe);

    try (TestClient client = replica.client()) {
      assertEquals(kv.PUT_OK, client.put("k", "v"));
    }
    assertEquals(Map.of(), differing(cluster));
    assertEquals(3, replica.log().count("the replicas stay as they are"), "each once");
  }

  /** With nobody to ask, nobody answered, and the call waited for ever. */
  @Test
  void shouldAnswerAlsoForWhatWasUnsettledWhenTheLastPeerWasTakenOut() throws Exception {
    cluster = Cluster.serving(directory, 2);
    try (TestClient client = cluster.replica(0).client()) {
      client.put("d", "v");
      cluster.awaitEqual();
      cluster.replica(1).stop();
      cluster.awaitUnreachable(1);
      assertEquals(kv.PUT_FAILED, client.put("k", "v"));
      assertEquals(kv.DEL_FAILED, client.del("d"));

      list(0);
      awaitWhole(cluster.replica(0), 0);

      assertEquals("=v", client.get("k"));
      assertEquals(kv.DEL_KEY_NOT_FOUND, client.del("d"));
      cluster.awaitEqual();
      assertEquals(0, client.stub().STATUS_1().calls_under_way);
    }
  }

  /** Each expelled the others, and all began new lives. */
  @Test
  void shouldTakeAnotherSpellingForTheSameReplica() throws Exception {
    cluster = Cluster.serving(directory, 3);
    cluster.replica(2).stop();
    long[] origins = cluster.running().stream().mapToLong(TestReplica::origin).toArray();
    String[] spelled = cluster.running().stream().map(TestReplica::shown).toArray(String[]::new);
    for (TestReplica replica : cluster.running()) {
      replica.log().clear();
      replica.lists(spelled);
    }
    for (TestReplica replica : cluster.running()) {
      Eventually.until(
          "the file was read",
          () -> replica.log().contain("the replica file names new peers"),
          cluster::describe);
      awaitWhole(replica, 1);
    }
    try (TestClient client = cluster.replica(0).client()) {
      assertEquals(kv.PUT_OK, client.put("k", "v"));
    }
    assertArrayEquals(origins, cluster.running().stream().mapToLong(TestReplica::origin).toArray());
  }

  @Test
  void shouldServeWithoutPeersWhenAllOthersAreTakenOut() throws Exception {
    cluster = Cluster.serving(directory, 2);
    TestReplica replica = cluster.replica(0);
    cluster.replica(1).stop();
    cluster.awaitUnreachable(1);
    try (TestClient client = replica.client()) {
      assertEquals(kv.PUT_FAILED, client.put("k", "v"));

      replica.lists(replica.host());
      awaitWhole(replica, 0);

      assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, client.put("k", "w"));
      assertEquals("=w", client.get("k"));
    }
  }

  private void list(int... indices) throws Exception {
    String[] names = new String[indices.length];
    for (int i = 0; i < indices.length; i++) {
      names[i] = cluster.replica(indices[i]).host();
    }
    for (int index : indices) {
      cluster.replica(index).lists(names);
    }
  }

  /** Waits until it has so many peers, all there, and whoever was taken out knows it. */
  private void awaitWhole(TestReplica replica, int count) throws Exception {
    Eventually.until(
        replica.host() + " has " + count + " peers, and all are there",
        () -> replica.peers() == count && replica.isWhole(),
        cluster::describe);
  }

  private void awaitPeers(TestReplica replica, int count) throws Exception {
    Eventually.until(
        replica.host() + " has " + count + " peers",
        () -> replica.peers() == count,
        cluster::describe);
  }

  private static Map<String, String> differing(Cluster cluster) {
    Map<String, String> one = cluster.replica(0).contents();
    one.entrySet().removeAll(cluster.replica(1).contents().entrySet());
    return one;
  }
}
