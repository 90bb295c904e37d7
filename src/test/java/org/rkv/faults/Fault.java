package org.rkv.faults;

/**
 * Something that goes wrong.
 *
 * @param replica which one, by its place in the list
 * @param other the other end of a link; the same as {@code replica} where no link is meant
 * @param atMillis since the round began
 * @param forMillis how long until it is undone
 */
record Fault(Kind kind, int replica, int other, long atMillis, long forMillis) {
  /** What goes wrong. */
  enum Kind {
    /** kill -9, and a new start with kv_r.sh. */
    CRASH,
    /** SIGSTOP for less than the peer timeout, then SIGCONT. */
    SHORT_FREEZE,
    /** SIGSTOP for longer than the peer timeout, then SIGCONT. */
    LONG_FREEZE,
    /** Nothing passes between two replicas. */
    CUT,
    /** Nothing passes from the one replica to the other; the way back is open. */
    ONE_WAY_CUT,
    /** Nothing passes between the replica and any other. */
    ISOLATION
  }

  long endMillis() {
    return atMillis + forMillis;
  }

  @Override
  public String toString() {
    return atMillis
        + ".."
        + endMillis()
        + " ms "
        + kind
        + " "
        + replica
        + (other == replica ? "" : " to " + other);
  }
}
