package org.rkv.simulation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A replica is frozen or cut off, and its operator starts another one at its name, on another
 * machine; the one before may go on meanwhile. In the end one of the two is killed. Clients do not
 * reach the one before as long as there are two. One that was cut off, or was frozen for so short
 * that it cannot know it, they do not reach before it is one of the replicas again: whoever
 * replaces such a replica has to be sure of that. Nor do they reach one that no one can tell any
 * more that it was replaced, since all that have met the other are dead or frozen themselves.
 */
final class TwinFaults {
  /** After that one that was cut off knows whether it is one of the others' still. */
  private static final long LOOK_MILLIS = 1000;

  /** After that it has noticed that it stood still; what it was told may take longer. */
  private static final long NOTICED_MILLIS = 300;

  private static final long WATCH_MILLIS = 10;

  private final Scheduler scheduler;
  private final Random random;
  private final Fabric fabric;
  private final Plan plan;
  private final SimulatedCluster cluster;
  private final List<Machine> clients;
  private final NetworkFaults network;
  private final ProcessFaults processes;
  private final Remedies remedies;

  /** A longer one is noticed for sure. */
  private final long standstillNanos;

  private boolean underWay;
  private boolean haveReplaced;

  TwinFaults(
      SimulatedCluster cluster, NetworkFaults network, ProcessFaults processes, Remedies remedies) {
    scheduler = cluster.scheduler();
    random = scheduler.random();
    fabric = cluster.fabric();
    plan = cluster.plan();
    this.cluster = cluster;
    clients = cluster.clients().stream().map(SimulatedClient::machine).toList();
    this.network = network;
    this.processes = processes;
    this.remedies = remedies;
    standstillNanos = TimeUnit.MILLISECONDS.toNanos(plan.peerTimeoutMillis());
  }

  /** Whether any was replaced. */
  boolean haveReplaced() {
    return haveReplaced;
  }

  /** One at a time. */
  void replace(SimulatedReplica replica) {
    Machine before = replica.machine();
    if (underWay || !processes.mayEnd(replica) || !cluster.hasSpareMachines()) {
      return;
    }
    underWay = true;
    haveReplaced = true;
    clients.forEach(client -> fabric.breakBetween(client, before, 1));
    clients.forEach(client -> fabric.silence(before, client));
    boolean isFrozen = replica.isPaused() || random.nextBoolean();
    if (!isFrozen) {
      network.cutOff(replica, scheduler.skewed(50, plan.longestFaultMillis()));
    }
    if (isFrozen && replica.isOnDisk() && random.nextBoolean()) {
      replica.startTwinWithCopy(cluster.spareMachine(before.name()));
    } else {
      replica.startTwin(cluster.spareMachine(before.name()), isFrozen);
    }
    Map<SimulatedReplica, Long> witnesses = witnesses(replica);
    long frozenNanos = scheduler.nowNanos();
    long awakeNanos = Long.MAX_VALUE;
    if (random.nextBoolean()) {
      long millis = scheduler.skewed(50, plan.longestFaultMillis());
      awakeNanos = frozenNanos + TimeUnit.MILLISECONDS.toNanos(millis);
      scheduler.afterMillis(millis, () -> replica.resumeTwinBefore(before));
    }
    long untilNanos = awakeNanos;
    boolean goesBack = random.nextBoolean();
    remedies.after(
        scheduler.skewed(100, 3 * plan.longestFaultMillis()),
        () -> {
          long pausedNanos = Math.min(untilNanos, scheduler.nowNanos()) - frozenNanos;
          if (!isFrozen || pausedNanos <= standstillNanos) {
            witnesses.clear();
          }
          end(replica, before, goesBack, witnesses);
        });
  }

  /**
   * Who serves, in which incarnation, and has to meet the other before it is one of the replicas.
   */
  private Map<SimulatedReplica, Long> witnesses(SimulatedReplica replaced) {
    Map<SimulatedReplica, Long> serving = new LinkedHashMap<>();
    for (SimulatedReplica each : cluster.replicas()) {
      if (each != replaced && each.isServing()) {
        serving.put(each, each.replica().incarnation());
      }
    }
    return serving;
  }

  private boolean canTell(SimulatedReplica witness, long incarnation, Machine before) {
    return witness.isServing()
        && !witness.isPaused()
        && witness.replica().incarnation() == incarnation
        && before.names().isRight()
        && !fabric.isSilent(witness.machine(), before)
        && !fabric.isSilent(before, witness.machine());
  }

  private void end(
      SimulatedReplica replica,
      Machine before,
      boolean goesBack,
      Map<SimulatedReplica, Long> witnesses) {
    if (goesBack && (!replica.isRunning() || processes.mayEnd(replica))) {
      replica.killTwin();
      witnesses.entrySet().removeIf(each -> !canTell(each.getKey(), each.getValue(), before));
      if (!witnesses.isEmpty()) {
        clients.forEach(client -> fabric.unsilence(before, client));
        scheduler.afterMillis(NOTICED_MILLIS, () -> watch(replica, before, witnesses));
      } else {
        scheduler.afterMillis(LOOK_MILLIS, () -> letClientsIn(replica, before));
      }
    } else {
      replica.killTwinBefore();
      over(before);
    }
  }

  /**
   * Keeps clients away again if all who can tell that it was replaced are gone before they have.
   */
  private void watch(
      SimulatedReplica replica, Machine before, Map<SimulatedReplica, Long> witnesses) {
    witnesses.entrySet().removeIf(each -> !canTell(each.getKey(), each.getValue(), before));
    if (replica.machine() != before || !replica.isRunning() || replica.isAnswering()) {
      underWay = false;
    } else if (witnesses.isEmpty()) {
      clients.forEach(client -> fabric.silence(before, client));
      letClientsIn(replica, before);
    } else {
      scheduler.afterMillis(WATCH_MILLIS, () -> watch(replica, before, witnesses));
    }
  }

  private void letClientsIn(SimulatedReplica replica, Machine before) {
    if (replica.machine() != before || !replica.isRunning() || replica.isWhole()) {
      over(before);
    } else {
      scheduler.afterMillis(LOOK_MILLIS, () -> letClientsIn(replica, before));
    }
  }

  private void over(Machine before) {
    underWay = false;
    clients.forEach(client -> fabric.unsilence(before, client));
  }
}
