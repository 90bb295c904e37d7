package org.rkv.net;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What an event loop has to run later, in the order of time. Two that are due at the same moment
 * run in the order in which they were scheduled. Not thread-safe.
 */
final class TimerQueue {
  private final PriorityQueue<Scheduled> tasks = new PriorityQueue<>();
  private long scheduled;

  /** Has a task run, not before the delay has passed. */
  Timers.Timer schedule(long delayMillis, Runnable task) {
    long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMillis);
    Scheduled timer = new Scheduled(due, scheduled++, task);
    tasks.add(timer);
    return timer;
  }

  /** Takes out all that are due now, those included that come to be meanwhile. */
  void runDue(Consumer<Runnable> runner) {
    long now = System.nanoTime();
    Scheduled first;
    while ((first = tasks.peek()) != null && (first.task == null || first.dueNanos - now <= 0)) {
      tasks.poll();
      Runnable task = first.task;
      if (task != null) {
        first.task = null;
        runner.accept(task);
      }
    }
  }

  /** Rounded up, so that a timer is due when one has waited for it; -1 if there is none. */
  long millisToNext(long now) {
    while (!tasks.isEmpty() && tasks.peek().task == null) {
      tasks.poll();
    }
    Scheduled first = tasks.peek();
    if (first == null) {
      return -1;
    }
    long nanos = first.dueNanos - now;
    return nanos <= 0 ? 0 : nanos / 1_000_000 + 1;
  }

  private static final class Scheduled implements Timers.Timer, Comparable<Scheduled> {
    private final long dueNanos;
    private final long number;

    /** Null when it was called off, or has run. */
    private Runnable task;

    Scheduled(long dueNanos, long number, Runnable task) {
      this.dueNanos = dueNanos;
      this.number = number;
      this.task = task;
    }

    @Override
    public void cancel() {
      task = null;
    }

    @Override
    public int compareTo(Scheduled other) {
      int byTime = Long.compare(dueNanos - other.dueNanos, 0);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }
}
