package org.rkv.faults;

/**
 * Something that goes wrong.
 *
 * @param replica which one, by its place in the list
 * @param other another one that it is about; the same as {@code replica} where there is none
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
    /** The wall clock is almost an hour ahead. */
    CLOCK_AHEAD,
    /** The wall clock is an hour behind. */
    CLOCK_BEHIND,
    /** The wall clock is a year ahead for some seconds. */
    CLOCK_YEAR_AHEAD,
    /** Nothing passes between two replicas. */
    CUT,
    /** Nothing passes from the one replica to the other; the way back is open. */
    ONE_WAY_CUT,
    /** Nothing passes between the replica and any other. */
    ISOLATION,
    /** On the replica's host, all names lead to one other replica. */
    NAMES_OF_ANOTHER,
    /** On the replica's host, all names lead to itself. */
    NAMES_OF_ITSELF,
    /** On the replica's host, no name is known. */
    NO_NAMES,
    /** One more host is listed and started, then stopped and taken out. */
    ADD,
    /** A host that runs is taken out by the others, then put back. */
    TAKE_OUT,
    /** A host that died is replaced by another, then the other way round. */
    REPLACE,
    /** One replica file has a wrong name for another host. */
    TYPO,
    /**
     * Two replicas and the rest list no longer each other; the two list somebody who is not there.
     */
    SPLIT
  }

  /** Whether it strikes the process itself: only one such thing at a time can happen to it. */
  boolean isOfProcess() {
    return kind.compareTo(Kind.LONG_FREEZE) <= 0;
  }

  /** Whether it is about the replica files of all hosts. */
  boolean isOfLists() {
    return kind.compareTo(Kind.ADD) >= 0;
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
