package org.rkv.net;

/**
 * Time as a replica sees it: the event loop's in production, a made-up one in the simulator. Used
 * on one thread only.
 */
public interface Timers {
  /** Monotonic time, like {@link System#nanoTime()}: also the time of a pause counts. */
  long nanoTime();

  /**
   * The same at the beginning of the present round of work, which costs nothing to ask: never ahead
   * of {@link #nanoTime}. Enough for what is late by seconds, not for whether something came in
   * time.
   */
  default long coarseNanoTime() {
    return nanoTime();
  }

  /** Wall-clock milliseconds since 1970; may jump. */
  long currentTimeMillis();

  /**
   * Runs the task once, not before the delay has passed.
   *
   * @return to call it off
   */
  Timer schedule(long delayMillis, Runnable task);

  /** A task that has been scheduled. */
  interface Timer {
    /** Calls the task off; does nothing if it has run. */
    void cancel();
  }
}
