package org.rkv.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * What happened in a run, for people: faults, and what the replicas logged. Kept only when asked
 * for, since a run can be repeated; errors that a replica logs are always kept, as there must be
 * none.
 */
final class Journal {
  private static final double NANOS_PER_MILLI = 1e6;

  private static final String REFUSAL = "refused a stamp";

  private final Scheduler scheduler;
  private final boolean detailed;
  private final List<String> lines = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();
  private final List<String> refusals = new ArrayList<>();

  Journal(Scheduler scheduler, boolean detailed) {
    this.scheduler = scheduler;
    this.detailed = detailed;
  }

  /** Takes down that something happened now. */
  void add(String format, Object... arguments) {
    if (detailed) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%12.3f  %s",
              scheduler.nowNanos() / NANOS_PER_MILLI,
              MessageFormatter.arrayFormat(format, arguments).getMessage()));
    }
  }

  /** Everything taken down, a line each, with milliseconds. */
  List<String> lines() {
    return lines;
  }

  /** What replicas logged as errors. */
  List<String> errors() {
    return errors;
  }

  /** Of stamps that replicas refused, what they logged. */
  List<String> refusals() {
    return refusals;
  }

  /** The log of a replica. */
  Logger loggerOf(Machine machine) {
    return new ReplicaLogger(machine);
  }

  private final class ReplicaLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;
    private final transient Machine machine;

    ReplicaLogger(Machine machine) {
      this.machine = machine;
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
      return detailed;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }

    @Override
    protected String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level, Marker marker, String format, Object[] arguments, Throwable thrown) {
      String text = MessageFormatter.basicArrayFormat(format, arguments);
      add("{}: {}{}", machine, text, thrown == null ? "" : " (" + thrown + ")");
      if (text.startsWith(REFUSAL) && !machine.hasStartedInThePast()) {
        refusals.add(machine + ": " + text);
      }
      if (level == Level.ERROR) {
        errors.add(machine + ": " + text + (thrown == null ? "" : " (" + thrown + ")"));
      }
    }
  }
}
