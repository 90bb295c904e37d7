package org.rkv.replica.core;

import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.Peers;
import org.rkv.store.HybridClock;

/**
 * How far ahead the stamps that we issue may be, so that no peer refuses them. A peer that is away
 * counts by what it told last; one that never told anything does not count. Belongs to the
 * replica's thread.
 */
final class PeerLimits {
  private final Peers peers;

  PeerLimits(Peers peers) {
    this.peers = peers;
  }

  /** The highest clock that all peers believe; {@link HybridClock#NO_LIMIT} if none told any. */
  long lowest() {
    long lowest = HybridClock.NO_LIMIT;
    for (Peer peer : peers.all()) {
      lowest = Math.min(lowest, peer.limit());
    }
    return lowest;
  }

  /** Whose limit that is, for the log. */
  String lowestTeller() {
    long lowest = lowest();
    for (Peer peer : peers.all()) {
      if (peer.limit() == lowest) {
        return peer.name();
      }
    }
    return "no replica";
  }
}
