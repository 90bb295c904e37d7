package org.rkv.replica.metrics;

import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.rkv.replica.observe.Request;
import org.rkv.rpc.kv;

/**
 * How many requests were answered in each of the last six hundred seconds, and how soon. Belongs to
 * the thread that reads the measurements.
 */
public final class LastMinutes {
  /** Ten minutes. */
  public static final int SECONDS = 600;

  private static final double HALF = 50;
  private static final double NEARLY_ALL = 99;
  private static final double NANOS = 1e9;

  private final Measurements measurements;
  private final Map<Request, Series> series = new EnumMap<>(Request.class);
  private long count;
  private long lastNanos;

  /** Of one kind of request, by second: the place of a second is its number modulo their count. */
  private static final class Series {
    private final int[] rates = new int[SECONDS];
    private final int[] failed = new int[SECONDS];
    private final int[] p50 = new int[SECONDS];
    private final int[] p99 = new int[SECONDS];
    private long failedBefore;
  }

  /**
   * The last seconds of one kind of request, the oldest first; times are in microseconds, -1 where
   * nothing was answered.
   */
  public record Seconds(int[] rates, int[] failed, int[] p50, int[] p99) {}

  /**
   * None have passed.
   *
   * @param nanos as {@link System#nanoTime}
   */
  public LastMinutes(Measurements measurements, long nanos) {
    this.measurements = measurements;
    lastNanos = nanos;
    for (Request request : Request.values()) {
      series.put(request, new Series());
    }
  }

  /** A second has passed, more or less. */
  public void second(long nanos) {
    double seconds = Math.max(1, nanos - lastNanos) / NANOS;
    int at = (int) (count % SECONDS);
    series.forEach((request, each) -> second(request, each, at, seconds));
    lastNanos = nanos;
    count++;
  }

  private void second(Request request, Series each, int at, double seconds) {
    Histogram micros = measurements.takeRecent(request);
    long answered = micros.getTotalCount();
    long failed = measurements.answers(request, failureOf(request));
    each.rates[at] = perSecond(answered, seconds);
    each.failed[at] = perSecond(failed - each.failedBefore, seconds);
    each.p50[at] = answered == 0 ? -1 : (int) micros.getValueAtPercentile(HALF);
    each.p99[at] = answered == 0 ? -1 : (int) micros.getValueAtPercentile(NEARLY_ALL);
    each.failedBefore = failed;
    micros.reset();
  }

  /** What happened at all is not shown as nothing. */
  private static int perSecond(long count, double seconds) {
    return count == 0 ? 0 : (int) Math.max(1, Math.round(count / seconds));
  }

  private static int failureOf(Request request) {
    return switch (request) {
      case PUT -> kv.PUT_FAILED;
      case GET -> kv.GET_FAILED;
      case DEL -> kv.DEL_FAILED;
      case LIST -> kv.LIST_FAILED;
    };
  }

  /** How many seconds have passed since the beginning. */
  public long count() {
    return count;
  }

  /** The last ones, at most so many. */
  public Seconds last(Request request, int most) {
    int length = (int) Math.min(Math.min(most, SECONDS), count);
    Series all = series.get(request);
    return new Seconds(
        last(all.rates, length),
        last(all.failed, length),
        last(all.p50, length),
        last(all.p99, length));
  }

  private int[] last(int[] ring, int length) {
    int[] last = new int[length];
    for (int i = 0; i < length; i++) {
      last[i] = ring[(int) ((count - length + i) % SECONDS)];
    }
    return last;
  }
}
