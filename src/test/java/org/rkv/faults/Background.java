package org.rkv.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What goes on beside a test, until it is told to stop; its failures are the test's. */
final class Background implements AutoCloseable {
  private static final int SECONDS = 60;
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Future<Void>> tasks = new ArrayList<>();
  private volatile boolean stopped;

  /** A task that is done again and again. */
  interface Step {
    /** Does it once. */
    void run() throws Exception;
  }

  /** Does this in a thread of its own until {@link #stop}. */
  void repeat(Step step) {
    start(
        () -> {
          while (!stopped) {
            step.run();
          }
          return null;
        });
  }

  /**
   * Between two calls of a task that makes them again and again: a hundred a second see what goes
   * wrong for a moment, and leave the processors to the replicas.
   */
  static void rest() {
    LockSupport.parkNanos(REST_NANOS);
  }

  /** Does this in a thread of its own once. */
  void start(Callable<Void> task) {
    tasks.add(threads.submit(task));
  }

  /** Whether {@link #stop} was called. */
  boolean isStopped() {
    return stopped;
  }

  /** Stops, and throws what went wrong in any task. */
  void stop() throws Exception {
    stopped = true;
    await();
  }

  /** Waits for tasks that end by themselves, and throws what went wrong in any. */
  void await() throws Exception {
    for (Future<Void> task : tasks) {
      try {
        task.get(SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }
    tasks.clear();
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdownNow();
  }
}
