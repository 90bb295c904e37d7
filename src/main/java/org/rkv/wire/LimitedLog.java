package org.rkv.wire;

import org.slf4j.Logger;

/**
 * For what a stranger can cause: writes one line a second at most and counts the rest, so that
 * nobody can fill the log. Belongs to one thread.
 */
public final class LimitedLog {
  private static final long INTERVAL_NANOS = 1_000_000_000;

  private final Logger log;
  private long lastNanos;
  private long left;

  /** Makes a log that has written nothing. */
  public LimitedLog(Logger log) {
    this.log = log;
    lastNanos = System.nanoTime() - INTERVAL_NANOS;
  }

  /** Writes this line, or counts it. */
  public void warn(String line) {
    long now = System.nanoTime();
    if (now - lastNanos < INTERVAL_NANOS) {
      left++;
      return;
    }
    lastNanos = now;
    if (left > 0) {
      log.warn("{} (and {} more like this)", line, left);
    } else {
      log.warn("{}", line);
    }
    left = 0;
  }
}
