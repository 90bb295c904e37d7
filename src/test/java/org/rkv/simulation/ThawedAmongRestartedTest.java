package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;

/**
 * One is frozen and taken out, and the others go on; they list it again, and have just been
 * restarted on their disks when it thaws: it serves what is old, and nobody serves what is new.
 */
class ThawedAmongRestartedTest {
  private static final long SOON_MILLIS = 5000;

  private final SimulatedCluster cluster = new SimulatedCluster(1, new OnDisks(3), true);

  private final List<SimulatedReplica> replicas = cluster.replicas();
  private final List<SimulatedReplica> rest = replicas.subList(0, 2);
  private final SimulatedReplica last = replicas.get(2);

  @Test
  void shouldAnswerNothingOldAndServeWhatTheOthersKeep() {
    replicas.forEach(SimulatedReplica::start);
    awaitAll(replicas);
    assertEquals(Result.OK, ask(replicas.get(0), Kind.PUT, "old").result());
    last.pause();
    cluster.list(rest);
    cluster.assertWithinMillis(
        SOON_MILLIS, () -> rest.stream().allMatch(SimulatedReplica::isWhole));
    assertEquals(Result.OK, ask(replicas.get(0), Kind.PUT, "new").result());
    cluster.list(replicas);
    rest.forEach(SimulatedReplica::kill);
    rest.forEach(SimulatedReplica::start);

    last.resume();

    for (int i = 0; i < 50 && !last.isAnswering(); i++) {
      assertNotEquals("old", ask(last, Kind.GET, null).value());
    }
    awaitAll(replicas);
    for (SimulatedReplica replica : replicas) {
      assertEquals("new", ask(replica, Kind.GET, null).value());
    }
  }

  private void awaitAll(List<SimulatedReplica> some) {
    cluster.assertWithinMillis(
        3 * SOON_MILLIS, () -> some.stream().allMatch(SimulatedReplica::isAnswering));
  }

  private Operation ask(SimulatedReplica replica, Kind kind, String value) {
    return cluster.ask(replica, new SimulatedClient.Request(kind, "k", value), SOON_MILLIS);
  }
}
