package org.rkv.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.rkv.replica.core.Settling;

/**
 * Replicas that end, by themselves or by an operator's hand, and start again, or are frozen.
 *
 * <p>The rule of it: once a replica has served, none ends that holds what no other one that serves,
 * and that all list, holds. The stores are in memory, so what the last of them holds is gone with
 * it, and nobody promises otherwise.
 */
final class ProcessFaults {
  private static final long LOOK_MILLIS = 50;

  private final Scheduler scheduler;
  private final Random random;
  private final Journal journal;
  private final Plan plan;
  private final List<SimulatedReplica> replicas;
  private final ReplicaFiles files;
  private final NetworkFaults network;
  private final Remedies remedies;
  private boolean restarting;
  private boolean everServed;

  ProcessFaults(
      SimulatedCluster cluster, ReplicaFiles files, NetworkFaults network, Remedies remedies) {
    scheduler = cluster.scheduler();
    random = scheduler.random();
    journal = cluster.journal();
    plan = cluster.plan();
    replicas = cluster.replicas();
    this.files = files;
    this.network = network;
    this.remedies = remedies;
  }

  /** Whether it runs, and nothing is lost for good when it does no more and starts again. */
  boolean mayEnd(SimulatedReplica replica) {
    return replica.isRunning()
        && !replica.isStopping()
        && (replicas.size() == 1 || !replica.peers().isEmpty())
        && (!hasEverServed() || replicas.stream().anyMatch(other -> isHeldBy(other, replica)));
  }

  private boolean isHeldBy(SimulatedReplica other, SimulatedReplica replica) {
    return other != replica && files.allName(other) && other.holdsAllOf(replica);
  }

  /** Whether one of these serves, and holds what all others do. */
  boolean isAllHeldBySomeOf(List<SimulatedReplica> some) {
    return !hasEverServed()
        || some.stream().anyMatch(one -> replicas.stream().allMatch(one::holdsAllOf));
  }

  private boolean hasEverServed() {
    everServed |= replicas.stream().anyMatch(SimulatedReplica::isServing);
    return everServed;
  }

  /** As by SIGSTOP. */
  void pause(SimulatedReplica replica, long millis) {
    if (!replica.isRunning() || replica.isPaused()) {
      return;
    }
    replica.pause();
    Process paused = replica.machine().process();
    remedies.after(
        millis,
        () -> {
          if (paused == replica.machine().process()) {
            replica.resume();
          }
        });
  }

  /** It is killed, or its power fails. */
  void crash(SimulatedReplica replica, long downMillis) {
    if (!mayEnd(replica)) {
      return;
    }
    if (random.nextBoolean()) {
      replica.kill();
    } else {
      replica.switchOff();
    }
    remedies.after(downMillis, replica::start);
  }

  /** The power of all fails at once, and comes back here and there. */
  void cutPower() {
    journal.add("a power cut of all");
    hasEverServed(); // or nobody would know it any more
    for (SimulatedReplica replica : replicas) {
      if (replica.isRunning()) {
        replica.switchOff();
        remedies.after(downtime(), replica::start);
      }
    }
  }

  /** It is restarted by its operator, who ends by force what has not ended after a while. */
  void stop(SimulatedReplica replica) {
    if (!mayEnd(replica)) {
      return;
    }
    Process stopping = replica.machine().process();
    replica.stop();
    remedies.after(
        downtime(),
        () -> {
          if (stopping == replica.machine().process()) {
            replica.kill();
          }
          replica.start();
        });
  }

  /** Often so short that others do not notice. */
  long downtime() {
    return scheduler.skewed(1, 3000);
  }

  /**
   * All others, one after the other, each when the one before serves again, as an operator does;
   * now and then he takes one for dead that is only cut off.
   */
  void restartAllBut(SimulatedReplica spared) {
    if (restarting) {
      return;
    }
    restarting = true;
    List<SimulatedReplica> others = new ArrayList<>(replicas);
    others.remove(spared);
    journal.add("all but {} are restarted one after another", spared.machine());
    if (random.nextInt(3) == 0) {
      network.cutOff(spared, plan.longestFaultMillis());
    }
    restart(others);
  }

  private void restart(List<SimulatedReplica> rest) {
    if (remedies.areAllDue() || rest.isEmpty()) {
      restarting = false;
      return;
    }
    SimulatedReplica next = rest.get(0);
    crash(next, downtime());
    scheduler.afterMillis(
        scheduler.skewed(50, 1500), () -> restartWhenServing(next, rest.subList(1, rest.size())));
  }

  private void restartWhenServing(SimulatedReplica before, List<SimulatedReplica> rest) {
    if (before.isServing()) {
      restart(rest);
    } else if (!remedies.areAllDue()) {
      scheduler.afterMillis(LOOK_MILLIS, () -> restartWhenServing(before, rest));
    }
  }

  /** A replica deletes what another has deleted. */
  void deletes() {
    if (!restarting && !remedies.areAllDue() && scheduler.chance(plan.restartShare())) {
      restartAround();
    }
  }

  /**
   * What random faults seldom hit: one replica restarts when the others are about to forget a
   * tombstone, and so keeps it for longer; all others when they have forgotten it.
   */
  private void restartAround() {
    restarting = true;
    List<SimulatedReplica> order = new ArrayList<>(replicas);
    Collections.shuffle(order, random);
    long atMillis = plan.tombstoneGraceMillis() * 7 / 8;
    for (SimulatedReplica replica : order) {
      scheduler.afterMillis(atMillis, () -> restart(replica));
      atMillis += 2 * Settling.TICK_MILLIS;
    }
    scheduler.afterMillis(atMillis, () -> restarting = false);
  }

  private void restart(SimulatedReplica replica) {
    if (!remedies.areAllDue()) {
      crash(replica, scheduler.skewed(1, 50));
    }
  }
}
