package org.rkv.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.history.History;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Violation;

/**
 * One run: all replicas start at once, clients write and read while faults come and go, the faults
 * end, and within five seconds all must be well. Then every key is read through every replica, and
 * the history of each key must be linearizable.
 */
final class Simulation {
  /** Guarantee 5 of the design. */
  static final long CONVERGENCE_MILLIS = 5000;

  /**
   * What all hold alike may be known to be so later by this and a peer timeout: nothing settles for
   * so long, once all admit each other, if one that was taken out was lost while somebody vouched
   * for it (rule 9 of the design); and two at a time find out that an epoch is due.
   */
  private static final long TWO_HEARTBEATS_MILLIS = 2000;

  private static final long LOOK_MILLIS = 50;
  private static final long READ_MILLIS = 200;
  private static final long READ_TIMEOUT_MILLIS = 5000;

  private final long seed;
  private final SimulatedCluster cluster;
  private final Scheduler scheduler;
  private final Plan plan;
  private final Occasion occasion;
  private final List<String> complaints = new ArrayList<>();
  private int written;
  private boolean hasOperatorDecided;

  /** Whether an operator has given up what clients were answered from. */
  private boolean isHistoryGivenUp;

  private int unanswered;

  /**
   * Prepares a run.
   *
   * @param detailed whether the journal is to be read
   */
  Simulation(long seed, Mutant mutant, boolean detailed) {
    this.seed = seed;
    cluster = new SimulatedCluster(seed, mutant, detailed);
    scheduler = cluster.scheduler();
    plan = cluster.plan();
    occasion = mutant.occasion(cluster);
  }

  /** Runs it to its end and says what was wrong. */
  Report run() {
    Faults faults = new Faults(cluster);
    cluster.replicas().forEach(SimulatedReplica::start);
    faults.begin();
    cluster.promises().begin();
    occasion.begin();
    long endNanos = TimeUnit.MILLISECONDS.toNanos(plan.faultyMillis());
    for (SimulatedClient client : cluster.clients()) {
      client.work(
          cluster.replicas(),
          this::request,
          () -> scheduler.skewed(1, plan.mostThinkMillis()),
          endNanos);
    }
    scheduler.runUntil(endNanos);
    occasion.end();
    faults.heal();
    long convergedMillis = decideAndConverge(faults);
    cluster.clients().forEach(SimulatedClient::giveUp);
    readEverything();
    complaints.addAll(cluster.promises().complaints());
    cluster.journal().errors().forEach(error -> complaints.add("logged as an error: " + error));
    History history = cluster.history();
    if (!faults.haveSplit() && !isHistoryGivenUp) {
      history.violations().stream().map(Violation::toString).forEach(complaints::add);
    }
    return new Report(
        seed,
        plan,
        complaints,
        history,
        cluster.journal().lines(),
        faults.count(),
        cluster.oldCopies().count(),
        convergedMillis,
        hasOperatorDecided);
  }

  /** What a client asks next. Values are never written twice. */
  private SimulatedClient.Request request() {
    String key = "k" + (1 + scheduler.random().nextInt(plan.keys()));
    int choice = scheduler.random().nextInt(100);
    if (choice < plan.putPercent()) {
      String value = "v" + ++written;
      boolean large = plan.largeShare() > 0 && scheduler.chance(plan.largeShare());
      return new SimulatedClient.Request(Kind.PUT, key, large ? Plan.large(value) : value);
    }
    boolean deletes = choice < plan.putPercent() + plan.deletePercent();
    return new SimulatedClient.Request(deletes ? Kind.DEL : Kind.GET, key, null);
  }

  /**
   * An operator decides where the replicas cannot. After a split, and where one was replaced that
   * did not end, what clients were answered from may be given up so; anywhere else it may not.
   */
  private long decideAndConverge(Faults faults) {
    Operator operator = new Operator(cluster);
    if (faults.haveSplit() || faults.haveReplaced()) {
      scheduler.runForMillis(CONVERGENCE_MILLIS);
      if (faults.haveSplit() ? operator.isNeeded() : operator.isNeededForWhatWasAnswered()) {
        hasOperatorDecided = true;
        isHistoryGivenUp = true;
        cluster.promises().forget();
        operator.decide();
      }
    }
    Convergence convergence =
        new Convergence(cluster.replicas(), plan.tombstoneGraceMillis() < CONVERGENCE_MILLIS);
    long convergedMillis = converge(convergence, faults.haveTakenOut());
    if (convergedMillis < 0 && operator.decideForWhatWasAnswered()) {
      hasOperatorDecided = true;
      convergedMillis = converge(convergence, faults.haveTakenOut());
    }
    complaints.addAll(convergence.missing());
    complaints.addAll(StampLead.complaints(cluster));
    return convergedMillis;
  }

  /** Gives the replicas their time; how much of it they needed, or -1. */
  private long converge(Convergence convergence, boolean haveTakenOut) {
    long neededMillis = convergedWithin(CONVERGENCE_MILLIS, convergence);
    if (neededMillis < 0 && (haveTakenOut || convergence.lacksSettlingOnly())) {
      long moreMillis =
          convergedWithin(plan.peerTimeoutMillis() + TWO_HEARTBEATS_MILLIS, convergence);
      neededMillis = moreMillis < 0 ? -1 : CONVERGENCE_MILLIS + moreMillis;
    }
    return neededMillis;
  }

  private long convergedWithin(long longestMillis, Convergence convergence) {
    long neededMillis = -1;
    for (long millis = 0; millis < longestMillis; millis += LOOK_MILLIS) {
      scheduler.runForMillis(LOOK_MILLIS);
      if (neededMillis < 0 && convergence.missing().isEmpty()) {
        neededMillis = millis + LOOK_MILLIS;
      }
    }
    return neededMillis;
  }

  private void readEverything() {
    int before = cluster.history().size();
    for (SimulatedReplica replica : cluster.replicas()) {
      for (int key = 1; key <= plan.keys(); key++) {
        SimulatedClient reader = cluster.reader();
        reader.use(replica);
        unanswered++;
        reader.ask(
            new SimulatedClient.Request(Kind.GET, "k" + key, null),
            READ_TIMEOUT_MILLIS,
            () -> unanswered--);
        scheduler.runForMillis(READ_MILLIS);
      }
    }
    scheduler.runForMillis(READ_TIMEOUT_MILLIS);
    List<Operation> read = cluster.history().operations();
    for (Operation operation : read.subList(before, read.size())) {
      if (operation.result() == Operation.Result.FAILED
          || operation.result() == Operation.Result.UNKNOWN) {
        complaints.add("after the end of the faults: " + operation);
      }
    }
    if (unanswered > 0 || read.size() - before < plan.keys() * plan.replicas()) {
      complaints.add("after the end of the faults, reads were not answered");
    }
  }
}
