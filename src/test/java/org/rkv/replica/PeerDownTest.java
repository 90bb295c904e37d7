package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** One of the replicas is not there for a while. */
class PeerDownTest {
  @TempDir Path directory;
  private Cluster cluster;

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void shouldAnnounceAWriteAsFailedAndStillBringItToTheOthers() throws Exception {
    cluster = Cluster.serving(directory, 3);
    stopAndNotice(2);
    try (TestClient client = cluster.replica(0).client()) {
      assertEquals(kv.PUT_FAILED, client.put("k", "v"));
      Map<String, String> written = cluster.replica(0).contents();

      Eventually.until(
          "the other peer has it",
          () -> cluster.replica(1).contents().equals(written),
          cluster::describe);

      assertTrue(written.get("k").endsWith("=v"), "nothing is rolled back");
    }
  }

  @Test
  void shouldBringAFailedWriteToAllOnceThePeerIsBack() throws Exception {
    cluster = Cluster.serving(directory, 3);
    stopAndNotice(2);
    try (TestClient client = cluster.replica(0).client()) {
      assertEquals(kv.PUT_FAILED, client.put("k", "v"));
      assertEquals("1", client.get("k"), "what cannot be confirmed is not told");
    }
    Map<String, String> written = cluster.replica(0).contents();

    cluster.replica(2).start();
    cluster.awaitLinked();
    cluster.awaitEqual();

    for (TestReplica replica : cluster.all()) {
      assertEquals(written, replica.contents(), "the same stamp");
      try (TestClient client = replica.client()) {
        assertEquals("=v", client.get("k"));
      }
    }
    try (TestClient client = cluster.replica(2).client()) {
      assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, client.put("k", "w"), "writes succeed again");
    }
  }

  @Test
  void shouldBringAFailedOverwriteAndAFailedDeleteToAll() throws Exception {
    cluster = Cluster.serving(directory, 3);
    try (TestClient client = cluster.replica(0).client()) {
      client.put("overwritten", "old");
      client.put("deleted", "old");
      client.put("kept", "old");
      cluster.awaitEqual();
      stopAndNotice(1);

      assertEquals(kv.PUT_FAILED, client.put("overwritten", "new"));
      assertEquals(kv.DEL_FAILED, client.del("deleted"));

      cluster.replica(1).start();
      cluster.awaitLinked();
      cluster.awaitEqual();
    }
    for (TestReplica replica : cluster.all()) {
      try (TestClient client = replica.client()) {
        assertEquals("=new", client.get("overwritten"));
        assertEquals("4", client.get("deleted"));
        assertEquals("=old", client.get("kept"));
      }
    }
  }

  @Test
  void shouldAnswerSettledGetsWhileAllOthersAreDown() throws Exception {
    cluster = Cluster.serving(directory, 5);
    try (TestClient client = cluster.replica(0).client()) {
      client.put("k", "v");
      client.put("gone", "v");
      client.del("gone");
    }
    cluster.awaitEqual();
    for (int i = 0; i < 4; i++) {
      cluster.replica(i).stop();
    }
    try (TestClient client = cluster.replica(4).client()) {
      assertEquals("=v", client.get("k"));
      assertEquals("4", client.get("gone"));
      assertEquals("4", client.get("never there"));
    }
  }

  @Test
  void shouldFailAtOnceWhileAPeerIsDownForeverAndNotForThoseWhoOnlyRead() throws Exception {
    cluster = Cluster.serving(directory, 3);
    try (TestClient client = cluster.replica(0).client()) {
      client.put("k", "v");
      cluster.awaitEqual();
      stopAndNotice(2);
      for (int i = 0; i < 50; i++) {
        assertEquals(kv.PUT_FAILED, client.put("other", "v" + i));
        assertEquals("=v", client.get("k"));
      }
      assertEquals(kv.DEL_FAILED, client.del("k"));
      assertEquals("1", client.get("k"), "now the delete is not known to be everywhere");
    }
  }

  @Test
  void shouldSayThatAKeyIsMissingWhileAPeerIsDownIfNobodyEverHeardOfIt() throws Exception {
    cluster = Cluster.serving(directory, 3);
    stopAndNotice(2);
    try (TestClient client = cluster.replica(0).client()) {
      assertEquals(kv.DEL_KVSTORE_IS_EMPTY, client.del("never there"));
      assertEquals("5", client.get("never there"));
      assertEquals(kv.PUT_KEY_IS_TOO_LARGE, client.put("x".repeat(31), "v"));
    }
  }

  @Test
  void shouldNotSayThatAKeyIsMissingBeforeItsDeleteIsEverywhere() throws Exception {
    cluster = Cluster.serving(directory, 3);
    try (TestClient client = cluster.replica(0).client()) {
      client.put("k", "v");
      client.put("other", "v");
      cluster.awaitEqual();
      stopAndNotice(2);
      assertEquals(kv.DEL_FAILED, client.del("k"));

      assertEquals(kv.DEL_FAILED, client.del("k"));
      assertEquals("1", client.get("k"));

      cluster.replica(2).start();
      cluster.awaitLinked();
      cluster.awaitEqual();
      assertEquals(kv.DEL_KEY_NOT_FOUND, client.del("k"));
      assertEquals("4", client.get("k"));
    }
  }

  @Test
  void shouldFailAWriteWhenAPeerThatHadAnsweredIsLostBeforeTheLastAnswer() throws Exception {
    // No call times out here: what fails the write is that an answer of a dead life is void.
    cluster = Cluster.serving(directory, 3, replica -> replica.peerTimeoutMillis(10_000));
    CompletableFuture<Integer> write = new CompletableFuture<>();
    try (TestReplica.Frozen frozen = cluster.replica(2).freeze()) {
      Thread writer = new Thread(() -> put(cluster.replica(0), write));
      writer.start();
      Eventually.until(
          "the first peer has answered",
          () ->
              cluster.replica(0).operations().contains("PUT: replication response: succeeded (0)"),
          cluster::describe);
      cluster.replica(1).stop();

      assertEquals(kv.PUT_FAILED, write.get(8, TimeUnit.SECONDS), "with the other one frozen");
      writer.join();
      cluster.replica(1).start();
    }
    cluster.awaitLinked();
    cluster.awaitEqual();
    assertTrue(cluster.replica(1).contents().get("k").endsWith("=v"), "it got it again");
  }

  private static void put(TestReplica replica, CompletableFuture<Integer> answer) {
    try (TestClient client = replica.client()) {
      answer.complete(client.put("k", "v"));
    } catch (Exception e) {
      answer.completeExceptionally(e);
    }
  }

  /**
   * Each failed write was remembered by itself, until there was no memory left. Now a replica has
   * the oldest and the newest of its own, and the newest of another.
   */
  @Test
  void shouldRememberAFewWritesOfAKeyHoweverOftenTheyFail() throws Exception {
    cluster = Cluster.serving(directory, 3);
    stopAndNotice(2);
    try (TestClient client = cluster.replica(0).client();
        TestClient other = cluster.replica(1).client()) {
      for (int i = 0; i < 500; i++) {
        assertEquals(kv.PUT_FAILED, client.put("k", "v" + i));
        assertEquals(kv.PUT_FAILED, other.put("k", "w" + i));
        assertEquals(kv.PUT_FAILED, client.put("l", "v" + i));
      }
      assertTrue(client.stub().STATUS_1().unsettled <= 6, cluster::describe);
      assertTrue(other.stub().STATUS_1().unsettled <= 6, cluster::describe);
    }

    cluster.replica(2).start();
    cluster.awaitLinked();
    cluster.awaitEqual();
    try (TestClient client = cluster.replica(2).client()) {
      assertEquals(0, client.stub().STATUS_1().unsettled);
      assertEquals("=v499", client.get("l"));
    }
  }

  @Test
  void shouldListAPeerThatIsDownAsNotReachable() throws Exception {
    cluster = Cluster.serving(directory, 3);
    stopAndNotice(1);
    try (TestClient client = cluster.replica(0).client()) {
      var replicas = client.stub().REPLICAS_1().value;

      assertEquals(3, replicas.length);
      assertEquals(cluster.replica(1).shown(), replicas[1].name);
      assertFalse(replicas[1].reachable);
      assertTrue(replicas[0].reachable);
      assertTrue(replicas[2].reachable);
    }
  }

  @Test
  void shouldSayOnceThatAPeerIsNotReachableAndThatItIsAgain() throws Exception {
    cluster = Cluster.serving(directory, 2);
    String peer = "replica " + cluster.replica(1).host();
    cluster.replica(0).log().clear();
    stopAndNotice(1);
    Eventually.until(
        "it tries again and is refused",
        () -> cluster.replica(0).log().contain("WARNING: " + peer + " is not reachable"),
        cluster::describe);

    cluster.replica(1).start();
    cluster.awaitLinked();

    assertEquals(1, cluster.replica(0).log().count("INFO: " + peer + " is reachable"));
    List<String> warnings = cluster.replica(0).log().matching(l -> l.startsWith("WARNING"));
    assertEquals(List.copyOf(new LinkedHashSet<>(warnings)), warnings, "none twice");
  }

  @Test
  void shouldAnswerTheCallsUnderWayBeforeItStops() throws Exception {
    cluster = Cluster.serving(directory, 2);
    try (TestReplica.Frozen frozen = cluster.replica(1).freeze()) {
      CompletableFuture<Integer> answer = new CompletableFuture<>();
      Thread writer = new Thread(() -> put(cluster.replica(0), answer));
      writer.start();
      Eventually.until(
          "the write is under way",
          () -> cluster.replica(0).contents().containsKey("k"),
          cluster::describe);
      Thread thaw = new Thread(frozen::close);

      thaw.start();
      assertTrue(cluster.replica(0).stopGracefully());
      writer.join();
      thaw.join();

      assertEquals(kv.PUT_OK, answer.get());
    }
  }

  private void stopAndNotice(int index) throws Exception {
    cluster.replica(index).stop();
    cluster.awaitUnreachable(index);
  }
}
