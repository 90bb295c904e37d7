package org.rkv.simulation;

import java.util.List;

/** What an operator does who finds two histories: he decides for one of the two. */
final class Operator {
  private static final long NEXT_MILLIS = 500;

  private final Scheduler scheduler;
  private final Journal journal;
  private final List<SimulatedReplica> replicas;

  Operator(SimulatedCluster cluster) {
    scheduler = cluster.scheduler();
    journal = cluster.journal();
    replicas = cluster.replicas();
  }

  /** Whether two replicas each hold what counts and the other lacks. */
  boolean isNeeded() {
    return replicas.stream()
        .anyMatch(one -> replicas.stream().anyMatch(other -> areApart(one, other)));
  }

  /** The other one may only keep it, and wait for somebody who has more. */
  private static boolean areApart(SimulatedReplica one, SimulatedReplica other) {
    return one.isServing() && !one.holdsAllOf(other) && !other.holdsAllOf(one);
  }

  /** Restarts the side to be given up, one replica after another. */
  void decide() {
    SimulatedReplica kept = replicas.stream().filter(this::isApart).findFirst().orElseThrow();
    journal.add("the operator decides for {}", kept.machine());
    for (SimulatedReplica replica : replicas) {
      if (areApart(kept, replica)) {
        replica.kill();
        replica.start();
        scheduler.runForMillis(NEXT_MILLIS);
      }
    }
  }

  private boolean isApart(SimulatedReplica one) {
    return replicas.stream().anyMatch(other -> areApart(one, other));
  }
}
