package org.rkv.client;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * When a connection may be made anew. The wait begins when the one before is lost, so who was idle
 * meanwhile has none. It is drawn at random, so that the clients of a replica that has gone do not
 * all come to the next one in the same moment, and from twice as long a time as the one before
 * while no connection brings an answer. Not thread-safe.
 */
final class ReconnectDelay {
  private static final long FIRST_MAX_MILLIS = 500;
  private static final long LATER_MIN_MILLIS = 50;
  private static final long MAX_MILLIS = 2000;

  private final RandomGenerator random;
  private long maxMillis;
  private long waitMillis;
  private long sinceNanos;

  /** There is nothing to wait for yet. */
  ReconnectDelay(RandomGenerator random) {
    this.random = random;
    answered();
  }

  /** A connection has brought an answer: the next wait is a first one again. */
  void answered() {
    maxMillis = FIRST_MAX_MILLIS;
  }

  /** A connection is lost, or could not be made: the wait for the next one begins. */
  void begin(long nowNanos) {
    sinceNanos = nowNanos;
    waitMillis =
        random.nextLong(maxMillis == FIRST_MAX_MILLIS ? 0 : LATER_MIN_MILLIS, maxMillis + 1);
    maxMillis = Math.min(MAX_MILLIS, 2 * maxMillis);
  }

  /** How much of the wait is left. */
  long leftMillis(long nowNanos) {
    return Math.max(0, waitMillis - TimeUnit.NANOSECONDS.toMillis(nowNanos - sinceNanos));
  }
}
