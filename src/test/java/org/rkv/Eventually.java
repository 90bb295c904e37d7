package org.rkv;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, with a deadline that only a broken system misses. */
public final class Eventually {
  private static final long DEADLINE_MILLIS = 30_000;
  private static final long POLL_MILLIS = 5;

  private Eventually() {}

  /**
   * Returns when the condition holds. While it throws, it does not hold.
   *
   * @throws AssertionError telling what was waited for and what was seen instead
   */
  public static void until(String what, Callable<Boolean> condition, Supplier<?> seen)
      throws InterruptedException {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DEADLINE_MILLIS);
    Exception last = null;
    while (true) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        last = e;
      }
      if (System.nanoTime() - endNanos > 0) {
        throw new AssertionError("waited in vain: " + what + "\n" + seen.get(), last);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** As {@link #until}, for what shows nothing but itself. */
  public static void holds(String what, BooleanSupplier condition) throws InterruptedException {
    until(what, condition::getAsBoolean, () -> "");
  }
}
