package org.rkv.replica;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.rkv.net.LimitedLog;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The log of a replica's process: all that is logged goes to standard error through a {@link
 * LinePrinter}, so that nobody who logs ever waits for who reads it. The libraries' asynchronous
 * appenders leave lines out without a word, or wait when their one queue is full. Safe for all
 * threads.
 */
final class ReplicaLog extends Handler {
  private static final int MAX_QUEUED_BYTES = 1024 * 1024;

  private final LinePrinter printer;
  private final Formatter formatter = new LogLine();

  /** Writes to this what is {@link #publish published}. */
  ReplicaLog(OutputStream out) {
    printer =
        new LinePrinter(
            "the log",
            out,
            StandardCharsets.UTF_8,
            MAX_QUEUED_BYTES,
            LoggerFactory.getLogger("rkv"));
  }

  /**
   * From now on everything that this process logs goes this way. To be called before anything is
   * logged.
   */
  static ReplicaLog install() {
    System.setProperty("java.util.logging.manager", LastingLogManager.class.getName());
    ReplicaLog log = new ReplicaLog(new FileOutputStream(FileDescriptor.err));
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(log);
    return log;
  }

  @Override
  public void publish(LogRecord event) {
    if (isLoggable(event)) {
      printer.print(formatter.format(event), kindOf(event));
    }
  }

  private static LineQueue.Kind kindOf(LogRecord event) {
    if (MDC.get(LimitedLog.OF_STRANGERS) != null) {
      return LineQueue.Kind.OF_STRANGERS;
    }
    return event.getLevel().intValue() >= Level.WARNING.intValue()
        ? LineQueue.Kind.URGENT
        : LineQueue.Kind.USUAL;
  }

  /**
   * Waits until the lines before are written.
   *
   * @param deadlineNanos by {@link System#nanoTime}
   */
  void awaitWritten(long deadlineNanos) throws InterruptedException {
    printer.awaitWritten(deadlineNanos);
  }

  /** Nothing to do: each line is written as soon as it can be. */
  @Override
  public void flush() {}

  /** Nothing to do: what is logged until the end of the process is written. */
  @Override
  public void close() {}
}
