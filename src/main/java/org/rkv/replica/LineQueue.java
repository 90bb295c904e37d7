package org.rkv.replica;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Lines on their way to the one thread that writes them, in the order in which they came. Nobody
 * waits to put one: what is over its bound is left out and counted. What strangers cause has a
 * bound of its own, and so takes no other line's place; a quarter of the place for the others is
 * kept for what is urgent. Safe for all threads.
 */
final class LineQueue {
  /** What decides the place that a line gets. */
  enum Kind {
    OF_STRANGERS,
    USUAL,
    URGENT
  }

  /** Lines that are written together. */
  record Batch(String text, int lines) {}

  /** What a line takes beside its text. */
  private static final int LINE_BYTES = 64;

  /** PIPE_BUF of Linux: what two threads write to one pipe does not mix, up to that. */
  private static final int BATCH_BYTES = 4096;

  private record Line(String text, Kind kind) {
    int bytes() {
      return LINE_BYTES + text.length();
    }
  }

  private final ArrayDeque<Line> lines = new ArrayDeque<>();
  private final int maxBytes;
  private int bytes;
  private int bytesOfStrangers;
  private long leftOut;
  private boolean isWriting;

  /**
   * An empty queue.
   *
   * @param maxBytes for all lines but those of strangers, which have a quarter of that in addition
   */
  LineQueue(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Takes a line, or counts it as left out. */
  synchronized void put(String text, Kind kind) {
    Line line = new Line(text, kind);
    if (!hasPlaceFor(line)) {
      leftOut++;
      return;
    }
    count(line, 1);
    lines.add(line);
    notifyAll();
  }

  /** One alone is taken whatever its length is. */
  private boolean hasPlaceFor(Line line) {
    return switch (line.kind()) {
      case OF_STRANGERS -> fits(line, bytesOfStrangers, maxBytes / 4);
      case USUAL -> fits(line, bytes, maxBytes / 4 * 3);
      case URGENT -> fits(line, bytes, maxBytes);
    };
  }

  private static boolean fits(Line line, int taken, int most) {
    return taken == 0 || taken + line.bytes() <= most;
  }

  private void count(Line line, int sign) {
    if (line.kind() == Kind.OF_STRANGERS) {
      bytesOfStrangers += sign * line.bytes();
    } else {
      bytes += sign * line.bytes();
    }
  }

  /**
   * Waits for lines, and takes as many as are written together. Then one of {@link #written} and
   * {@link #lost} is due.
   */
  synchronized Batch take() throws InterruptedException {
    while (lines.isEmpty()) {
      wait();
    }
    isWriting = true;
    StringBuilder text = new StringBuilder();
    int taken = 0;
    do {
      Line line = lines.remove();
      count(line, -1);
      text.append(line.text());
      taken++;
    } while (!lines.isEmpty() && text.length() + lines.peek().text().length() <= BATCH_BYTES);
    return new Batch(text.toString(), taken);
  }

  /** What was taken last is written. */
  synchronized void written() {
    isWriting = false;
    notifyAll();
  }

  /** What was taken last could not be written: it counts as left out. */
  synchronized void lost(Batch batch) {
    leftOut += batch.lines();
    written();
  }

  /**
   * Once all that was queued is written, so that it is told where the lines are missing.
   *
   * @return how many lines have been left out since the last time
   */
  synchronized long takeLeftOut() {
    if (!lines.isEmpty()) {
      return 0;
    }
    long count = leftOut;
    leftOut = 0;
    return count;
  }

  /**
   * Waits until all that was queued is written.
   *
   * @param deadlineNanos by {@link System#nanoTime}
   * @return whether it is
   */
  synchronized boolean awaitWritten(long deadlineNanos) throws InterruptedException {
    while (isWriting || !lines.isEmpty()) {
      long leftNanos = deadlineNanos - System.nanoTime();
      if (leftNanos <= 0) {
        return false;
      }
      wait(TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1);
    }
    return true;
  }
}
