package org.rkv.bench;

import java.util.concurrent.TimeUnit;

/**
 * When a client's operations are to begin. With a rate, each has its time, whether or not the ones
 * before it were slow, and its latency counts from then: a stall is seen by all that would have
 * begun in it (G. Tene's "coordinated omission" is not committed). Without one, each begins when
 * there is room for it. Belongs to the thread of its client.
 */
final class Pace {
  private final double intervalNanos;
  private final long startNanos;
  private long begun;

  /**
   * Begins now.
   *
   * @param ratePerSecond of this client; 0 for as fast as it goes
   * @param offset from 0 to 1, so that clients do not all begin at the same moment
   */
  Pace(double ratePerSecond, double offset) {
    intervalNanos = ratePerSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / ratePerSecond;
    startNanos = System.nanoTime() + (long) (offset * intervalNanos);
  }

  /** Nanoseconds until the next operation is to begin; 0 or less if it is time. */
  long nanosToNext(long now) {
    return intervalNanos == 0 ? 0 : due() - now;
  }

  /** The next operation begins: from when its latency counts. */
  long begin(long now) {
    long from = intervalNanos == 0 ? now : due();
    begun++;
    return from;
  }

  private long due() {
    return startNanos + (long) (begun * intervalNanos);
  }
}
