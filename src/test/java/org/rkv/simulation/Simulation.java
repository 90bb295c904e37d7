package org.rkv.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.history.History;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Violation;
import org.rkv.replica.ReplicaAddress;

/**
 * One run: all replicas start at once, clients write and read while faults come and go, the faults
 * end, and within five seconds all must be well. Then every key is read through every replica, and
 * the history of each key must be linearizable.
 */
final class Simulation {
  /** Guarantee 5 of the design. */
  static final long CONVERGENCE_MILLIS = 5000;

  private static final long LOOK_MILLIS = 50;
  private static final int FIRST_CLIENT = 101;

  private final long seed;
  private final Plan plan;
  private final Scheduler scheduler;
  private final Journal journal;
  private final Fabric fabric;
  private final Faults faults;
  private final History history = new History();
  private final List<SimulatedReplica> replicas = new ArrayList<>();
  private final List<SimulatedClient> clients = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private int written;
  private long convergedMillis = -1;

  /**
   * Prepares a run.
   *
   * @param detailed whether the journal is to be read
   */
  Simulation(long seed, Mutant mutant, boolean detailed) {
    this.seed = seed;
    plan = mutant.plan(Plan.of(seed));
    scheduler = new Scheduler(seed);
    journal = new Journal(scheduler, detailed);
    fabric = new Fabric(scheduler, plan.mostLatencyMicros(), mutant.tampering(scheduler));
    for (int i = 1; i <= plan.replicas(); i++) {
      Machine machine = new Machine("r" + i, i, scheduler, plan.wallClocksStand());
      fabric.add(machine);
      replicas.add(new SimulatedReplica(machine, plan, scheduler, fabric, journal, mutant));
    }
    List<Machine> clientMachines = new ArrayList<>();
    for (int i = 0; i < plan.clients(); i++) {
      Machine machine = new Machine("c" + (i + 1), FIRST_CLIENT + i, scheduler, false);
      fabric.add(machine);
      clientMachines.add(machine);
      clients.add(new SimulatedClient(machine, scheduler, fabric, history));
    }
    for (SimulatedReplica replica : replicas) {
      replica.peers(
          replicas.stream()
              .filter(other -> other != replica)
              .map(SimulatedReplica::address)
              .toList());
    }
    faults = new Faults(scheduler, fabric, journal, plan, replicas, clientMachines);
  }

  /** Runs it to its end and says what was wrong. */
  Report run() {
    replicas.forEach(SimulatedReplica::start);
    faults.begin();
    long endNanos = TimeUnit.MILLISECONDS.toNanos(plan.faultyMillis());
    for (SimulatedClient client : clients) {
      client.work(
          replicas, this::request, () -> scheduler.skewed(1, plan.mostThinkMillis()), endNanos);
    }
    scheduler.runUntil(endNanos);
    faults.heal();
    Convergence convergence = new Convergence(replicas);
    for (long millis = 0; millis < CONVERGENCE_MILLIS; millis += LOOK_MILLIS) {
      scheduler.runForMillis(LOOK_MILLIS);
      if (convergedMillis < 0 && convergence.missing().isEmpty()) {
        convergedMillis = millis + LOOK_MILLIS;
      }
    }
    complaints.addAll(convergence.missing());
    clients.forEach(SimulatedClient::giveUp);
    readEverything();
    journal.errors().forEach(error -> complaints.add("logged as an error: " + error));
    for (Violation violation : history.violations()) {
      complaints.add(violation.toString());
    }
    return new Report(
        seed, plan, complaints, history, journal.lines(), faults.count(), convergedMillis);
  }

  /** What a client asks next. Values are never written twice. */
  private SimulatedClient.Request request() {
    String key = "k" + (1 + scheduler.random().nextInt(plan.keys()));
    int choice = scheduler.random().nextInt(100);
    if (choice < 45) {
      return new SimulatedClient.Request(Kind.PUT, key, "v" + ++written);
    }
    return new SimulatedClient.Request(choice < 85 ? Kind.GET : Kind.DEL, key, null);
  }

  private void readEverything() {
    int before = history.size();
    int[] answered = {0};
    int asked = 0;
    for (SimulatedReplica replica : replicas) {
      for (int key = 1; key <= plan.keys(); key++) {
        Machine machine = new Machine("end", 250, scheduler, false);
        SimulatedClient reader = new SimulatedClient(machine, scheduler, fabric, history);
        reader.use(replica);
        reader.ask(
            new SimulatedClient.Request(Kind.GET, "k" + key, null), 5000, () -> answered[0]++);
        asked++;
        scheduler.runForMillis(200);
      }
    }
    scheduler.runForMillis(1000);
    history.operations().stream()
        .skip(before)
        .filter(operation -> operation.client().equals("end"))
        .filter(operation -> operation.result() == org.rkv.history.Operation.Result.FAILED)
        .forEach(operation -> complaints.add("after the end of the faults: " + operation));
    if (answered[0] < asked || history.size() - before < asked) {
      complaints.add("after the end of the faults, reads were not answered");
    }
  }

  /** The addresses of all replicas. */
  List<ReplicaAddress> addresses() {
    return replicas.stream().map(SimulatedReplica::address).toList();
  }
}
