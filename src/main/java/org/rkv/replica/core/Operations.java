package org.rkv.replica.core;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.rkv.net.Timers;
import org.rkv.replica.observe.Cause;
import org.rkv.replica.peer.Peer;

/**
 * The operations under way, so that what becomes of a peer ends those that asked it; and how long
 * an operation may take. Belongs to the replica's thread.
 */
final class Operations {
  /** An operation takes two rounds of calls at most; some time goes for the work itself. */
  private static final double PEER_TIMEOUTS = 2.5;

  /** Something that is under way. */
  interface UnderWay {
    /** A peer's connection has ended, or it has restarted. */
    void lost(Peer peer, String reason);

    /** Ends it without success, on account of this replica itself. */
    void fail(Cause cause, String reason);

    /** Whether it waits for our own disk, longer than it may. */
    boolean isOverdue();
  }

  private final Members members;
  private final Timers timers;
  private final Durability durability;
  private final long timeoutMillis;
  private final Set<UnderWay> underWay = new LinkedHashSet<>();

  /**
   * None is under way.
   *
   * @param members who has a part in each
   * @param peerTimeoutMillis how long a peer may take for an answer
   */
  Operations(Members members, Timers timers, Durability durability, long peerTimeoutMillis) {
    this.members = members;
    this.timers = timers;
    this.durability = durability;
    timeoutMillis = (long) (PEER_TIMEOUTS * peerTimeoutMillis);
  }

  /** Who has a part in each. */
  Members members() {
    return members;
  }

  /** After this time an operation is decided, whatever its peers do. */
  long timeoutMillis() {
    return timeoutMillis;
  }

  /** When an operation that begins now has failed at the latest. */
  long deadlineNanos() {
    return timers.coarseNanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
  }

  boolean isPast(long deadlineNanos) {
    return timers.nanoTime() - deadlineNanos > 0;
  }

  /** Whether what this replica holds is safe. */
  Durability durability() {
    return durability;
  }

  void began(UnderWay operation) {
    underWay.add(operation);
  }

  void ended(UnderWay operation) {
    underWay.remove(operation);
  }

  /** Fails those that have all answers, and wait for our own disk too long. */
  void failOverdue() {
    for (UnderWay operation : underWay.toArray(new UnderWay[0])) {
      if (operation.isOverdue()) {
        operation.fail(Cause.OWN_DISK_SLOW, "the disk is too slow");
      }
    }
  }

  /** A peer's connection has ended: those that asked it fail. */
  void lost(Peer peer, String reason) {
    for (UnderWay operation : underWay.toArray(new UnderWay[0])) {
      operation.lost(peer, reason);
    }
  }

  /** What they have heard, or will hear, counts no more: all fail. */
  void failAll(Cause cause, String reason) {
    for (UnderWay operation : underWay.toArray(new UnderWay[0])) {
      operation.fail(cause, reason);
    }
  }
}
