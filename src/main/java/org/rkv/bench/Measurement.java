package org.rkv.bench;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What one client has seen: how long each operation took, and what went wrong. Belongs to the
 * client's thread while that runs.
 */
final class Measurement {
  private static final long HIGHEST_NANOS = TimeUnit.SECONDS.toNanos(100);
  private static final int DIGITS = 3;

  private final Map<Kind, Histogram> latencies = new EnumMap<>(Kind.class);
  private final Map<String, Long> errors = new TreeMap<>();

  /** An operation was done. */
  void done(Kind kind, long nanos) {
    latencies
        .computeIfAbsent(kind, any -> new Histogram(HIGHEST_NANOS, DIGITS))
        .recordValue(Math.max(0, Math.min(nanos, HIGHEST_NANOS)));
  }

  /** Something went wrong. */
  void error(String what, long count) {
    errors.merge(what, count, Long::sum);
  }

  /** Takes over what another client has seen. */
  void add(Measurement other) {
    other.latencies.forEach(
        (kind, histogram) ->
            latencies
                .computeIfAbsent(kind, any -> new Histogram(HIGHEST_NANOS, DIGITS))
                .add(histogram));
    other.errors.forEach(this::error);
  }

  /** How long the operations of each kind took, in nanoseconds. */
  Map<Kind, Histogram> latencies() {
    return latencies;
  }

  /** How often what went wrong. */
  Map<String, Long> errors() {
    return errors;
  }

  /** Operations done. */
  long operations() {
    return latencies.values().stream().mapToLong(Histogram::getTotalCount).sum();
  }

  /** Operations that went wrong. */
  long errorCount() {
    return errors.values().stream().mapToLong(Long::longValue).sum();
  }
}
