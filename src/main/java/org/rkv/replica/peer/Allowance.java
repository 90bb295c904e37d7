package org.rkv.replica.peer;

import java.util.concurrent.TimeUnit;

/**
 * How often something may be done that others have us do: twenty times at once, and twenty times a
 * second. Belongs to the replica's thread.
 */
final class Allowance {
  /** So many in a second, and as many at once. */
  static final int A_SECOND = 20;

  /** How long each counts. */
  static final long TURN_NANOS = TimeUnit.SECONDS.toNanos(1) / A_SECOND;

  /** Until when what was done counts, a turn for each. */
  private long untilNanos;

  /** Nothing was done yet. */
  Allowance(long nowNanos) {
    untilNanos = nowNanos;
  }

  /** Whether it may be done once more. */
  boolean permits(long nowNanos) {
    return untilNanos - nowNanos <= (A_SECOND - 1) * TURN_NANOS;
  }

  /** It was done. */
  void take(long nowNanos) {
    untilNanos = (untilNanos - nowNanos < 0 ? nowNanos : untilNanos) + TURN_NANOS;
  }
}
