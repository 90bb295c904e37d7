package org.rkv.simulation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * While a replica is down a bit of what is on its disk becomes another one. If the replica finds
 * that at its start, its operator moves the directory away as soon as he may, which is when another
 * one serves, or all run and one of them has found no damage: there is always one that has all.
 */
final class DiskFaults {
  private static final long LOOK_MILLIS = 100;
  private static final int MOST_MILLIS_TO_THE_OPERATOR = 4000;

  private final Scheduler scheduler;
  private final Random random;
  private final Journal journal;
  private final boolean areToStrike;
  private final List<SimulatedReplica> replicas;
  private final ProcessFaults processes;
  private final Remedies remedies;

  /** Of processes that have found damage, when the operator comes. */
  private final Map<Process, Long> operatorNanos = new HashMap<>();

  DiskFaults(SimulatedCluster cluster, ProcessFaults processes, Remedies remedies) {
    scheduler = cluster.scheduler();
    random = scheduler.random();
    journal = cluster.journal();
    replicas = cluster.replicas();
    areToStrike = cluster.plan().damages() && replicas.get(0).isOnDisk();
    this.processes = processes;
    this.remedies = remedies;
  }

  /** Whether there are any in this run. */
  boolean areToStrike() {
    return areToStrike;
  }

  /** From now on the operators look. */
  void begin() {
    if (areToStrike) {
      replicas.stream().filter(SimulatedReplica::isDamaged).forEach(this::look);
      scheduler.afterMillis(LOOK_MILLIS, this::begin);
    }
  }

  /** It ends, and has another bit on its disk when it starts again. */
  void damage(SimulatedReplica replica) {
    if (replicas.size() == 1 || !processes.mayEnd(replica)) {
      return;
    }
    if (random.nextBoolean()) {
      replica.kill();
    } else {
      replica.switchOff();
    }
    journal.add(
        "a bit on the disk of {} is another one: {}",
        replica.machine(),
        replica.machine().disk().flipBit(random));
    remedies.after(processes.downtime(), replica::start);
  }

  private void look(SimulatedReplica damaged) {
    long comesNanos =
        operatorNanos.computeIfAbsent(
            damaged.machine().process(),
            any ->
                scheduler.nowNanos()
                    + TimeUnit.MILLISECONDS.toNanos(random.nextInt(MOST_MILLIS_TO_THE_OPERATOR)));
    boolean isHere = remedies.areAllDue() || scheduler.nowNanos() >= comesNanos;
    if (isHere && mayMoveAway()) {
      journal.add("the operator moves the directory of {} away", damaged.machine());
      damaged.kill();
      damaged.giveUpDisk();
      damaged.start();
    }
  }

  private boolean mayMoveAway() {
    return replicas.stream().anyMatch(SimulatedReplica::isServing)
        || replicas.stream().allMatch(SimulatedReplica::isRunning)
            && !replicas.stream().allMatch(SimulatedReplica::isDamaged);
  }
}
