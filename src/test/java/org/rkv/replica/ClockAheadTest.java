package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/**
 * Catching up with replicas whose clocks are further ahead than is believed, as after all wall
 * clocks were set back. The test stands in for the third of three replicas while that is away, and
 * makes the other two go ahead by less than an hour at a time.
 */
class ClockAheadTest {
  private static final long STEP_MILLIS = 50 * 60_000;

  @TempDir Path directory;
  private Cluster cluster;
  private TestReplica restarted;
  private long clock;

  @BeforeEach
  void start() throws Exception {
    cluster = Cluster.serving(directory, 3, replica -> replica.peerTimeoutMillis(1_000));
    restarted = cluster.replica(2);
    restarted.stop();
    cluster.awaitUnreachable(2);
    clock = System.currentTimeMillis();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void shouldTakeOverWhatEveryReplicaHasBelieved() throws Exception {
    long ahead = goAhead(cluster.replica(0), true);
    assertEquals(ahead, goAhead(cluster.replica(1), true));

    restarted.start();
    cluster.awaitLinked();

    try (TestClient client = restarted.client()) {
      assertEquals("=v", client.get("k"));
      assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, client.put("k", "w"));
    }
    cluster.awaitEqual();
    assertTrue(cluster.replica(0).contents().get("k").endsWith("=w"), cluster::describe);
  }

  @Test
  void shouldNotServeWithoutWhatItDoesNotBelieve() throws Exception {
    goAhead(cluster.replica(0), false);
    goAhead(cluster.replica(1), false);

    restarted.start();

    Eventually.until(
        "it says why it waits",
        () -> restarted.log().contain("not serving yet: waiting for clocks to agree: replica "),
        cluster::describe);
    assertFalse(restarted.isServing());
    try (TestClient client = restarted.client()) {
      assertEquals("1", client.get("k"));
    }
  }

  @Test
  void shouldPreferASourceThatItBelieves() throws Exception {
    goAhead(cluster.replica(0), false);

    restarted.start();

    Eventually.until("it serves", restarted::isServing, cluster::describe);
    assertTrue(restarted.log().contain("of replica " + cluster.replica(1).host()));
  }

  /** Makes a replica hold an entry 100 minutes ahead. */
  private long goAhead(TestReplica replica, boolean settled) throws Exception {
    try (TestClient client = TestClient.from(restarted.inetAddress(), replica.address())) {
      Greeter greeter = new Greeter(client, restarted.address().getPort());
      assertEquals(kv.HELLO_OK, greeter.greet().code);
      assertEquals(kv.PUT_OK, greeter.rput("k", "u", (clock + STEP_MILLIS) << 16));
      long ahead = (clock + 2 * STEP_MILLIS) << 16;
      assertEquals(kv.PUT_OK, greeter.rput("k", "v", ahead));
      if (settled) {
        greeter.rsettled(ahead);
        assertTrue(greeter.rget("k").settled);
      }
      return ahead;
    }
  }
}
