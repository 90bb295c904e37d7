package org.rkv.store;

import java.util.function.LongSupplier;

/**
 * A hybrid logical clock (Kulkarni, Demirbas, Madappa, Avva, Leone 2014): milliseconds of the wall
 * clock in the upper 48 bits, a counter in the lower 16. It is above everything issued or seen, and
 * never below the wall clock, whichever way that one jumps. Not thread-safe.
 */
public final class HybridClock {
  /** A clock further ahead of ours than this is not believed: it would win for ever. */
  public static final long MAX_AHEAD_MILLIS = 3_600_000;

  private static final int COUNTER_BITS = 16;

  private final LongSupplier wallMillis;
  private final long origin;
  private long latest;

  /**
   * Has seen nothing.
   *
   * @param wallMillis milliseconds since 1970; may jump
   * @param origin of every stamp this clock issues: random, drawn anew at each start
   */
  public HybridClock(LongSupplier wallMillis, long origin) {
    this.wallMillis = wallMillis;
    this.origin = origin;
  }

  /** A new stamp, above every one issued or seen. */
  public Stamp next() {
    latest = Math.max(latest + 1, wallMillis.getAsLong() << COUNTER_BITS);
    return new Stamp(latest, origin);
  }

  /**
   * Remembers a clock seen at another replica.
   *
   * @return false, and nothing is remembered, if it is negative or over an hour ahead of both our
   *     wall clock and every clock seen before: a wall clock that was set back disbelieves nobody
   */
  public boolean observe(long clock) {
    long nowMillis = Math.max(wallMillis.getAsLong(), latest >>> COUNTER_BITS);
    if (clock < 0 || clock >>> COUNTER_BITS > nowMillis + MAX_AHEAD_MILLIS) {
      return false;
    }
    latest = Math.max(latest, clock);
    return true;
  }

  /**
   * Remembers a clock that every replica has believed, however far ahead it is.
   *
   * @return false, and nothing is remembered, if it is negative
   */
  public boolean accept(long clock) {
    latest = Math.max(latest, clock);
    return clock >= 0;
  }
}
