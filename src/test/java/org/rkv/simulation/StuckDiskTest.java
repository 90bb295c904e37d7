package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.replica.core.Durability;

/** The disk of one replica hangs: it is not full, and does not fail, and nothing comes back. */
class StuckDiskTest {
  private static final long SOON_MILLIS = 5000;
  private static final int CALLS = 30;

  private final List<StuckDisk> disks = new ArrayList<>();

  /** What is asked to be safe from some moment on never is. */
  private static final class StuckDisk extends ChangedDurability {
    private final Set<Runnable> waiting = new LinkedHashSet<>();
    private boolean isStuck;

    StuckDisk(Durability truth) {
      super(truth);
    }

    @Override
    public boolean isSafe(long position) {
      return !isStuck && super.isSafe(position);
    }

    @Override
    public Runnable whenSafe(long position, Runnable then) {
      if (!isStuck) {
        return super.whenSafe(position, then);
      }
      waiting.add(then);
      return () -> waiting.remove(then);
    }
  }

  private final class Disks extends OnDisks {
    Disks(int replicas) {
      super(replicas);
    }

    @Override
    Durability durability(Durability truth) {
      StuckDisk disk = new StuckDisk(truth);
      disks.add(disk);
      return disk;
    }
  }

  private SimulatedCluster serving(int replicas) {
    SimulatedCluster cluster = new SimulatedCluster(1, new Disks(replicas), true);
    for (SimulatedReplica replica : cluster.replicas()) {
      replica.start();
      cluster.scheduler().runForMillis(100); // so their disks come in their order
    }
    cluster.assertWithinMillis(
        SOON_MILLIS, () -> cluster.replicas().stream().allMatch(SimulatedReplica::isServing));
    return cluster;
  }

  private static Operation ask(SimulatedCluster cluster, SimulatedReplica replica, Kind kind) {
    return ask(cluster, replica, new SimulatedClient.Request(kind, "k", "v"));
  }

  private static Operation ask(
      SimulatedCluster cluster, SimulatedReplica replica, SimulatedClient.Request request) {
    return cluster.ask(replica, request, SOON_MILLIS);
  }

  @Test
  void shouldFailAPutOfALoneReplicaInTime() {
    SimulatedCluster cluster = serving(1);
    disks.get(0).isStuck = true;

    assertEquals(Result.FAILED, ask(cluster, cluster.replicas().get(0), Kind.PUT).result());
  }

  /** Or it would be read, and be gone after a power cut. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void shouldTellNobodyOfAPutAsLongAsItIsNotForced(int replicas) {
    SimulatedCluster cluster = serving(replicas);
    SimulatedReplica replica = cluster.replicas().get(0);
    assertEquals(Result.OK, ask(cluster, replica, Kind.PUT).result());
    StuckDisk stuck = disks.get(0);
    stuck.isStuck = true;
    ask(cluster, replica, new SimulatedClient.Request(Kind.PUT, "k", "new"));

    for (SimulatedReplica asked : cluster.replicas()) {
      assertEquals(Result.FAILED, ask(cluster, asked, Kind.GET).result());
    }

    stuck.isStuck = false;
    List.copyOf(stuck.waiting).forEach(Runnable::run);
    cluster.scheduler().runForMillis(SOON_MILLIS);
    for (SimulatedReplica asked : cluster.replicas()) {
      assertEquals("new", ask(cluster, asked, Kind.GET).value());
    }
  }

  @Test
  void shouldAnswerThoughTheDiskOfAPeerHangsAndNotGatherThereWhatNobodyWaitsFor() {
    SimulatedCluster cluster = serving(3);
    StuckDisk stuck = disks.get(1);
    stuck.isStuck = true;

    assertEquals(Result.FAILED, ask(cluster, cluster.replicas().get(0), Kind.PUT).result());
    IntStream.range(0, CALLS)
        .forEach(i -> ask(cluster, cluster.replicas().get(0), i % 2 == 0 ? Kind.GET : Kind.PUT));
    assertFalse(stuck.waiting.isEmpty(), "it has been asked");

    cluster.scheduler().runForMillis(10 * SOON_MILLIS);
    assertTrue(stuck.waiting.size() < CALLS, () -> stuck.waiting.size() + " wait still");
  }

  @Test
  void shouldGatherNothingWhereItHangs() {
    SimulatedCluster cluster = serving(3);
    StuckDisk stuck = disks.get(1);
    stuck.isStuck = true;

    for (int i = 0; i < CALLS; i++) {
      Kind kind = i % 2 == 0 ? Kind.PUT : Kind.GET;
      assertEquals(Result.FAILED, ask(cluster, cluster.replicas().get(1), kind).result());
      assertFalse(stuck.waiting.isEmpty(), "its peers bring it what is not settled");
    }

    cluster.scheduler().runForMillis(10 * SOON_MILLIS);
    assertTrue(stuck.waiting.size() < CALLS, () -> stuck.waiting.size() + " wait still");
  }
}
