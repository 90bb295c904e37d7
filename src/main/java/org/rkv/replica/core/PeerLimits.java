package org.rkv.replica.core;

import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.Peers;
import org.rkv.store.HybridClock;

/**
 * How far ahead the stamps that we issue may be, so that no peer refuses them. A peer that is away
 * counts by what it told last. Of one that never told anything since our start, or since it was
 * listed, nobody knows: then no wall clock is followed at all. No write succeeds without that peer
 * anyhow, and it must not be brought later what it refuses. Nor must one that was taken out and may
 * be put back. Belongs to the replica's thread.
 */
final class PeerLimits {
  private final Peers peers;

  PeerLimits(Peers peers) {
    this.peers = peers;
  }

  /**
   * The highest clock that all peers are known to believe; {@link HybridClock#NO_LIMIT} if there
   * are no peers, and were none lately.
   */
  long lowest() {
    long lowest = peers.departedLimit();
    for (Peer peer : peers.all()) {
      lowest = Math.min(lowest, peer.told().limit());
    }
    return lowest;
  }

  /** Whether every peer has told its limit. */
  boolean areKnown() {
    return lowest() > 0;
  }

  /** Whose limit is the lowest, for the log. */
  String lowestTeller() {
    long lowest = lowest();
    for (Peer peer : peers.all()) {
      if (peer.told().limit() == lowest) {
        return "replica " + peer.name();
      }
    }
    return "a replica that was taken out or replaced";
  }
}
