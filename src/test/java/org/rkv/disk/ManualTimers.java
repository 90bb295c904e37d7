package org.rkv.disk;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.net.Timers;

/** Time that passes when it is told to. */
final class ManualTimers implements Timers {
  private final List<Task> tasks = new ArrayList<>();
  private long nanos;

  private record Task(long nanos, Runnable task) {}

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
    return () -> tasks.remove(scheduled);
  }

  void pass(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    List<Task> due = new ArrayList<>(tasks);
    due.sort(Comparator.comparingLong(Task::nanos));
    for (Task each : due) {
      if (each.nanos() <= nanos && tasks.remove(each)) {
        each.task().run();
      }
    }
  }
}
