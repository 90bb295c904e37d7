package org.rkv.replica;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import org.slf4j.Logger;

/**
 * Writes lines from a thread of its own, so that a reader who does not read, or a disk that is
 * full, cannot stop the replica. What does not fit in its queue, or cannot be written, is left out;
 * how much that was is told when it goes on. Safe for all threads.
 */
final class LinePrinter {
  private static final long AGAIN_MILLIS = 1000;
  private static final String TOO_SLOW = "its reader is too slow";

  private final String name;
  private final OutputStream out;
  private final Charset charset;
  private final LineQueue queue;
  private final Logger log;

  /** Null when the last write succeeded. */
  private String failure;

  private String whyLeftOut = TOO_SLOW;

  /**
   * Starts the thread, which ends with the process.
   *
   * @param name what is written, as the log calls it
   * @param out is flushed whenever no line waits
   * @param maxQueuedBytes as in {@link LineQueue}
   * @param log may itself be what is written here
   */
  LinePrinter(String name, OutputStream out, Charset charset, int maxQueuedBytes, Logger log) {
    this.name = name;
    this.out = out;
    this.charset = charset;
    this.log = log;
    queue = new LineQueue(maxQueuedBytes);
    Thread thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Has these lines written, or leaves them out; does not wait.
   *
   * @param lines with the newline at the end of each
   */
  void print(String lines, LineQueue.Kind kind) {
    queue.put(lines, kind);
  }

  /**
   * Waits until all is written that was printed before.
   *
   * @param deadlineNanos by {@link System#nanoTime}
   * @return whether it is
   */
  boolean awaitWritten(long deadlineNanos) throws InterruptedException {
    return queue.awaitWritten(deadlineNanos);
  }

  private void run() {
    try {
      while (true) {
        write(queue.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(LineQueue.Batch batch) throws InterruptedException {
    try {
      // The last write may have ended within a line.
      out.write((failure == null ? batch.text() : "\n" + batch.text()).getBytes(charset));
      out.flush();
    } catch (IOException e) {
      failed(e);
      queue.lost(batch);
      Thread.sleep(AGAIN_MILLIS);
      return;
    }
    failure = null;
    sayWhatWasLeftOut();
    queue.written();
  }

  private void failed(IOException e) {
    if (failure == null) {
      log.error("{} cannot be written: {}", name, e.getMessage());
    }
    failure = e.getMessage();
    whyLeftOut = failure;
  }

  private void sayWhatWasLeftOut() {
    long count = queue.takeLeftOut();
    if (count > 0) {
      log.warn("{} lines of {} were left out: {}", count, name, whyLeftOut);
      whyLeftOut = TOO_SLOW;
    }
  }
}
