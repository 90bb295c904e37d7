package org.rkv.simulation;

import java.util.List;
import java.util.Random;

/**
 * What goes wrong in a run, and how it is put right again at its end. Machines may be paused, cut
 * off and slow all at the same time, while names lead astray and replica files are edited.
 */
final class Faults {
  private final Scheduler scheduler;
  private final Random random;
  private final Journal journal;
  private final Plan plan;
  private final List<SimulatedReplica> replicas;
  private final Remedies remedies;
  private final NetworkFaults network;
  private final ProcessFaults processes;
  private final Ambushes ambushes;
  private final ClockFaults clocks;
  private final NameFaults names;
  private final FileFaults files;
  private final TwinFaults twins;
  private final DiskFaults disks;
  private int count;

  Faults(SimulatedCluster cluster) {
    scheduler = cluster.scheduler();
    random = scheduler.random();
    journal = cluster.journal();
    plan = cluster.plan();
    replicas = cluster.replicas();
    remedies = new Remedies(scheduler);
    network = new NetworkFaults(cluster, remedies);
    ReplicaFiles replicaFiles = new ReplicaFiles(cluster);
    processes = new ProcessFaults(cluster, replicaFiles, network, remedies);
    ambushes = new Ambushes(cluster, network, processes, remedies);
    clocks = new ClockFaults(cluster, remedies);
    names = new NameFaults(cluster, remedies);
    files = new FileFaults(cluster, replicaFiles, processes, remedies);
    twins = new TwinFaults(cluster, network, processes, remedies);
    disks = new DiskFaults(cluster, processes, remedies);
    cluster.fabric().tap(this::arrives);
  }

  /**
   * Begins: every replica gets a wall clock of its own, and then there is one fault after another.
   */
  void begin() {
    replicas.forEach(clocks::set);
    disks.begin();
    next();
  }

  /** How many there were. */
  int count() {
    return count;
  }

  /** Whether anybody was taken out of a file, or replaced. */
  boolean haveTakenOut() {
    return files.haveTakenOut();
  }

  /** Whether replica files were split in halves. */
  boolean haveSplit() {
    return files.haveSplit();
  }

  /** Whether any was replaced that did not end. */
  boolean haveReplaced() {
    return twins.haveReplaced();
  }

  private void next() {
    double interval = -Math.log(1 - random.nextDouble()) * plan.meanFaultIntervalMillis();
    scheduler.afterMillis(
        (long) interval,
        () -> {
          if (!remedies.areAllDue()) {
            count++;
            strike();
            next();
          }
        });
  }

  /** Ends all faults that still go on, and lets no new one begin. */
  void heal() {
    journal.add("all faults end");
    remedies.applyAll();
    files.heal();
  }

  private void strike() {
    if (random.nextDouble() < plan.ambushShare()) {
      ambushes.lay();
      return;
    }
    if (plan.restartShare() > 0 && random.nextDouble() < plan.restartShare()) {
      processes.restartAllBut(anyReplica());
      return;
    }
    if (replicas.get(0).isOnDisk() && random.nextInt(10) == 0) {
      processes.cutPower();
      return;
    }
    if (disks.areToStrike() && random.nextInt(8) == 0) {
      disks.damage(anyReplica());
      return;
    }
    switch (random.nextInt(20)) {
      case 0 -> network.silenceOneWay();
      case 1 -> network.silenceBothWays();
      case 2 -> network.partition();
      case 3, 4 -> processes.pause(anyReplica(), duration());
      case 5, 6 -> processes.crash(anyReplica(), processes.downtime());
      case 7 -> clocks.set(anyReplica());
      case 8 -> ambushes.lay();
      case 9 -> clocks.jump(anyReplica());
      case 10 -> processes.restartAllBut(anyReplica());
      case 11 -> processes.stop(anyReplica());
      case 12, 13 -> names.strike();
      case 14, 15, 16 -> files.strike(anyReplica());
      case 17 -> twins.replace(anyReplica());
      default -> network.breakConnections();
    }
  }

  private long duration() {
    return scheduler.skewed(5, plan.longestFaultMillis());
  }

  private SimulatedReplica anyReplica() {
    return replicas.get(random.nextInt(replicas.size()));
  }

  private void arrives(Machine from, Machine to, byte[] message) {
    if (Messages.isDelete(message)) {
      processes.deletes();
    }
    if (Messages.isReplicaWrite(message)) {
      ambushes.writes(from, to);
    }
  }
}
