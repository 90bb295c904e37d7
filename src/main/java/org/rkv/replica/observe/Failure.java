package org.rkv.replica.observe;

/**
 * Why something that a client asked for is announced as failed. Immutable.
 *
 * @param peer whose doing it is, as the replica file names it; empty if it is this replica's own
 * @param reason all that is known, for people
 */
public record Failure(Cause cause, String peer, String reason) {
  /** Of this replica itself. */
  public static Failure ofOurs(Cause cause, String reason) {
    return new Failure(cause, "", reason);
  }

  /** Of a peer that takes no entry. */
  public static Failure ofAFullDisk(String peer) {
    return new Failure(Cause.DISK_FULL, peer, "it has no room on its disk");
  }

  /** Of one that may answer clients without what is acknowledged now. */
  public static Failure ofADeparture() {
    return ofOurs(Cause.DEPARTURE, "one that was taken out may not know it yet");
  }

  /** For people, as the end of a sentence. */
  public String text() {
    return peer.isEmpty() ? reason : "replica " + peer + " " + cause.verb() + ": " + reason;
  }
}
