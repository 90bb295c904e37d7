package org.rkv.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Connections that break, and ways on which nothing comes through for a while. */
final class NetworkFaults {
  private final Scheduler scheduler;
  private final Random random;
  private final Fabric fabric;
  private final Journal journal;
  private final Plan plan;
  private final List<SimulatedReplica> replicas;
  private final List<Machine> clients;
  private final Remedies remedies;

  NetworkFaults(SimulatedCluster cluster, Remedies remedies) {
    scheduler = cluster.scheduler();
    random = scheduler.random();
    fabric = cluster.fabric();
    journal = cluster.journal();
    plan = cluster.plan();
    replicas = cluster.replicas();
    clients = cluster.clients().stream().map(SimulatedClient::machine).toList();
    this.remedies = remedies;
  }

  /** Between two machines, some or all. */
  void breakConnections() {
    Machine one = any();
    Machine other = any();
    journal.add("connections between {} and {} break", one, other);
    fabric.breakBetween(one, other, random.nextBoolean() ? 1 : 0.5);
  }

  /** From one machine to another. */
  void silenceOneWay() {
    silence(any(), any(), duration());
  }

  /** Between two machines. */
  void silenceBothWays() {
    silenceBetween(any(), any(), duration());
  }

  /** Some replicas on one side, the others on the other; clients reach both. */
  void partition() {
    long millis = duration();
    List<Machine> left = new ArrayList<>();
    List<Machine> right = new ArrayList<>();
    for (SimulatedReplica replica : replicas) {
      (random.nextBoolean() ? left : right).add(replica.machine());
    }
    for (Machine one : left) {
      for (Machine other : right) {
        silenceBetween(one, other, millis);
      }
    }
  }

  /** One replica on one side, all others on the other. */
  void cutOff(SimulatedReplica replica, long millis) {
    Machine machine = replica.machine();
    replicas.forEach(other -> silenceBetween(machine, other.machine(), millis));
  }

  /** The same from both to both. */
  void silenceBetween(Machine one, Machine other, long millis) {
    silence(one, other, millis);
    silence(other, one, millis);
  }

  /** What is sent this way waits for so long. */
  void silence(Machine from, Machine to, long millis) {
    if (from == to) {
      return;
    }
    journal.add("silence from {} to {} for {} ms", from, to, millis);
    fabric.silence(from, to);
    remedies.after(
        millis,
        () -> {
          journal.add("no more silence from {} to {}", from, to);
          fabric.unsilence(from, to);
        });
  }

  private long duration() {
    return scheduler.skewed(5, plan.longestFaultMillis());
  }

  private Machine any() {
    return random.nextInt(5) == 0
        ? clients.get(random.nextInt(clients.size()))
        : replicas.get(random.nextInt(replicas.size())).machine();
  }
}
