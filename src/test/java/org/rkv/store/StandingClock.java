package org.rkv.store;

/** Hybrid clocks for tests that are not about time: the wall clock stands, and there is no peer. */
public final class StandingClock {
  private StandingClock() {}

  /** One whose wall clock shows this time. */
  public static HybridClock of(long wallMillis, long origin) {
    return new HybridClock(() -> wallMillis, () -> 0, () -> HybridClock.NO_LIMIT, origin);
  }
}
