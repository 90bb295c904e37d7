package org.rkv.simulation;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.rkv.disk.DiskWorker;

/**
 * The thread of a process that waits for the disk. What it does happens at one moment some time
 * after it was told to, unless the process has ended before, and the process hears of it later
 * still. A process that is paused may have been waiting in the kernel.
 */
final class SimulatedDisk implements DiskWorker {
  private final Process process;
  private final Scheduler scheduler;
  private final long leastMicros;
  private final long mostMicros;
  private final Consumer<Throwable> end;
  private long lastNanos;
  private boolean hangs;

  /**
   * Has done nothing.
   *
   * @param end of the process, when work fails
   */
  SimulatedDisk(
      Process process,
      Scheduler scheduler,
      long leastMicros,
      long mostMicros,
      Consumer<Throwable> end) {
    this.process = process;
    this.scheduler = scheduler;
    this.leastMicros = leastMicros;
    this.mostMicros = mostMicros;
    this.end = end;
  }

  /** From now on nothing of what it was told to do happens, and nothing comes back. */
  void hang() {
    hangs = true;
  }

  @Override
  public <T> void run(Callable<T> work, Consumer<? super T> then) {
    after(
        () -> {
          T result;
          try {
            result = work.call();
          } catch (Exception | Error e) {
            end.accept(e);
            return;
          }
          after(() -> process.happens(() -> then.accept(result)));
        });
  }

  /** One after the other, as one thread does. */
  private void after(Runnable action) {
    long micros = scheduler.skewed(leastMicros, mostMicros);
    long at = scheduler.nowNanos() + TimeUnit.MICROSECONDS.toNanos(micros);
    lastNanos = Math.max(lastNanos, at);
    scheduler.after(
        lastNanos - scheduler.nowNanos(),
        () -> {
          if (!process.isEnded() && !hangs) {
            action.run();
          }
        });
  }
}
