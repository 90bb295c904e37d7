package org.rkv.net;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * What has become of one thing, for the log, where others decide how often that changes: six lines
 * at once, and one in ten seconds in the long run. Of what would be more only the last is written,
 * when a line may be, so that the log never ends with what is not so any more. Belongs to one
 * thread.
 */
public final class News {
  static final int AT_ONCE = 6;

  static final int INTERVAL_SECONDS = 10;

  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(INTERVAL_SECONDS);

  private final Timers timers;
  private final Logger log;

  private final Allowance lines;
  private String written = "";

  /** Waits for its turn; null if nothing does. */
  private String waiting;

  private Level waitingLevel;
  private int leftOut;

  /** Writes to this log. */
  public News(Timers timers, Logger log) {
    this.timers = timers;
    this.log = log;
    lines = new Allowance(AT_ONCE, INTERVAL_NANOS, timers.nanoTime());
  }

  /** As it should be, from now on. */
  public void info(String line) {
    say(Level.INFO, line);
  }

  /** As it should not be, from now on. */
  public void warn(String line) {
    say(Level.WARN, line);
  }

  private void say(Level level, String line) {
    long tooEarlyNanos = lines.leftNanos(timers.nanoTime());
    if (waiting == null && tooEarlyNanos <= 0) {
      write(level, line, line);
      return;
    }
    if (waiting == null) {
      timers.schedule(1 + TimeUnit.NANOSECONDS.toMillis(tooEarlyNanos), this::writeWaiting);
    } else {
      leftOut++;
    }
    waiting = line;
    waitingLevel = level;
  }

  private void writeWaiting() {
    String line = waiting;
    waiting = null;
    if (line.equals(written)) {
      leftOut++; // it is again as it was said to be
      return;
    }
    String counted = leftOut == 0 ? line : line + " (" + leftOut + " changes were left out)";
    leftOut = 0;
    write(waitingLevel, line, counted);
  }

  private void write(Level level, String line, String text) {
    lines.take(timers.nanoTime());
    written = line;
    if (level == Level.WARN) {
      log.warn("{}", text);
    } else {
      log.info("{}", text);
    }
  }
}
