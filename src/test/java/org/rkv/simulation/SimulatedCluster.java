package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.rkv.history.History;
import org.rkv.history.Operation;
import org.rkv.replica.peer.ReplicaAddress;

/** Replicas and clients on machines of their own, and the network between them. */
final class SimulatedCluster {
  private static final int FIRST_CLIENT = 101;
  private static final int FIRST_READER = 150;
  private static final int READERS = 100;
  private static final int FIRST_SPARE = 20;
  private static final int SPARES = 80;
  private static final int NOBODY = 255;

  private final Plan plan;
  private final Scheduler scheduler;
  private final Journal journal;
  private final Fabric fabric;
  private final History history = new History();
  private final List<SimulatedReplica> replicas = new ArrayList<>();
  private final List<SimulatedClient> clients = new ArrayList<>();
  private final Lists lists;
  private final OldCopies oldCopies;
  private final Promises promises;
  private final Machine nobody;
  private int readers;
  private int sparesTaken;

  /**
   * Puts everything in its place; no replica has started.
   *
   * @param detailed whether the journal is to be read
   */
  SimulatedCluster(long seed, Mutant mutant, boolean detailed) {
    plan = mutant.plan(Plan.of(seed));
    scheduler = new Scheduler(seed);
    journal = new Journal(scheduler, detailed);
    fabric = new Fabric(scheduler, plan.mostLatencyMicros(), mutant.tampering(scheduler));
    lists = new Lists(scheduler, fabric, replicas);
    for (int i = 1; i <= plan.replicas(); i++) {
      Machine machine = new Machine("r" + i, i, scheduler, plan.wallClocksStand());
      fabric.add(machine);
      replicas.add(new SimulatedReplica(machine, plan, scheduler, fabric, lists, journal, mutant));
    }
    oldCopies = new OldCopies(scheduler, fabric, plan, replicas);
    fabric.tap(oldCopies);
    promises = new Promises(this);
    nobody = new Machine("nobody", NOBODY, scheduler, false);
    fabric.add(nobody);
    for (int i = 0; i < plan.clients(); i++) {
      clients.add(client("c" + (i + 1), FIRST_CLIENT + i));
    }
    list(replicas);
  }

  private SimulatedClient client(String name, int number) {
    Machine machine = new Machine(name, number, scheduler, false);
    fabric.add(machine);
    return new SimulatedClient(machine, scheduler, fabric, history, oldCopies, promises);
  }

  /** Where nothing runs, and connections are refused. */
  Machine nobody() {
    return nobody;
  }

  /** Whether there is a {@link #spareMachine}. */
  boolean hasSpareMachines() {
    return sparesTaken < SPARES;
  }

  /** Nothing has run there before; the name leads to it from now on, wherever it led before. */
  Machine spareMachine(String name) {
    Machine spare =
        new Machine(name, FIRST_SPARE + sparesTaken++, scheduler, plan.wallClocksStand());
    fabric.add(spare);
    return spare;
  }

  /** Whether its wall clock is only roughly wrong, and stamps have to keep to that. */
  boolean isSober(SimulatedReplica replica) {
    return plan.clocks() == Plan.Clocks.ONE_ROUGH && replica == replicas.get(0);
  }

  /** A client for a call or two. */
  SimulatedClient reader() {
    return client("end", FIRST_READER + readers++ % READERS);
  }

  /** All replica files name these replicas, and running replicas see it at once. */
  void list(List<SimulatedReplica> named) {
    replicas.forEach(replica -> replica.peers(othersOf(replica, named)));
  }

  /** What the replica file of one comes to that names these replicas. */
  static List<ReplicaAddress> othersOf(SimulatedReplica one, List<SimulatedReplica> named) {
    return named.stream().filter(other -> other != one).map(SimulatedReplica::address).toList();
  }

  Plan plan() {
    return plan;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  Journal journal() {
    return journal;
  }

  Fabric fabric() {
    return fabric;
  }

  History history() {
    return history;
  }

  Lists lists() {
    return lists;
  }

  Promises promises() {
    return promises;
  }

  OldCopies oldCopies() {
    return oldCopies;
  }

  List<SimulatedReplica> replicas() {
    return replicas;
  }

  List<SimulatedClient> clients() {
    return clients;
  }

  /** Three replicas that are not started, and no faults but those that a test makes. */
  static SimulatedCluster ofThree() {
    return of(3);
  }

  /** So many of the same kind. */
  static SimulatedCluster of(int replicas) {
    return of(plan -> plan.withReplicas(replicas));
  }

  /** Three that call themselves by their addresses, which no file names. */
  static SimulatedCluster ofThreeCalledByAddresses() {
    return of(plan -> plan.withReplicas(3).withCallingByAddresses());
  }

  private static SimulatedCluster of(UnaryOperator<Plan> change) {
    return new SimulatedCluster(
        1,
        new Mutant() {
          @Override
          Plan plan(Plan drawn) {
            return change.apply(drawn);
          }
        },
        true);
  }

  /** Whether all answer clients, and admit each other. */
  boolean allAnswer() {
    return replicas.stream().allMatch(replica -> replica.isAnswering() && replica.isWhole());
  }

  /** What a client of its own is answered, which must be within this time. */
  Operation ask(SimulatedReplica at, SimulatedClient.Request request, long withinMillis) {
    int before = history.size();
    SimulatedClient client = reader();
    client.use(at);
    client.ask(request, withinMillis, () -> {});
    assertWithinMillis(withinMillis, () -> history.size() > before);
    return history.operations().get(before);
  }

  /** Time goes on until this is so, for a while. */
  void assertWithinMillis(long most, BooleanSupplier condition) {
    for (long millis = 0; millis < most && !condition.getAsBoolean(); millis++) {
      scheduler().runForMillis(1);
    }
    assertTrue(condition.getAsBoolean(), () -> String.join("\n", journal().lines()));
  }
}
