package org.rkv.replica.metrics;

/**
 * How a replica gets on with what takes a while. Immutable.
 *
 * @param oldestUnsettledNanos how long the oldest entry has waited to be on every replica
 * @param caughtUp how much of what the others hold has been taken over, from 0 to 1
 */
public record Progress(long oldestUnsettledNanos, double caughtUp) {
  /** Of one that has not begun. */
  public static final Progress NONE = new Progress(0, 0);
}
