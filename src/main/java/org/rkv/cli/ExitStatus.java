package org.rkv.cli;

/** The exit statuses of rkv. Without options, every answered call is {@link #DONE}. */
final class ExitStatus {
  static final int DONE = 0;

  /** Wrong usage, no connection, or the call failed and changed nothing. */
  static final int FAILED = 1;

  static final int NOT_FOUND = 2;

  /** A write was sent, and nobody knows what became of it. */
  static final int UNKNOWN = 3;

  /** The replica does not take such a key or value, or has no room. */
  static final int REFUSED = 4;

  /** The replica answered that the operation failed; a write may be applied later. */
  static final int ANNOUNCED_FAILED = 5;

  /** Two replicas do not hold the same. */
  static final int DIFFERENT = 6;

  /** As a shell's of what was ended by SIGINT. */
  static final int INTERRUPTED = 130;

  private static final int[] WORST_FIRST = {
    UNKNOWN, FAILED, DIFFERENT, ANNOUNCED_FAILED, REFUSED, NOT_FOUND
  };

  private ExitStatus() {}

  /** The one of the two that says more about a run of several commands. */
  static int worse(int one, int other) {
    for (int each : WORST_FIRST) {
      if (one == each || other == each) {
        return each;
      }
    }
    return DONE;
  }
}
