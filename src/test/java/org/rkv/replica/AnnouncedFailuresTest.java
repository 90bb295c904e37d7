package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.FailedCall;
import org.rkv.rpc.FailureCount;
import org.rkv.rpc.Key;
import org.rkv.rpc.Reason;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** What the log says of calls that were announced as failed, and whose doing that was. */
class AnnouncedFailuresTest {
  private static final int SHORT_TIMEOUT_MILLIS = 500;

  @TempDir Path directory;
  private Cluster cluster;

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void shouldNameTheReplicaThatIsNotThere() throws Exception {
    cluster = Cluster.serving(directory, 3);
    stopAndNotice(2);
    try (TestClient client = cluster.replica(0).client()) {
      assertEquals(kv.PUT_FAILED, client.put("k", "v"));
      assertEquals(kv.DEL_FAILED, client.del("k"));
      assertEquals("1", client.get("k"));
    }
    expectLine("PUT is announced as failed: replica " + cluster.host(2) + " is not reachable: ");
  }

  @Test
  void shouldTellWhoAsksWhyAndCountItInTheStatus() throws Exception {
    cluster = Cluster.serving(directory, 3);
    stopAndNotice(2);
    try (TestClient client = cluster.replica(0).client()) {
      client.put("k", "v");
      client.put("k", "w");
      FailedCall put = new FailedCall();
      put.procedure = kv.PUT_1;
      put.key = new Key("k");

      Reason reason = client.stub().WHY_1(put);
      FailureCount[] counts = client.stub().STATUS_1().failures;

      assertEquals("unreachable", reason.cause);
      assertEquals(cluster.host(2), reason.peer);
      assertEquals(1, counts.length);
      assertEquals("unreachable", counts[0].cause);
      assertEquals(cluster.host(2), counts[0].peer);
      assertEquals(2, counts[0].count);
    }
  }

  @Test
  void shouldSayOnceWhatIsSoForHundredsOfCalls() throws Exception {
    cluster = Cluster.serving(directory, 3);
    stopAndNotice(2);
    try (TestClient client = cluster.replica(0).client()) {
      for (int i = 0; i < 300; i++) {
        assertEquals(kv.PUT_FAILED, client.put("k", "v" + i));
      }
    }
    assertEquals(1, cluster.replica(0).log().count("is announced as failed: "), cluster::describe);
  }

  @Test
  void shouldTellOneThatIsSilentFromOneThatIsNotThere() throws Exception {
    cluster =
        Cluster.serving(directory, 3, replica -> replica.peerTimeoutMillis(SHORT_TIMEOUT_MILLIS));
    try (TestReplica.Frozen frozen = cluster.replica(1).freeze();
        TestClient client = cluster.replica(0).client()) {
      assertEquals(kv.PUT_FAILED, client.put("k", "v"));
    }
    expectLine(
        "PUT is announced as failed: replica "
            + cluster.host(1)
            + " does not answer: no answer within 500 ms");
  }

  @Test
  void shouldNameTheReplicaThatHasAnotherFile() throws Exception {
    cluster = Cluster.serving(directory, 3);
    stopAndNotice(2);
    cluster.replica(2).lists(cluster.host(0), cluster.host(2)).start();
    awaitTrouble("its replica file is not ours");
    try (TestClient client = cluster.replica(0).client()) {
      assertEquals(kv.PUT_FAILED, client.put("k", "v"));
    }
    expectLine(
        "PUT is announced as failed: replica " + cluster.host(2) + " has another replica file: ");
  }

  @Test
  void shouldNameTheReplicaThatHasOtherLimits() throws Exception {
    cluster = Cluster.serving(directory, 3);
    stopAndNotice(2);
    cluster.replica(2).limits(7, 32).start();
    awaitTrouble("its capacity or maximal length is not ours");
    try (TestClient client = cluster.replica(0).client()) {
      assertEquals(kv.PUT_FAILED, client.put("k", "v"));
    }
    expectLine("PUT is announced as failed: replica " + cluster.host(2) + " has other limits: ");
  }

  @Test
  void shouldSayThatItDoesNotServeYet() throws Exception {
    cluster = new Cluster(directory, 3);
    cluster.replica(0).start();
    try (TestClient client = cluster.replica(0).client()) {
      assertEquals("1", client.get("k"));
    }
    expectLine("GET is announced as failed: this replica does not serve: it waits for ");
  }

  private void stopAndNotice(int index) throws Exception {
    cluster.replica(index).stop();
    cluster.awaitUnreachable(index);
  }

  private void awaitTrouble(String reason) throws Exception {
    Eventually.until(
        "it knows why",
        () ->
            cluster
                .replica(0)
                .look(
                    life ->
                        life.peers().all().stream()
                            .anyMatch(peer -> peer.trouble().startsWith(reason))),
        cluster::describe);
  }

  private void expectLine(String text) throws Exception {
    Eventually.until(
        "the log says " + text, () -> cluster.replica(0).log().contain(text), cluster::describe);
  }
}
