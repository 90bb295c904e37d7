package org.rkv.replica;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * Prints lines from a thread of its own, so that a reader who does not read cannot stop the
 * replica. What does not fit in its queue is left out and counted. {@link #accept} is safe for all
 * threads.
 */
final class LinePrinter implements Consumer<String> {
  private static final int QUEUED_LINES = 16 * 1024;

  private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUED_LINES);
  private final AtomicLong left = new AtomicLong();
  private final OutputStream out;
  private final Logger log;

  /** Starts the thread, which ends with the process. */
  LinePrinter(OutputStream out, Logger log) {
    this.out = new BufferedOutputStream(out, 64 * 1024);
    this.log = log;
    Thread thread = new Thread(this::print, "operation log");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void accept(String line) {
    if (!queue.offer(line)) {
      left.incrementAndGet();
    }
  }

  private void print() {
    try {
      while (true) {
        String line = queue.take();
        out.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
        if (queue.isEmpty()) {
          out.flush();
          reportLeftOut();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.error("the operation log cannot be written: {}", e.getMessage());
    } catch (Throwable t) {
      log.error("the operation log ended", t);
    }
  }

  private void reportLeftOut() {
    long count = left.getAndSet(0);
    if (count > 0) {
      log.warn("{} lines of the operation log were left out: its reader is too slow", count);
    }
  }
}
