package org.rkv.net;

/**
 * How often something may be done that others have us do: some times at once, and once in each turn
 * in the long run. Belongs to one thread.
 */
public final class Allowance {
  private final long turnNanos;
  private final long atOnceNanos;

  /** Until when what was done counts, a turn for each. */
  private long untilNanos;

  /**
   * Nothing was done yet.
   *
   * @param atOnce how often it may be done one after the other
   * @param turnNanos how long each counts
   */
  public Allowance(int atOnce, long turnNanos, long nowNanos) {
    this.turnNanos = turnNanos;
    atOnceNanos = (atOnce - 1) * turnNanos;
    untilNanos = nowNanos;
  }

  /** Whether it may be done once more. */
  public boolean permits(long nowNanos) {
    return leftNanos(nowNanos) <= 0;
  }

  /** How long it may not be done once more; zero or less if it may. */
  public long leftNanos(long nowNanos) {
    return untilNanos - nowNanos - atOnceNanos;
  }

  /** It was done. */
  public void take(long nowNanos) {
    untilNanos = (untilNanos - nowNanos < 0 ? nowNanos : untilNanos) + turnNanos;
  }
}
