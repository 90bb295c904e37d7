package org.rkv.interop;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition, not for a time. */
public final class Await {
  private static final long POLL_MILLIS = 20;

  private Await() {}

  /**
   * Returns when the condition holds.
   *
   * @throws AssertionError with {@code otherwise}'s text, if it does not within the deadline
   */
  public static void until(
      Duration deadline, Callable<Boolean> condition, Callable<String> otherwise) throws Exception {
    long end = System.nanoTime() + deadline.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + deadline + ": " + otherwise.call());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
