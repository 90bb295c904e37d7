package org.rkv.bench;

import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What all clients have seen: how long each operation took, and what went wrong; and what they have
 * written. Belongs to the thread of their event loop while that runs.
 */
final class Measurement {
  private static final long HIGHEST_NANOS = TimeUnit.SECONDS.toNanos(100);
  private static final int DIGITS = 3;

  private final Map<Kind, Histogram> latencies = new EnumMap<>(Kind.class);
  private final Map<String, Long> errors = new TreeMap<>();
  private final BitSet keysWritten = new BitSet();

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

  /** A key may have been written, whatever becomes of it. */
  void wrote(int key) {
    keysWritten.set(key);
  }

  /** The numbers of the keys that may have been written. */
  BitSet keysWritten() {
    return keysWritten;
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
