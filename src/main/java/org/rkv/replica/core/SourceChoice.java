package org.rkv.replica.core;

import java.util.concurrent.TimeUnit;
import org.rkv.net.Timers;
import org.rkv.replica.epoch.Past;
import org.rkv.replica.peer.Disagreements;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.Peers;

/**
 * Whom a replica that catches up may scan, and what it has to wait for before it may. Belongs to
 * the replica's thread.
 */
final class SourceChoice {
  private final LocalReplica self;
  private final Peers peers;
  private final Disagreements disagreements;
  private final Past kept;
  private final String directory;
  private final Timers timers;
  private final long formerOperationsOverNanos;

  /** The last source that could not be scanned to the end: others go first. */
  private Peer avoided;

  /**
   * Begins the wait for the operations that may count what a former incarnation answered.
   *
   * @param kept what the former copy has gone through; null if there is none
   * @param directory where it is kept; empty if that is in memory
   * @param waitMillis after which these operations are over
   */
  SourceChoice(
      LocalReplica self, Peers peers, Past kept, String directory, Timers timers, long waitMillis) {
    this.self = self;
    this.peers = peers;
    disagreements = new Disagreements(self, peers);
    this.kept = kept;
    this.directory = directory;
    this.timers = timers;
    formerOperationsOverNanos = timers.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
  }

  /** Null if a scan may begin. */
  String whyWait() {
    String whyNotServe = whyNotServe();
    if (whyNotServe != null) {
      return whyNotServe;
    }
    StringBuilder unmet = new StringBuilder();
    StringBuilder away = new StringBuilder();
    for (Peer peer : peers.all()) {
      if (!peer.isMet()) {
        unmet.append(' ').append(peer.name());
      }
      if (!peer.isAdmitted()) {
        away.append(' ').append(peer.name());
      }
    }
    boolean formerOperationsOver = timers.nanoTime() - formerOperationsOverNanos > 0;
    boolean someServe = peers.all().stream().anyMatch(Peer::isServing);
    if (unmet.length() > 0 && !formerOperationsOver) {
      return "replicas to be met:" + unmet;
    }
    if (unmet.length() > 0 && someServe && !self.isMember()) {
      return "each replica to admit us, who are new; take out in the same edit who is dead:"
          + unmet;
    }
    if (!someServe && away.length() > 0) {
      return "a replica that serves, or else all of them; away:" + away;
    }
    if (someServe && source() == null) {
      return "a replica that has gone through all that is kept, here and at others" + howToGiveUp();
    }
    return null;
  }

  /** What is kept in a directory is given up by no restart, though nobody who serves has it. */
  private String howToGiveUp() {
    boolean someoneHasIt =
        kept == null
            || peers.all().stream()
                .anyMatch(peer -> peer.isServing() && !kept.hasMoreThan(peer.past()));
    return someoneHasIt || directory.isEmpty()
        ? ""
        : "; to give up what is kept here, stop this replica, move "
            + directory
            + " away, and start it again";
  }

  /**
   * Nobody begins to serve while one that it lists and reaches has another list, or two have copies
   * of one data directory; null if none do.
   */
  String whyNotServe() {
    String copies = disagreements.whoHaveCopies();
    if (copies != null) {
      return "an operator: " + copies;
    }
    String other = disagreements.whoHasAnotherList();
    return other == null ? null : "the replica files to agree: " + other;
  }

  /** One that may be scanned, or null; the one that is avoided only if there is no other. */
  Peer source() {
    Peer last = null;
    for (Peer peer : peers.all()) {
      if (isSource(peer)) {
        if (peer != avoided) {
          return peer;
        }
        last = peer;
      }
    }
    return last;
  }

  /**
   * Whether it serves, and has gone through all that is kept here, and that others serve or keep:
   * who serves what is old will hear it from them, but may not have met them yet.
   */
  boolean isSource(Peer peer) {
    return peer.isServing()
        && (kept == null || !kept.hasMoreThan(peer.past()))
        && peers.all().stream().noneMatch(other -> hasGoneOnFrom(peer.past(), other));
  }

  /**
   * Whether another one serves something that this past lacks, or keeps all of it and more. Who
   * keeps a history of its own waits for an operator, and the others do not.
   */
  static boolean hasGoneOnFrom(Past past, Peer other) {
    return other.isServing()
        ? other.past().hasMoreThan(past)
        : other.isAdmitted() && other.past().to(past) == Past.Relation.AHEAD;
  }

  /** This one broke off, or tells of something that cannot be. */
  void avoid(Peer source) {
    avoided = source;
  }
}
