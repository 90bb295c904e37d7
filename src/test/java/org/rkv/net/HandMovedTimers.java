package org.rkv.net;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Time that stands still until a test moves it. */
public final class HandMovedTimers implements Timers {
  private final List<Task> tasks = new ArrayList<>();
  private long nanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1); // nanoTime may overflow

  private final class Task implements Timer {
    private final long dueNanos;
    private final Runnable task;

    Task(long dueNanos, Runnable task) {
      this.dueNanos = dueNanos;
      this.task = task;
    }

    @Override
    public void cancel() {
      tasks.remove(this);
    }

    private long leftNanos() {
      return dueNanos - nanos;
    }
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public long currentTimeMillis() {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  @Override
  public Timer schedule(long delayMillis, Runnable task) {
    Task scheduled = new Task(nanos + TimeUnit.MILLISECONDS.toNanos(delayMillis), task);
    tasks.add(scheduled);
    return scheduled;
  }

  /** Lets this time pass, and everything that is due in it happen at its time. */
  public void pass(long millis) {
    long endNanos = nanos + TimeUnit.MILLISECONDS.toNanos(millis);
    Task next;
    while ((next = first()) != null && next.dueNanos - endNanos <= 0) {
      tasks.remove(next);
      nanos += Math.max(0, next.leftNanos());
      next.task.run();
    }
    nanos = endNanos;
  }

  /** Lets only the next thing happen, which must be due now. */
  public void passOne() {
    Task next = first();
    tasks.remove(next);
    next.task.run();
  }

  /** How many tasks are still to run. */
  public int scheduled() {
    return tasks.size();
  }

  private Task first() {
    return tasks.stream().min(Comparator.comparingLong(Task::leftNanos)).orElse(null);
  }
}
