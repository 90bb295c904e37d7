package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.Epoch;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;

/**
 * A replica that falls behind begins anew in the same process, and connections that were made to it
 * stay. The test stands in for the one that has gone on without it.
 */
class FormerIncarnationTest {
  @TempDir Path directory;
  private Cluster cluster;
  private TestReplica replica;
  private StandInReplica peer;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory, 2);
    peer = new StandInReplica(cluster.address(1), cluster.names());
    peer.answers(kv.ADMITTED);
    replica = cluster.replica(0).start();
    try (Greeter greeter = peer.calls(replica.address())) {
      assertEquals(kv.ADMITTED, greeter.greet());
      Eventually.until("it serves", replica::isServing, cluster::describe);
    }
  }

  @AfterEach
  void stop() {
    peer.close();
    cluster.close();
  }

  /** It was told of an incarnation that is over, and would never meet the one that there is. */
  @Test
  void shouldAdmitNobodyThatHasGreetedAnIncarnationThatIsOver() throws Exception {
    long origin = replica.origin();
    try (Greeter greeter = peer.calls(replica.address());
        Greeter next = peer.calls(replica.address())) {
      assertEquals(origin, greeter.hello().start);

      peer.says(
          self -> {
            self.state = kv.REPLICA_SERVING;
            self.history.epochs = new Epoch[] {epochOf(peer.names().incarnation)};
          });
      peer.hangUp();
      Eventually.until("it begins anew", () -> replica.origin() != origin, cluster::describe);

      assertThrows(OncRpcException.class, greeter::ask);
      assertEquals(kv.ADMITTED, next.greet());
    }
  }

  /** Else it would take us for one that it can ask still: seed 58023 of the simulator. */
  @Test
  void shouldEndTheConnectionsOfOneThatAnotherHasReplaced() throws Exception {
    try (Greeter greeter = peer.calls(replica.address())) {
      assertEquals(kv.ADMITTED, greeter.greet());

      peer.restart();
      peer.hangUp();

      Eventually.until("it has met the other", greeter::isClosed, cluster::describe);
    }
  }

  private static Epoch epochOf(long incarnation) {
    Epoch epoch = new Epoch();
    epoch.id = 1;
    epoch.clock = 1;
    epoch.incarnations = new long[] {incarnation};
    return epoch;
  }
}
