package org.rkv.replica.peer;

import java.util.List;
import org.rkv.rpc.Names;

/**
 * The replica at the calling end of one connection, since it said RHELLO there. Belongs to the
 * replica's thread.
 */
public final class InboundPeer {
  private final Names caller;
  private final Names callee;
  private Peer peer;

  /** The last list that it was found in: asked for with each of its calls. */
  private List<Peer> found = List.of();

  InboundPeer(Names caller, Names callee) {
    this.caller = caller;
    this.callee = callee;
  }

  /** Its entry in our list; null before it is admitted. */
  public Peer peer() {
    return peer;
  }

  /** The one that greeted. */
  public long incarnation() {
    return caller.incarnation;
  }

  /** The start of it that greeted. */
  public long start() {
    return caller.start;
  }

  /** It has told its limit, unless another start of it was met since. */
  public void heardLimit(long limit) {
    if (caller.start == peer.start()) {
      peer.told().setLimit(limit);
    }
  }

  /** Who it said that it is. */
  Names caller() {
    return caller;
  }

  /** Who we said that we are. */
  Names callee() {
    return callee;
  }

  /** Whether it may call R* procedures. */
  boolean isAdmitted() {
    return peer != null;
  }

  /** It is this one of our list, and may call; null takes that back. */
  void admit(Peer as) {
    peer = as;
    found = List.of();
  }

  /**
   * Whether it may call R* procedures as long as this is our list.
   *
   * @param all does not change
   */
  boolean isAdmitted(List<Peer> all) {
    if (all != found && peer != null && all.contains(peer)) {
      found = all;
    }
    return all == found && peer != null;
  }
}
