package org.rkv.net;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * A few threads that run for an event loop what may block, and end when they have nothing to do for
 * long. Safe for all threads.
 */
final class HelperThreads {
  private static final long MAX_IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads;
  private final Executor loop;
  private final Logger log;

  /**
   * No thread yet.
   *
   * @param name of the threads
   * @param maxThreads that run at a time
   * @param maxQueuedTasks that wait for one of these; 0 if none may wait
   * @param loop runs what takes the results
   * @param log where errors are reported
   */
  HelperThreads(String name, int maxThreads, int maxQueuedTasks, Executor loop, Logger log) {
    this.loop = loop;
    this.log = log;
    threads =
        new ThreadPoolExecutor(
            maxQueuedTasks == 0 ? 0 : maxThreads,
            maxThreads,
            MAX_IDLE_SECONDS,
            TimeUnit.SECONDS,
            maxQueuedTasks == 0
                ? new SynchronousQueue<>()
                : new ArrayBlockingQueue<>(maxQueuedTasks),
            task -> {
              Thread helper = new Thread(task, name);
              helper.setDaemon(true);
              return helper;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs a task that may block; on the loop, one of the others then takes what came of it.
   *
   * @throws RejectedExecutionException if too many wait already, no thread can be made, or after
   *     close
   */
  <T> void run(Callable<T> blocking, Consumer<T> done, Consumer<Exception> failed) {
    try {
      threads.execute(() -> runHere(blocking, done, failed));
    } catch (OutOfMemoryError e) {
      if (OutOfMemory.isNoThread(e)) {
        throw new RejectedExecutionException(e);
      }
      throw e;
    }
  }

  private <T> void runHere(Callable<T> blocking, Consumer<T> done, Consumer<Exception> failed) {
    try {
      T result = blocking.call();
      loop.execute(() -> done.accept(result));
    } catch (Exception e) {
      loop.execute(() -> failed.accept(e));
    } catch (Throwable t) {
      OutOfMemory.throwIfFatal(t);
      log.error("a helper task failed", t);
      loop.execute(() -> failed.accept(new ExecutionException(t)));
    }
  }

  /** Interrupts what runs, and drops what does not yet. */
  void close() {
    threads.shutdownNow();
  }
}
