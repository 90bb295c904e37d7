package org.rkv.replica;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.rkv.testing.Eventually;

/** What one replica writes to its log, kept instead of printed. Safe for all threads. */
final class LogCapture extends Handler implements AutoCloseable {
  private static final int SHOWN = 25;

  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final Logger logger;

  /** Begins to keep the lines of the logger of this name. */
  LogCapture(String loggerName) {
    logger = Logger.getLogger(loggerName);
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
  }

  @Override
  public void publish(LogRecord line) {
    String trace = line.getThrown() == null ? "" : " " + line.getThrown();
    lines.add(line.getLevel() + ": " + line.getMessage() + trace);
  }

  /** All lines so far, each with its level before it. */
  List<String> all() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  List<String> matching(Predicate<String> wanted) {
    return all().stream().filter(wanted).toList();
  }

  boolean contain(String part) {
    return count(part) > 0;
  }

  /** Waits until a line has this in it. */
  void await(String part) throws InterruptedException {
    Eventually.until(part, () -> contain(part), this::toString);
  }

  int count(String part) {
    return matching(line -> line.contains(part)).size();
  }

  void clear() {
    lines.clear();
  }

  @Override
  public String toString() {
    List<String> all = all();
    return String.join("\n  ", all.subList(Math.max(0, all.size() - SHOWN), all.size()));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
