package org.rkv.store;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How far ahead the clock of a stamp may be to be believed: an hour, counted from the highest of
 * three times.
 *
 * <ul>
 *   <li>The wall clock.
 *   <li>The highest wall clock that was ever read, carried on by the monotonic clock. So a wall
 *       clock that is set back disbelieves nobody.
 *   <li>The highest clock that was taken over or observed until it began. So a replica that starts
 *       believes those that went on.
 * </ul>
 *
 * <p>A stamp that was observed since then never counts: else each could take the others a step
 * ahead of their wall clocks, and there would be no end to it. Not thread-safe.
 */
final class Belief {
  static final long MAX_AHEAD_MILLIS = 3_600_000;

  /** Of all clocks; the year 4199. */
  static final long END_MILLIS = 1L << 46;

  private final LongSupplier wallMillis;
  private final LongSupplier nanoTime;
  private long highestWallMillis;
  private long highestReadNanos;
  private long takenOverMillis;

  /**
   * Believes what is no more than an hour ahead of the wall clock.
   *
   * @param wallMillis milliseconds since 1970; may jump
   * @param nanoTime monotonic, in nanoseconds, as {@link System#nanoTime}
   */
  Belief(LongSupplier wallMillis, LongSupplier nanoTime) {
    this.wallMillis = wallMillis;
    this.nanoTime = nanoTime;
    highestReadNanos = nanoTime.getAsLong();
    readWallMillis();
  }

  /** The wall clock, or the nearest time that a clock can show. */
  long readWallMillis() {
    long wall = Math.max(0, Math.min(wallMillis.getAsLong(), END_MILLIS - 1));
    if (wall >= carriedOnMillis()) {
      highestWallMillis = wall;
      highestReadNanos = nanoTime.getAsLong();
    }
    return wall;
  }

  private long carriedOnMillis() {
    return highestWallMillis
        + TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - highestReadNanos);
  }

  /** At the start, this time was taken over. */
  void takeOver(long millis) {
    takenOverMillis = Math.max(takenOverMillis, millis);
  }

  /** The last millisecond that is believed; never less than before. */
  long limitMillis() {
    readWallMillis();
    long base = Math.max(carriedOnMillis(), takenOverMillis);
    return Math.min(base + MAX_AHEAD_MILLIS, END_MILLIS - 1);
  }
}
