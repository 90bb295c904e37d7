package org.rkv.net;

import java.io.Serial;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger that keeps what it is told, from the level INFO on. Safe for all threads. */
public final class LogLines extends LegacyAbstractLogger {
  @Serial private static final long serialVersionUID = 1;

  /** One event; {@code cause} is null unless a stack trace would be written. */
  public record Line(Level level, String text, Throwable cause) {}

  private final transient List<Line> lines = new CopyOnWriteArrayList<>();

  /** Everything logged so far. */
  public List<Line> lines() {
    return List.copyOf(lines);
  }

  /** The texts of what was logged at this level. */
  public List<String> texts(Level level) {
    return lines.stream().filter(line -> line.level() == level).map(Line::text).toList();
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level, Marker marker, String pattern, Object[] arguments, Throwable cause) {
    lines.add(new Line(level, MessageFormatter.basicArrayFormat(pattern, arguments), cause));
  }

  @Override
  protected String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  public boolean isTraceEnabled() {
    return false;
  }

  @Override
  public boolean isDebugEnabled() {
    return false;
  }

  @Override
  public boolean isInfoEnabled() {
    return true;
  }

  @Override
  public boolean isWarnEnabled() {
    return true;
  }

  @Override
  public boolean isErrorEnabled() {
    return true;
  }
}
