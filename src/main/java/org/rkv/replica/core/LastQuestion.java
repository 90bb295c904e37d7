package org.rkv.replica.core;

import org.rkv.net.Timers;
import org.rkv.replica.epoch.Past;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.Peers;

/**
 * Asks everybody once more, when all has been taken over, whether anybody has more than that.
 * Belongs to the replica's thread.
 */
final class LastQuestion {
  /** What has come of it. */
  enum What {
    NOBODY_HAS_MORE,
    WAIT,
    /** What is waited for is not heard of by itself. */
    WAIT_AND_ASK_AGAIN,
    BEGIN_ANEW,
    /** The same, but what was taken over may be all that is left. */
    KEEP_AND_BEGIN_ANEW
  }

  /**
   * What has come of it so far.
   *
   * @param text why, or for what; empty if nobody has more
   */
  record Finding(What what, String text) {}

  private final LocalReplica self;
  private final Peers peers;
  private final Timers timers;
  private boolean asked;
  private long askedNanos;

  /** Since everything was taken over others may have gone on without us. */
  private boolean hasWaited;

  /** Has asked nobody. */
  LastQuestion(LocalReplica self, Peers peers, Timers timers) {
    this.self = self;
    this.peers = peers;
    this.timers = timers;
  }

  /**
   * Asks, if that has not been done, and looks at the answers that have come.
   *
   * @param source what was scanned, if it is still there; else null
   * @param whyNotServe what else keeps us from serving, or null
   */
  Finding look(Peer source, String whyNotServe) {
    if (whyNotServe != null) {
      asked = false;
      hasWaited = true;
      return new Finding(What.WAIT, whyNotServe);
    }
    if (!asked) {
      asked = true;
      askedNanos = timers.nanoTime();
      peers.refresh();
    }
    for (Peer peer : peers.all()) {
      if (peer.isAdmitted() && !peer.told().hasToldSince(askedNanos)) {
        return new Finding(What.WAIT, "replica " + peer.name() + " to say whether it has more");
      }
    }
    return whoHasMore(source);
  }

  private boolean nobodyHasTold() {
    return !peers.isEmpty()
        && peers.all().stream()
            .noneMatch(peer -> peer.isAdmitted() && peer.told().hasToldSince(askedNanos));
  }

  private Finding whoHasMore(Peer source) {
    Past here = self.history().past();
    boolean isSourceFurther = source != null && source.past().hasMoreThan(here);
    for (Peer peer : peers.all()) {
      if (!SourceChoice.hasGoneOnFrom(here, peer)) {
        continue;
      }
      if (source == null || isSourceFurther || SourceChoice.hasGoneOnFrom(source.past(), peer)) {
        return new Finding(
            What.BEGIN_ANEW, "replica " + peer.name() + " has more than what was taken over");
      }
      // The source may still come to it, and without us.
      asked = false;
      hasWaited = true;
      return new Finding(
          What.WAIT_AND_ASK_AGAIN,
          "replica " + source.name() + " to have all that " + peer.name() + " has");
    }
    return hasWaited && nobodyHasTold()
        ? new Finding(
            What.KEEP_AND_BEGIN_ANEW, "nobody is left to say whether what was taken over is all")
        : new Finding(What.NOBODY_HAS_MORE, "");
  }
}
