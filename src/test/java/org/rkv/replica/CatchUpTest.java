package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.client.PutResult;
import org.rkv.client.RkvClient;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** From nothing to serving. */
class CatchUpTest {
  private static final int MANY = 2_000;
  private static final int MANY_KEYS = 100_000;
  private static final int ATTEMPTS = 50;

  @TempDir Path directory;
  private Cluster cluster;

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void shouldHaveEverythingAgainAfterARestart() throws Exception {
    cluster = Cluster.serving(directory, 3);
    try (TestClient client = cluster.replica(0).client()) {
      for (int i = 0; i < 200; i++) {
        client.put("key" + i, "value" + i);
      }
      for (int i = 0; i < 50; i++) {
        client.del("key" + i);
      }
    }
    cluster.awaitEqual();
    Map<String, String> before = cluster.replica(0).contents();
    TestReplica restarted = cluster.replica(2);
    restarted.stop();
    restarted.start();
    cluster.awaitLinked();

    assertEquals(before, restarted.contents(), "with the same stamps, tombstones too");
    assertEquals(150, restarted.liveEntries());
    assertEquals(50, restarted.tombstones());
    assertTrue(restarted.log().contain("caught up with 200 entries of replica"));
    try (TestClient client = restarted.client()) {
      assertEquals("=value77", client.get("key77"));
      assertEquals("4", client.get("key7"));
      assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, client.put("key77", "new"));
    }
  }

  @Test
  void shouldCatchUpWithMoreThanOnePageOfEverySize() throws Exception {
    cluster = Cluster.serving(directory, 2, replica -> replica.limits(5_000, 100_000));
    try (TestClient client = cluster.replica(0).client()) {
      for (int i = 0; i < 1_000; i++) {
        client.put("small" + i, "v");
      }
      for (int i = 0; i < 20; i++) {
        client.put("large" + i, "x".repeat(90_000));
      }
    }
    cluster.awaitEqual();
    Map<String, String> before = cluster.replica(0).contents();
    cluster.replica(1).stop();
    cluster.replica(1).start();
    cluster.awaitLinked();

    assertEquals(before, cluster.replica(1).contents());
  }

  @ParameterizedTest
  @ValueSource(strings = {"01234", "43210", "20413"})
  void shouldStartAllTogetherInAnyOrder(String order) throws Exception {
    cluster = new Cluster(directory, 5);
    for (char index : order.toCharArray()) {
      TestReplica next = cluster.replica(index - '0');
      next.start();
      if (cluster.running().size() < 5) {
        assertAnswersFailed(next);
        assertFalse(next.isServing());
      }
    }
    cluster.awaitLinked();
    for (TestReplica replica : cluster.all()) {
      try (TestClient client = replica.client()) {
        assertEquals("5", client.get("k"));
      }
    }
    try (TestClient client = cluster.replica(order.charAt(0) - '0').client()) {
      assertEquals(kv.PUT_OK, client.put("k", "v"));
    }
    cluster.awaitEqual();
  }

  @Test
  void shouldAnswerFailedAndSayWhomItWaitsForWhilePeersAreAway() throws Exception {
    cluster = new Cluster(directory, 3);
    TestReplica first = cluster.replica(0).peerTimeoutMillis(500).start();
    String second = cluster.replica(1).host();
    String third = cluster.replica(2).host();

    Eventually.until(
        "it says whom it waits for",
        () ->
            first
                .log()
                .contain(
                    "INFO: not serving yet: waiting for replicas to be met: "
                        + second
                        + " "
                        + third),
        cluster::describe);
    assertAnswersFailed(first);

    cluster.replica(1).start();
    Eventually.until("they met", () -> first.reaches(cluster.replica(1)), cluster::describe);
    assertFalse(first.isServing(), "the third may hold what these two do not");
    assertAnswersFailed(first);
    assertAnswersFailed(cluster.replica(1));
    try (TestClient client = first.client()) {
      var replicas = client.stub().REPLICAS_1().value;
      assertTrue(replicas[1].reachable, "REPLICAS is answered all the same");
      assertFalse(replicas[2].reachable);
    }

    cluster.replica(2).start();
    cluster.awaitLinked();
    try (TestClient client = first.client()) {
      assertEquals(kv.PUT_OK, client.put("k", "v"));
    }
  }

  @Test
  void shouldCatchUpAlsoWhileAnotherPeerIsAwayOnceItsFormerLifeCannotCount() throws Exception {
    cluster = Cluster.serving(directory, 3, replica -> replica.peerTimeoutMillis(700));
    try (TestClient client = cluster.replica(0).client()) {
      client.put("k", "v");
    }
    cluster.awaitEqual();
    cluster.replica(1).stop();
    cluster.replica(2).stop();
    cluster.awaitUnreachable(1);
    cluster.awaitUnreachable(2);

    cluster.replica(2).start();

    Eventually.until("it serves", () -> cluster.replica(2).isServing(), cluster::describe);
    try (TestClient client = cluster.replica(2).client()) {
      assertEquals("=v", client.get("k"));
      assertEquals(kv.PUT_FAILED, client.put("k", "w"), "one peer is still away");
    }
    cluster.replica(1).start();
    cluster.awaitLinked();
    cluster.awaitEqual();
  }

  @Test
  void shouldFindAnotherSourceWhenTheFirstDiesDuringTheScan() throws Exception {
    cluster =
        Cluster.serving(
            directory, 3, replica -> replica.limits(20_000, 1_000).peerTimeoutMillis(1_000));
    try (TestClient client = cluster.replica(0).client()) {
      for (int i = 0; i < MANY; i++) {
        client.put("key" + i, "x".repeat(990));
      }
    }
    cluster.awaitEqual();
    Map<String, String> before = cluster.replica(1).contents();
    TestReplica source = cluster.replica(0); // the first one listed that serves
    TestReplica restarted = cluster.replica(2);
    try (TestReplica.Frozen frozen = restartUntilMidway(restarted, MANY, source::freeze)) {
      Eventually.until("it serves", restarted::isServing, cluster::describe);

      assertTrue(before.equals(restarted.contents()), "it has all");
      assertTrue(restarted.log().contain("broke off: beginning again"), cluster::describe);
      assertTrue(
          restarted
              .log()
              .contain(
                  "caught up with " + MANY + " entries of replica " + cluster.replica(1).host()),
          cluster::describe);
    }
    cluster.awaitLinked();
    cluster.awaitEqual();
  }

  /** A cursor of its former life would lead it past keys that lie elsewhere in this one. */
  @Test
  void shouldBeginAnewWhenItsSourceHasRestartedBetweenTwoPages() throws Exception {
    cluster = Cluster.serving(directory, 3, replica -> replica.limits(2 * MANY_KEYS, 32));
    fill(cluster.replica(0), MANY_KEYS);
    Map<String, String> before = cluster.replica(1).contents();
    TestReplica source = cluster.replica(0); // the first one listed that serves
    TestReplica scanning = cluster.replica(2);
    long formerOrigin = source.origin();

    restartUntilMidway(scanning, MANY_KEYS, () -> restart(source));
    cluster.awaitLinked();

    assertNotEquals(formerOrigin, source.origin());
    assertTrue(scanning.log().contain("broke off: beginning again"), cluster::describe);
    assertEquals(MANY_KEYS, before.size());
    assertTrue(before.equals(scanning.contents()), "none is missing, with the same stamps");
    assertTrue(before.equals(source.contents()), "nor at the source");
  }

  private static TestReplica restart(TestReplica replica) {
    try {
      replica.stop();
      return replica.start();
    } catch (IOException | OncRpcException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void fill(TestReplica replica, int keys) throws IOException {
    try (RkvClient client = RkvClient.connect(replica.shown())) {
      List<CompletableFuture<PutResult>> puts = new ArrayList<>();
      for (int i = 0; i < keys; i++) {
        puts.add(client.putAsync("key" + i, "v"));
        if (i % 500 == 499) {
          puts.get(i).join(); // so that the last ones do not wait for a peer's whole time-out
        }
      }
      puts.forEach(put -> assertEquals(PutResult.STORED, put.join()));
    }
  }

  /** Does this while half of the scan at most is done; nothing can happen in between. */
  private <T> T restartUntilMidway(TestReplica restarted, int entries, Supplier<T> what)
      throws Exception {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      restarted.stop();
      restarted.log().clear();
      restarted.start();
      while (!restarted.isServing()) {
        T done =
            restarted.look(
                life -> {
                  int scanned = life.store().liveEntries();
                  return scanned > 0 && scanned < entries / 2 ? what.get() : null;
                });
        if (done != null) {
          return done;
        }
      }
      cluster.awaitLinked();
    }
    throw new AssertionError("every scan was over before it could be looked at");
  }

  @Test
  void shouldTakeOverWhatIsWrittenWhileItCatchesUp() throws Exception {
    cluster = Cluster.serving(directory, 3, replica -> replica.limits(20_000, 1_000));
    try (TestClient client = cluster.replica(0).client()) {
      for (int i = 0; i < 1_000; i++) {
        client.put("key" + i, "x".repeat(900));
      }
      cluster.awaitEqual();
      cluster.replica(2).stop();
      cluster.replica(2).start();
      int i = 0;
      while (!cluster.replica(2).isServing()) {
        client.put("key" + i % 1_000, "new" + i);
        client.del("key" + (i + 500) % 1_000);
        i++;
      }
    }
    cluster.awaitLinked();
    cluster.awaitEqual();
  }

  private static void assertAnswersFailed(TestReplica replica) throws Exception {
    try (TestClient client = replica.client()) {
      assertEquals(kv.PUT_FAILED, client.put("k", "v"));
      assertEquals("1", client.get("k"));
      assertEquals(kv.DEL_FAILED, client.del("k"));
    }
    assertEquals(Map.of(), replica.contents());
  }
}
