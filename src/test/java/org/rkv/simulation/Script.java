package org.rkv.simulation;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;

/** What is to happen one after the other, each when its time has come. */
final class Script {
  private static final long LOOK_MILLIS = 1;

  private final Scheduler scheduler;
  private final ArrayDeque<BooleanSupplier> steps = new ArrayDeque<>();
  private boolean stopped;

  /** Nothing happens yet. */
  Script(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** Then this is done. */
  Script then(Runnable action) {
    steps.add(
        () -> {
          action.run();
          return true;
        });
    return this;
  }

  /** Then nothing is done until this is so. */
  Script when(BooleanSupplier condition) {
    steps.add(condition);
    return this;
  }

  /** Then nothing is done for a time between these. */
  Script after(int leastMillis, int mostMillis) {
    long[] untilNanos = {Long.MIN_VALUE};
    return when(
        () -> {
          if (untilNanos[0] == Long.MIN_VALUE) {
            long millis = leastMillis + scheduler.random().nextInt(mostMillis - leastMillis + 1);
            untilNanos[0] = scheduler.nowNanos() + millis * 1_000_000;
          }
          return scheduler.nowNanos() >= untilNanos[0];
        });
  }

  /** Begins. */
  void play() {
    while (!stopped && !steps.isEmpty() && steps.peek().getAsBoolean()) {
      steps.poll();
    }
    if (!stopped && !steps.isEmpty()) {
      scheduler.afterMillis(LOOK_MILLIS, this::play);
    }
  }

  /** Nothing more happens. */
  void stop() {
    stopped = true;
  }
}
