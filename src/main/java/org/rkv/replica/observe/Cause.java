package org.rkv.replica.observe;

/**
 * Why a client is told that what it asked for has failed, in one word. There are few, and each is
 * known from the beginning: a count of one that has never happened is zero, not absent.
 */
public enum Cause {
  /** A peer has a connection, and answers nothing: frozen, swapping, or cut off. */
  SILENT("silent", "does not answer"),
  /** There is no connection to a peer. */
  UNREACHABLE("unreachable", "is not reachable"),
  /** Its replica file names others than ours. */
  OTHER_LIST("other-list", "has another replica file"),
  /** Its capacity or maximal length is not ours. */
  OTHER_LIMITS("other-limits", "has other limits"),
  /** One has a secret that the other has not. */
  OTHER_SECRET("other-secret", "has another secret"),
  /** It belongs to another cluster. */
  OTHER_CLUSTER("other-cluster", "is of another cluster"),
  /** It has gone through something else than we have: one of us has to catch up. */
  OTHER_HISTORY("other-history", "has another history"),
  /** It answers, and does not admit us, or is not admitted, for something else. */
  NOT_ADMITTED("not-admitted", "is not admitted"),
  /** More waits to be sent to it, or answered by it, than may. */
  BUSY("busy", "has too much to do"),
  /** It has no room for an entry. */
  FULL("full", "is full"),
  /** Its disk is full. */
  DISK_FULL("disk-full", "has a full disk"),
  /** It answers that it does not do what it was asked. */
  REFUSED("refused", "refuses"),
  /** It has answered when the time was over. */
  LATE("late", "was too late"),

  /** This replica answers no client now: it starts, or stands apart from the others. */
  NOT_SERVING("not-serving"),
  /** This replica stood still, so that what it heard before counts no more. */
  STOOD_STILL("stood-still"),
  /** The list of the replicas has changed meanwhile. */
  LIST_CHANGED("list-changed"),
  /** One that was taken out of the list may not know it yet. */
  DEPARTURE("departure"),
  /** The heap of this replica is nearly full. */
  MEMORY_SHORT("memory-short"),
  /** The disk of this replica is full. */
  OWN_DISK_FULL("own-disk-full"),
  /** The disk of this replica is too slow. */
  OWN_DISK_SLOW("own-disk-slow"),
  /** This replica begins anew, or ends: what it was asked before counts no more. */
  BEGUN_ANEW("begun-anew");

  private final String label;
  private final String verb;

  /** Of this replica. */
  Cause(String label) {
    this(label, null);
  }

  /**
   * Of a peer.
   *
   * @param verb what the peer does, for people
   */
  Cause(String label, String verb) {
    this.label = label;
    this.verb = verb;
  }

  /** In one word, which stays as it is from release to release. */
  public String label() {
    return label;
  }

  /** Whether one peer is the reason, which has a name. */
  public boolean isOfPeer() {
    return verb != null;
  }

  /** What the peer does, for people; null if it is not of a peer. */
  String verb() {
    return verb;
  }
}
