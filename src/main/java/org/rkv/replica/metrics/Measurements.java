package org.rkv.replica.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.observe.Cause;
import org.rkv.replica.observe.Failure;
import org.rkv.replica.observe.Observer;
import org.rkv.replica.observe.Request;

/**
 * Counts and times what an observer hears. The one thread that it hears it on waits for nobody and
 * makes nothing; what has been counted may be read on one other thread.
 */
public final class Measurements implements Observer {
  /** All codes of kv.x are below it. */
  static final int CODES = 10;

  /** Longer than any call may take. */
  private static final long MOST_MICROS = 100_000_000;

  private static final int DIGITS = 2;
  private static final int MAX_PEERS = 64;
  private static final String OTHERS = "others";

  private final Map<Request, AtomicLongArray> answers = new EnumMap<>(Request.class);
  private final Map<Request, SingleWriterRecorder> recorders = new EnumMap<>(Request.class);
  private final Map<Request, Histogram> totals = new EnumMap<>(Request.class);
  private final Map<Request, Histogram> intervals = new EnumMap<>(Request.class);
  private final Map<Request, Histogram> recent = new EnumMap<>(Request.class);
  private final AtomicLongArray refused = new AtomicLongArray(KvProgram.procedures());
  private final Map<Reason, AtomicLong> failures = new ConcurrentHashMap<>();

  /** What failures are counted by. */
  record Reason(Request request, Cause cause, String peer) {}

  /** Nothing has happened yet. */
  public Measurements() {
    for (Request request : Request.values()) {
      answers.put(request, new AtomicLongArray(CODES));
      recorders.put(request, new SingleWriterRecorder(MOST_MICROS, DIGITS));
      totals.put(request, new Histogram(MOST_MICROS, DIGITS));
      recent.put(request, new Histogram(MOST_MICROS, DIGITS));
    }
  }

  @Override
  public void answered(Request request, int code, long nanos) {
    AtomicLongArray counts = answers.get(request);
    int index = code >= 0 && code < CODES ? code : CODES - 1;
    counts.lazySet(index, counts.getPlain(index) + 1);
    recorders.get(request).recordValue(Math.max(0, Math.min(MOST_MICROS, nanos / 1000)));
  }

  @Override
  public void failed(Request request, Failure why) {
    boolean isKnown = failures.size() < MAX_PEERS * Cause.values().length;
    Reason reason = new Reason(request, why.cause(), isKnown ? why.peer() : OTHERS);
    failures.computeIfAbsent(reason, unseen -> new AtomicLong()).incrementAndGet();
  }

  @Override
  public void refused(int procedure) {
    refused.lazySet(procedure, refused.getPlain(procedure) + 1);
  }

  /** How often each procedure was called by somebody who may not, in the order of kv.x. */
  long[] refused() {
    long[] counts = new long[refused.length()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = refused.get(i);
    }
    return counts;
  }

  /** How often a request was answered with a code. */
  long answers(Request request, int code) {
    return answers.get(request).get(code);
  }

  /** How often it failed, by reason; only those that there were. */
  Map<Reason, AtomicLong> failures() {
    return failures;
  }

  /** How many microseconds all answers took; of one reading thread, until it asks again. */
  Histogram micros(Request request) {
    drain(request);
    return totals.get(request);
  }

  /**
   * The same of those answers only that came since it was asked last: whoever asks resets it. Of
   * the same thread.
   */
  Histogram takeRecent(Request request) {
    drain(request);
    return recent.get(request);
  }

  private void drain(Request request) {
    Histogram interval = recorders.get(request).getIntervalHistogram(intervals.get(request));
    intervals.put(request, interval);
    if (interval.getTotalCount() > 0) {
      totals.get(request).add(interval);
      recent.get(request).add(interval);
    }
  }
}
