package org.rkv.store;

import java.util.function.LongSupplier;

/**
 * A hybrid logical clock (Kulkarni, Demirbas, Madappa, Avva, Leone 2014): milliseconds of the wall
 * clock in the upper 48 bits, a counter in the lower 16. It is above everything issued or seen,
 * whichever way the wall clock jumps.
 *
 * <p>It follows the wall clock only as far as all peers will believe it. Beyond that a stamp is the
 * last one plus one, so nothing is issued that anybody refuses.
 *
 * <p>The <em>agreed</em> clock is the highest of what every replica is known to have had. Whoever
 * starts takes it over, since a tombstone of that clock may be kept by some and forgotten by the
 * one that is scanned. Not thread-safe.
 */
public final class HybridClock {
  /** Where there is nobody to believe a stamp or not. */
  public static final long NO_LIMIT = Long.MAX_VALUE;

  /** How far ahead of those of the others our wall clock is followed: fifty minutes. */
  public static final long FOLLOWED_MILLIS = Belief.MAX_AHEAD_MILLIS - 600_000;

  private static final int COUNTER_BITS = 16;
  private static final long COUNTER_MASK = (1L << COUNTER_BITS) - 1;

  /** So far below the lowest limit: that one may be lower when its teller has restarted. */
  private static final long MARGIN = Belief.MAX_AHEAD_MILLIS - FOLLOWED_MILLIS << COUNTER_BITS;

  private final Belief belief;
  private final LongSupplier lowestLimit;
  private final long origin;
  private long latest;
  private long agreed;
  private boolean begun;
  private long heldBackMillis;

  /**
   * Has seen nothing.
   *
   * @param wallMillis milliseconds since 1970; may jump
   * @param nanoTime monotonic, in nanoseconds, as {@link System#nanoTime}
   * @param lowestLimit the lowest of the peers' {@link #limit limits}, 0 if one is not known, or
   *     {@link #NO_LIMIT}
   * @param origin of every stamp this clock issues: random, drawn anew at each start
   */
  public HybridClock(
      LongSupplier wallMillis, LongSupplier nanoTime, LongSupplier lowestLimit, long origin) {
    belief = new Belief(wallMillis, nanoTime);
    this.lowestLimit = lowestLimit;
    this.origin = origin;
  }

  /** Whether a clock could be one of ours at all: no other is ever taken from anybody. */
  public static boolean isPossible(long clock) {
    return clock >= 0 && clock >>> COUNTER_BITS < Belief.END_MILLIS;
  }

  /** By how much a clock is ahead of another one that is that much later. */
  public static long ofMillis(long millis) {
    return millis << COUNTER_BITS;
  }

  /** A new stamp, above every one issued or seen. */
  public Stamp next() {
    long wall = belief.readWallMillis() << COUNTER_BITS;
    // Our own limit is an hour beyond our wall clock at least, and so never the lowest that counts.
    latest = Math.max(latest + 1, Math.min(wall, lowestLimit.getAsLong() - MARGIN));
    if (latest < wall) {
      heldBackMillis = Math.max(heldBackMillis, wall - latest >>> COUNTER_BITS);
    }
    return new Stamp(latest, origin);
  }

  /**
   * Remembers a clock seen at another replica. Before {@link #begin} any is believed: how far the
   * others have gone is not known yet.
   *
   * @return false, and nothing is remembered, if it is not possible, or above our limit and all
   *     that was seen before
   */
  public boolean observe(long clock) {
    boolean isBelieved = !begun || clock <= latest || clock <= limit();
    return isBelieved && takeOver(clock);
  }

  /**
   * Remembers a clock of what is taken over at the start, however far ahead it is.
   *
   * @return false, and nothing is remembered, if it is not possible
   */
  public boolean takeOver(long clock) {
    if (!isPossible(clock)) {
      return false;
    }
    latest = Math.max(latest, clock);
    return true;
  }

  /** The same for the agreed clock of another replica. */
  public boolean takeOverAgreed(long clock) {
    if (!takeOver(clock)) {
      return false;
    }
    agreed = Math.max(agreed, clock);
    return true;
  }

  /**
   * All has been taken over, and what was observed meanwhile is held: we shall issue what is above
   * it, and so believe it of others. Only now does that raise our limit: else, while it goes on, a
   * peer that is told of a higher limit could go ahead again and again.
   */
  public void begin() {
    belief.takeOver(latest >>> COUNTER_BITS);
    begun = true;
  }

  /** Every replica is known to have had this clock. */
  void agree(long clock) {
    agreed = Math.max(agreed, clock);
  }

  /** The highest clock that every replica is known to have had, here or where it was taken over. */
  public long agreed() {
    return agreed;
  }

  /** The highest clock that is believed of a peer; it never falls. */
  public long limit() {
    return belief.limitMillis() << COUNTER_BITS | COUNTER_MASK;
  }

  /** How far the last stamp issued or seen is ahead of our wall clock; 0 if it is behind. */
  public long leadMillis() {
    return Math.max(0, (latest >>> COUNTER_BITS) - belief.readWallMillis());
  }

  /**
   * By how much our wall clock was ahead of what the peers believe, at most, when a stamp was
   * issued since this was asked last; 0 if it was not.
   */
  public long takeHeldBackMillis() {
    long most = heldBackMillis;
    heldBackMillis = 0;
    return most;
  }
}
