package org.rkv.replica;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * A line an event: time with its offset from UTC, replica, level, message; and a stack trace if
 * there is one. Safe for all threads.
 */
final class LogLine extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSxx").withZone(ZoneId.systemDefault());

  @Override
  public String format(LogRecord event) {
    String line =
        TIME.format(event.getInstant())
            + " "
            + event.getLoggerName()
            + " "
            + event.getLevel()
            + ": "
            + formatMessage(event)
            + "\n";
    return event.getThrown() == null ? line : line + traceOf(event.getThrown());
  }

  private static String traceOf(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    return trace.toString();
  }
}
