package org.rkv.bench;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Fills, measures, and removes what was written, also when the process is to end before: then
 * whatever is being done is broken off, the keys are removed, and only then it ends.
 */
final class BenchRun {
  /** For the removal once the process is to end; whoever waits for that waits no longer. */
  private static final long LAST_SECONDS = 20;

  private final Workload workload;
  private final List<LoadConnection.Server> servers;
  private final long answerMillis;
  private final Consumer<String> progressLine;
  private final BitSet written = new BitSet();
  private boolean isRemoving;

  /**
   * Has written nothing.
   *
   * @param answerMillis how long a server may say nothing
   * @param progressLine takes what a person may want to know meanwhile
   */
  BenchRun(
      Workload workload,
      List<LoadConnection.Server> servers,
      long answerMillis,
      Consumer<String> progressLine) {
    this.workload = workload;
    this.servers = servers;
    this.answerMillis = answerMillis;
    this.progressLine = progressLine;
  }

  /** What is measured, and is given the result. */
  interface Measuring {
    Bench.Result run() throws IOException, InterruptedException;
  }

  /**
   * Does it all.
   *
   * @param fill whether to write each key before
   * @param keep whether to leave the keys
   * @throws IOException with one line, if the keys cannot be written or removed; or if the bench
   *     cannot begin
   */
  Bench.Result run(boolean fill, boolean keep, Measuring measuring)
      throws IOException, InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    Thread running = Thread.currentThread();
    Thread end = new Thread(() -> breakOff(running, ended), "bench end");
    Runtime.getRuntime().addShutdownHook(end);
    try {
      return fillAndMeasure(fill, measuring);
    } finally {
      boolean isInterrupted = beginToRemove();
      try {
        if (!keep) {
          remove();
        }
      } finally {
        ended.countDown();
        if (isInterrupted) {
          Thread.currentThread().interrupt();
        } else {
          removeHook(end);
        }
      }
    }
  }

  /** The process is to end: waits, as long as may be, until the keys are removed. */
  private void breakOff(Thread running, CountDownLatch ended) {
    synchronized (this) {
      if (!isRemoving) {
        running.interrupt();
      }
    }
    try {
      ended.await(LAST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** From now on nobody interrupts. Whether somebody has. */
  private synchronized boolean beginToRemove() {
    isRemoving = true;
    return Thread.interrupted();
  }

  private static void removeHook(Thread end) {
    try {
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException e) {
      return; // The process is ending: the hook waits for nothing any more.
    }
  }

  private Bench.Result fillAndMeasure(boolean fill, Measuring measuring)
      throws IOException, InterruptedException {
    if (fill) {
      written.set(0, workload.keys());
      Sweep.fill(workload, answerMillis, progressLine).run(servers.get(0));
    }
    Bench.Result result = measuring.run();
    written.or(result.measurement().keysWritten());
    return result;
  }

  /** By the first server that does it. */
  private void remove() throws IOException, InterruptedException {
    IOException failure = null;
    for (LoadConnection.Server server : servers) {
      if (written.isEmpty()) {
        return;
      }
      try {
        Sweep.removal(workload, written, answerMillis, progressLine).run(server);
      } catch (IOException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (!written.isEmpty()) {
      throw new IOException(
          written.cardinality()
              + " keys that begin with "
              + workload.keyPrefix()
              + " could not be removed: "
              + failure.getMessage(),
          failure);
    }
  }
}
