package org.rkv.net;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.MDC;

/**
 * For what a stranger can cause: writes one line a second at most and counts the rest, so that
 * nobody can fill the log. Belongs to one thread.
 */
public final class LimitedLog {
  /** Set in the {@link MDC} while such a line is logged, so that it can be told from others. */
  public static final String OF_STRANGERS = "strangers";

  private static final long INTERVAL_NANOS = 1_000_000_000;

  private final Logger log;
  private final LongSupplier nanoTime;
  private long lastNanos;
  private long suppressed;

  /** Limits what goes to this log from here. */
  public LimitedLog(Logger log) {
    this(log, System::nanoTime);
  }

  /**
   * The same, by another clock.
   *
   * @param nanoTime monotonic, in nanoseconds, as {@link System#nanoTime}
   */
  public LimitedLog(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
    lastNanos = nanoTime.getAsLong() - INTERVAL_NANOS;
  }

  /** Writes this line as a warning, or counts it. */
  public void warn(String line) {
    warn(() -> line);
  }

  /** The same for a line that is only made to be written. */
  public void warn(Supplier<String> line) {
    long now = nanoTime.getAsLong();
    if (now - lastNanos < INTERVAL_NANOS) {
      suppressed++;
      return;
    }
    lastNanos = now;
    try (MDC.MDCCloseable ofStrangers = MDC.putCloseable(OF_STRANGERS, "")) {
      if (suppressed > 0) {
        log.warn("{} (and {} more like this)", line.get(), suppressed);
      } else {
        log.warn("{}", line.get());
      }
    }
    suppressed = 0;
  }
}
