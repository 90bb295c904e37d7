package org.rkv.replica.peer;

/** What is known of the replica at the calling end of a connection, since it said RHELLO. */
public final class InboundPeer {
  private final Peer peer;
  private final long origin;
  private final int state;
  private final byte[] expectedProof;
  private boolean admitted;

  InboundPeer(Peer peer, long origin, int state, byte[] expectedProof) {
    this.peer = peer;
    this.origin = origin;
    this.state = state;
    this.expectedProof = expectedProof;
  }

  public Peer peer() {
    return peer;
  }

  /** Its life. */
  public long origin() {
    return origin;
  }

  /** Its state when it greeted. */
  int state() {
    return state;
  }

  byte[] expectedProof() {
    return expectedProof;
  }

  /** Whether it may call R* procedures. */
  boolean isAdmitted() {
    return admitted;
  }

  void admit() {
    admitted = true;
  }
}
