package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** Replicas whose operators have given clusters a name. */
class OtherClusterTest {
  private static final String OTHER = "it belongs to another cluster than ours, production";

  @TempDir Path directory;
  private Cluster cluster;

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void shouldNotWorkTogetherWithAnotherClusterThoughTheFilesAreEqual() throws Exception {
    cluster = new Cluster(directory, 2);
    TestReplica production = cluster.replica(0).cluster("production").start();
    TestReplica staging = cluster.replica(1).cluster("staging").start();

    Eventually.until("both say so", () -> saysSo(production), cluster::describe);
    assertFalse(production.isServing());
    assertFalse(staging.isServing());
  }

  @Test
  void shouldTakeTheNameOverWhereNoneWasGivenAndKeepIt() throws Exception {
    cluster = new Cluster(directory, 2);
    TestReplica named = cluster.replica(0).cluster("production").start();
    TestReplica unnamed = cluster.replica(1).start();
    cluster.awaitLinked();
    assertTrue(unnamed.log().contain("this is cluster production"), cluster::describe);

    named.stop();
    named.cluster("staging").start();

    Eventually.until("it is refused", () -> saysSo(unnamed), cluster::describe);
    assertFalse(named.isServing());
  }

  /** Whom it lists is no business of ours: its address was ours before. */
  @Test
  void shouldGoOnAnsweringWhenAnotherClusterLeavesItOutOfItsList() throws Exception {
    cluster = Cluster.serving(directory, 2, replica -> replica.cluster("production"));
    TestReplica replica = cluster.replica(0);
    TestReplica other = cluster.replica(1);
    try (TestClient client = replica.client()) {
      assertEquals(kv.PUT_OK, client.put("k", "v"));
      other.stop();
      other.lists(other.host()).cluster("staging").start();

      Eventually.until("it says so", () -> saysSo(replica), cluster::describe);

      assertTrue(replica.isAnswering());
      assertEquals("=v", client.get("k"));
      assertTrue(other.isAnswering(), cluster::describe);
    }
  }

  private static boolean saysSo(TestReplica replica) {
    return replica.log().contain(OTHER);
  }
}
