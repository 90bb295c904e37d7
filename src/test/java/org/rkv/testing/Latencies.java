package org.rkv.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** How long some calls took. Safe for all threads. */
public final class Latencies {
  private static final double NANOS_PER_MILLI = 1e6;

  private final List<Long> nanos = new ArrayList<>();

  /** A call. */
  public interface Call<T> {
    /** Makes it. */
    T make() throws Exception;
  }

  /** Makes a call and remembers how long it took, if it was answered. */
  public <T> T time(Call<T> call) throws Exception {
    long start = System.nanoTime();
    T result = call.make();
    add(System.nanoTime() - start);
    return result;
  }

  /** A call took so long. */
  public synchronized void add(long nanosTaken) {
    nanos.add(nanosTaken);
  }

  /** How many calls. */
  public synchronized int count() {
    return nanos.size();
  }

  /** In milliseconds: as many of a hundred took no longer. */
  public synchronized double percentile(double percent) {
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    int index = (int) Math.ceil(percent / 100 * sorted.size()) - 1;
    return sorted.get(Math.max(0, index)) / NANOS_PER_MILLI;
  }

  /** In milliseconds. */
  public double median() {
    return percentile(50);
  }

  /** In milliseconds. */
  public double longest() {
    return percentile(100);
  }

  /** Of all calls together, in milliseconds. */
  public synchronized double sum() {
    return nanos.stream().mapToLong(Long::longValue).sum() / NANOS_PER_MILLI;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d calls, median %.3f ms, p99 %.3f ms, longest %.3f ms",
        count(),
        median(),
        percentile(99),
        longest());
  }
}
