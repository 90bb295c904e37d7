package org.rkv.replica.peer;

/**
 * The replica at the calling end of one connection, since it said RHELLO there. Belongs to the
 * replica's thread.
 */
public final class InboundPeer {
  private final Peer peer;
  private final long incarnation;
  private final int greetedState;
  private final byte[] expectedProof;
  private boolean admitted;

  InboundPeer(Peer peer, long incarnation, int greetedState, byte[] expectedProof) {
    this.peer = peer;
    this.incarnation = incarnation;
    this.greetedState = greetedState;
    this.expectedProof = expectedProof;
  }

  /** Its entry in our list. */
  public Peer peer() {
    return peer;
  }

  /** The one that greeted. */
  public long incarnation() {
    return incarnation;
  }

  /** Its state when it greeted. */
  int greetedState() {
    return greetedState;
  }

  /** What RPROVE must bring; empty if there is no secret. */
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
