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

/** One replica starts with a slip of the pen in its file, and name services are wrong besides. */
class MisspelledTest {
  private static final long SOON_MILLIS = 5000;

  private final SimulatedCluster cluster = SimulatedCluster.of(4);
  private final List<SimulatedReplica> replicas = cluster.replicas();
  private final SimulatedReplica meant = replicas.get(0);
  private final SimulatedReplica starter = replicas.get(1);
  private final SimulatedReplica misled = replicas.get(2);
  private final SimulatedReplica other = replicas.get(3);

  @BeforeEach
  void startWithASlip() {
    replicas.forEach(SimulatedReplica::start);
    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isWhole));
    List<ReplicaAddress> list =
        new ArrayList<>(SimulatedCluster.othersOf(starter, List.of(misled, other)));
    String nobody = cluster.nobody().name();
    list.add(new ReplicaAddress(nobody, nobody, List.of(), KvProgram.DEFAULT_PORT));
    starter.kill();
    starter.peers(list);
  }

  /**
   * The one whose name service leads astray takes the two names for one. What it calls that one is
   * not to be believed by the starter, whom all others would take for one of theirs then: seed
   * 101827 of the simulator.
   */
  @Test
  void shouldNotSpreadWhatOneIsToldByAWrongNameService() {
    misled.machine().names().lie(meant.machine().name(), List.of(cluster.nobody().address()));
    breakBetween(misled, meant);

    starter.start();

    assertSoon(() -> isAdmitted(starter, misled));
    misled.machine().names().mend();
    assertSoon(() -> isAdmitted(misled, meant) && isAdmitted(other, misled));
    cluster.scheduler().runForMillis(SOON_MILLIS);
    assertFalse(isAdmitted(starter, other), "their files name others");
    assertEquals(Result.FAILED, put(other));
    starter.peers(SimulatedCluster.othersOf(starter, replicas));
    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isWhole));
    assertEquals(Result.OK, put(other));
  }

  private void breakBetween(SimulatedReplica one, SimulatedReplica another) {
    cluster.fabric().breakBetween(one.machine(), another.machine(), 1);
  }

  private static boolean isAdmitted(SimulatedReplica by, SimulatedReplica one) {
    return by.replica().admitted().contains(one.replica().incarnation());
  }

  private Result put(SimulatedReplica at) {
    return cluster.ask(at, new SimulatedClient.Request(Kind.PUT, "k", "v"), SOON_MILLIS).result();
  }

  private void assertSoon(BooleanSupplier condition) {
    cluster.assertWithinMillis(SOON_MILLIS, condition);
  }
}
