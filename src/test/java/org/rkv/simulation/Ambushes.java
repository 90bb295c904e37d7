package org.rkv.simulation;

import java.util.List;
import java.util.Random;

/**
 * What random faults seldom hit: a writer reaches only one peer, and that one crashes as soon as it
 * has answered, to come back at once, so that its answer is from a former life; or the writer does,
 * so that only that peer has what it wrote.
 */
final class Ambushes {
  private final Scheduler scheduler;
  private final Random random;
  private final Journal journal;
  private final Plan plan;
  private final List<SimulatedReplica> replicas;
  private final NetworkFaults network;
  private final ProcessFaults processes;
  private final Remedies remedies;

  /** That is laid, or null. */
  private Ambush ambush;

  /** The victim, or the writer, crashes after a write; they may not hear of one another then. */
  private record Ambush(
      SimulatedReplica writer,
      SimulatedReplica victim,
      boolean cutOffAfterwards,
      boolean strikesWriter) {}

  Ambushes(
      SimulatedCluster cluster, NetworkFaults network, ProcessFaults processes, Remedies remedies) {
    scheduler = cluster.scheduler();
    random = scheduler.random();
    journal = cluster.journal();
    plan = cluster.plan();
    replicas = cluster.replicas();
    this.network = network;
    this.processes = processes;
    this.remedies = remedies;
  }

  /** Lays one, for a while. */
  void lay() {
    if (replicas.size() < 3) {
      return;
    }
    SimulatedReplica writer = anyReplica();
    SimulatedReplica victim = anyReplica();
    if (writer == victim) {
      return;
    }
    journal.add("an ambush for {} as it answers {}", victim.machine(), writer.machine());
    long slowMillis = scheduler.skewed(50, Math.max(51, plan.peerTimeoutMillis() - 100));
    for (SimulatedReplica slow : replicas) {
      if (slow != writer && slow != victim) {
        network.silence(writer.machine(), slow.machine(), slowMillis);
      }
    }
    Ambush laid = new Ambush(writer, victim, random.nextBoolean(), random.nextInt(3) == 0);
    ambush = laid;
    scheduler.afterMillis(
        slowMillis,
        () -> {
          if (ambush == laid) {
            ambush = null;
          }
        });
  }

  /** One replica writes to another. */
  void writes(Machine from, Machine to) {
    Ambush laid = ambush;
    if (laid == null || from != laid.writer.machine() || to != laid.victim.machine()) {
      return;
    }
    ambush = null;
    // The answer leaves first, and mostly arrives.
    scheduler.after(scheduler.skewed(1, 8000) * 1000, () -> spring(laid));
  }

  private void spring(Ambush laid) {
    if (remedies.areAllDue() || !processes.mayEnd(laid.victim)) {
      return;
    }
    if (laid.strikesWriter) {
      processes.crash(laid.writer, scheduler.skewed(1, 20));
    } else if (laid.cutOffAfterwards) {
      laid.victim.switchOff();
      long millis = scheduler.skewed(500, plan.longestFaultMillis());
      network.silenceBetween(laid.writer.machine(), laid.victim.machine(), millis);
      remedies.after(scheduler.skewed(1, 20), laid.victim::start);
    } else {
      processes.crash(laid.victim, scheduler.skewed(1, 20));
    }
  }

  private SimulatedReplica anyReplica() {
    return replicas.get(random.nextInt(replicas.size()));
  }
}
