package org.rkv.simulation;

import java.util.List;
import java.util.Optional;

/** What an operator does who finds two histories: he decides for one of the two. */
final class Operator {
  private static final long NEXT_MILLIS = 500;

  private final Scheduler scheduler;
  private final Journal journal;
  private final List<SimulatedReplica> replicas;
  private final Promises promises;

  Operator(SimulatedCluster cluster) {
    scheduler = cluster.scheduler();
    journal = cluster.journal();
    replicas = cluster.replicas();
    promises = cluster.promises();
  }

  /** Whether two replicas each hold what counts and the other lacks. */
  boolean isNeeded() {
    return replicas.stream()
        .anyMatch(one -> replicas.stream().anyMatch(other -> areApart(one, other)));
  }

  /** Whether clients were answered on each of two sides from what the other one lacks. */
  boolean isNeededForWhatWasAnswered() {
    return replicas.stream()
        .anyMatch(
            one ->
                replicas.stream()
                    .anyMatch(
                        other ->
                            areApart(one, other)
                                && hasAnsweredMore(one, other)
                                && hasAnsweredMore(other, one)));
  }

  private boolean hasAnsweredMore(SimulatedReplica one, SimulatedReplica other) {
    return other.isRunning()
        && promises.isAnsweredIn(
            one.replica().past().epochs().all().stream()
                .filter(epoch -> !other.replica().past().epochs().has(epoch.id()))
                .toList());
  }

  /**
   * The other one may only keep it, and wait for somebody who has more. After a power cut of all
   * nobody serves, if each side has it on its disks.
   */
  private boolean areApart(SimulatedReplica one, SimulatedReplica other) {
    return (one.isServing() || replicas.stream().noneMatch(SimulatedReplica::isServing))
        && !one.holdsAllOf(other)
        && !other.holdsAllOf(one);
  }

  /** Restarts the side to be given up, one replica after another. */
  void decide() {
    decideFor(replicas.stream().filter(this::isApart).findFirst().orElseThrow());
  }

  /**
   * The same, but no client was ever answered from what is given up.
   *
   * @return false if nobody is apart, or each side has answered clients
   */
  boolean decideForWhatWasAnswered() {
    Optional<SimulatedReplica> kept =
        replicas.stream()
            .filter(this::isApart)
            .filter(
                one ->
                    replicas.stream()
                        .noneMatch(other -> areApart(one, other) && hasAnsweredMore(other, one)))
            .findFirst();
    kept.ifPresent(this::decideFor);
    return kept.isPresent();
  }

  private void decideFor(SimulatedReplica kept) {
    journal.add("the operator decides for {}", kept.machine());
    for (SimulatedReplica replica : replicas) {
      if (areApart(kept, replica)) {
        replica.kill();
        replica.giveUpDisk();
        replica.start();
        scheduler.runForMillis(NEXT_MILLIS);
      }
    }
  }

  private boolean isApart(SimulatedReplica one) {
    return replicas.stream().anyMatch(other -> areApart(one, other));
  }
}
