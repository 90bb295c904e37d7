package org.rkv.replica.page;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.rkv.net.LimitedLog;
import org.slf4j.MDC;

/**
 * The last lines of a replica's log that matter to who looks at the page: none that strangers
 * cause, and a line that is said again takes the place of itself. Safe for all threads; who logs
 * never waits.
 */
public final class LatestEvents extends Handler {
  private static final int MOST = 20;
  private static final int MOST_CHARS = 500;

  private final Logger logger;
  private final Deque<Event> events = new ArrayDeque<>();

  /** One line. */
  record Event(Instant at, String level, String text) {}

  /** Hears what this logger is told, from now on. */
  public LatestEvents(String loggerName) {
    logger = Logger.getLogger(loggerName);
    logger.addHandler(this);
  }

  @Override
  public void publish(LogRecord line) {
    if (line.getLevel().intValue() < Level.INFO.intValue()
        || MDC.get(LimitedLog.OF_STRANGERS) != null) {
      return;
    }
    String text = String.valueOf(line.getMessage());
    String cut = text.length() > MOST_CHARS ? text.substring(0, MOST_CHARS) + "..." : text;
    Event event = new Event(line.getInstant(), line.getLevel().getName(), cut);
    synchronized (events) {
      if (!events.isEmpty() && events.getLast().text().equals(cut)) {
        events.removeLast();
      } else if (events.size() == MOST) {
        events.removeFirst();
      }
      events.addLast(event);
    }
  }

  /** The oldest first. */
  List<Event> events() {
    synchronized (events) {
      return new ArrayList<>(events);
    }
  }

  /** Nothing to do: nothing is kept back. */
  @Override
  public void flush() {}

  /** Hears nothing any more. */
  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
