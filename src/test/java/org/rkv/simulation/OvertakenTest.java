package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.peer.ReplicaAddress;

/**
 * A replica has copied everything, and waits for the replica files to agree; meanwhile the others
 * go on without it.
 */
class OvertakenTest {
  private static final long SOON_MILLIS = 5000;
  private static final long MOMENT_MILLIS = 200;

  private final SimulatedCluster cluster = SimulatedCluster.ofThree();
  private final List<SimulatedReplica> replicas = cluster.replicas();
  private final SimulatedReplica first = replicas.get(0);
  private final SimulatedReplica starter = replicas.get(2);
  private final List<SimulatedReplica> rest = new ArrayList<>(replicas.subList(0, 2));

  @BeforeEach
  void overtake() {
    replicas.forEach(SimulatedReplica::start);
    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isWhole));
    assertSoon(() -> ask(first, Kind.PUT, "old") == Result.OK);
    starter.kill();
    starter.start();
    assertSoon(() -> starter.replica().waitingFor().startsWith("the entries of"));
    first.pause(); // or all would have been copied before the files differ
    rest.get(1).peers(withNobody(rest.get(1)));
    cluster.scheduler().runForMillis(MOMENT_MILLIS);
    first.resume();
    assertSoon(() -> starter.replica().waitingFor().startsWith("the replica files to agree"));
    rest.forEach(each -> each.peers(SimulatedCluster.othersOf(each, rest)));
    assertSoon(() -> rest.stream().allMatch(SimulatedReplica::isWhole));
    assertSoon(() -> ask(first, Kind.PUT, "new") == Result.OK);
  }

  /** Of all that it lists none is reached at that moment: seed 300726 of the simulator. */
  @Test
  void shouldNotServeWhatItCopiedWhenItsOwnFileChanges() {
    starter.peers(withNobody(starter));

    for (int i = 0; i < 20; i++) {
      assertFalse(starter.isServing());
      cluster.scheduler().runForMillis(SOON_MILLIS / 20);
    }
    assertCatchesUp();
  }

  @Test
  void shouldNotServeWhatItCopiedWhenItIsCutOff() {
    rest.forEach(
        each -> {
          cluster.fabric().silenceBetween(each.machine(), starter.machine());
        });

    for (int i = 0; i < 20; i++) {
      assertFalse(starter.isServing());
      cluster.scheduler().runForMillis(SOON_MILLIS / 20);
    }
    rest.forEach(
        each -> {
          cluster.fabric().unsilenceBetween(each.machine(), starter.machine());
        });
    assertCatchesUp();
  }

  private void assertCatchesUp() {
    replicas.forEach(each -> each.peers(SimulatedCluster.othersOf(each, replicas)));
    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isWhole));
    assertSoon(() -> ask(starter, Kind.GET, null) == Result.OK);
    assertEquals("new", cluster.history().operations().get(cluster.history().size() - 1).value());
  }

  private List<ReplicaAddress> withNobody(SimulatedReplica of) {
    List<ReplicaAddress> list = new ArrayList<>(SimulatedCluster.othersOf(of, replicas));
    list.add(new ReplicaAddress("nobody", "nobody", List.of(), KvProgram.DEFAULT_PORT));
    return list;
  }

  private Result ask(SimulatedReplica at, Kind kind, String value) {
    return cluster.ask(at, new SimulatedClient.Request(kind, "k", value), SOON_MILLIS).result();
  }

  private void assertSoon(BooleanSupplier condition) {
    cluster.assertWithinMillis(SOON_MILLIS, condition);
  }
}
