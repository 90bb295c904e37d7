package org.rkv.net;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What an event loop has to run later, in the order of time. Two that are due at the same moment
 * run in the order in which they were scheduled. Belongs to the event loop's thread.
 */
final class TimerQueue {
  private final PriorityQueue<Scheduled> tasks = new PriorityQueue<>();
  private long scheduled;

  /** Keeps a task until it is due, by {@link System#nanoTime}. */
  Timers.Timer schedule(long dueNanos, Runnable task) {
    Scheduled timer = new Scheduled(dueNanos, scheduled++, task);
    tasks.add(timer);
    return timer;
  }

  /** Hands on the tasks that are due by now, each once. */
  void runDue(long nowNanos, Consumer<Runnable> runner) {
    Scheduled first;
    while ((first = tasks.peek()) != null
        && (first.task == null || first.dueNanos - nowNanos <= 0)) {
      tasks.poll();
      Runnable task = first.task;
      if (task != null) {
        first.task = null;
        runner.accept(task);
      }
    }
  }

  /** How long until the next is due, rounded up so that it then is; -1 if there is none. */
  long millisToNext(long nowNanos) {
    while (!tasks.isEmpty() && tasks.peek().task == null) {
      tasks.poll();
    }
    Scheduled first = tasks.peek();
    if (first == null) {
      return -1;
    }
    long nanos = first.dueNanos - nowNanos;
    return nanos <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
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
