package org.rkv.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Waits for a condition, with a deadline that only a broken system misses: Awaitility, with what a
 * person wants to see when the wait was in vain.
 */
public final class Eventually {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(5);

  private Eventually() {}

  /**
   * Returns when the condition holds. While it throws an exception, it does not hold; an {@link
   * AssertionError} ends the wait.
   *
   * @param seen shown when it does not hold in time
   * @throws AssertionError telling what was waited for and what was seen instead
   */
  public static void until(String what, Callable<Boolean> condition, Callable<?> seen) {
    until(DEADLINE, what, condition, seen);
  }

  /**
   * As {@link #until(String, Callable, Callable)}, with a deadline of its own.
   *
   * @param otherwise what is wrong when the condition does not hold in time
   */
  public static void until(
      Duration deadline, Callable<Boolean> condition, Callable<String> otherwise) {
    until(deadline, "so far", condition, otherwise);
  }

  private static void until(
      Duration deadline, String what, Callable<Boolean> condition, Callable<?> seen) {
    try {
      Awaitility.await(what)
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(POLL)
          .atMost(deadline)
          .ignoreExceptionsMatching(
              e -> e instanceof Exception && !(e instanceof InterruptedException))
          .until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("not within " + deadline + ": " + what + "\n" + show(seen), e);
    }
  }

  /** As {@link #until(String, Callable, Callable)}, for what shows nothing but itself. */
  public static void holds(String what, BooleanSupplier condition) {
    until(what, condition::getAsBoolean, () -> "");
  }

  /**
   * Returns when the condition has held for so long.
   *
   * @throws AssertionError as soon as it does not hold
   */
  public static void holdsFor(Duration duration, String what, BooleanSupplier condition) {
    Awaitility.await(what)
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL)
        .during(duration)
        .atMost(duration.plus(DEADLINE))
        .until(
            () -> {
              if (!condition.getAsBoolean()) {
                throw new AssertionError("no more: " + what);
              }
              return true;
            });
  }

  private static Object show(Callable<?> seen) {
    try {
      return seen.call();
    } catch (Exception e) {
      return e;
    }
  }
}
