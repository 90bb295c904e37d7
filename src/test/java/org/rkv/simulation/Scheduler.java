package org.rkv.simulation;

import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Simulated time, and everything that is still to happen. Whatever is random in a run is drawn from
 * the one source here, in an order that the run itself determines. For one thread.
 */
final class Scheduler {
  private final Random random;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long nowNanos;
  private long made;

  Scheduler(long seed) {
    random = new Random(mixed(seed));
  }

  /** Neighbouring seeds would draw alike at first (the finalizer of MurmurHash3 parts them). */
  static long mixed(long seed) {
    long z = (seed ^ seed >>> 33) * 0xff51afd7ed558ccdL;
    z = (z ^ z >>> 33) * 0xc4ceb9fe1a85ec53L;
    return z ^ z >>> 33;
  }

  private record Event(long atNanos, long number, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  /** The time since the run began. */
  long nowNanos() {
    return nowNanos;
  }

  /** The one source of chance. */
  Random random() {
    return random;
  }

  /** Whether something of this probability is the case. */
  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** A number in a range, both ends included, and its logarithm evenly spread: most are small. */
  long skewed(long least, long most) {
    double low = Math.log(least);
    return Math.round(Math.exp(low + random.nextDouble() * (Math.log(most) - low)));
  }

  /** Lets something happen later, but not before what already is to happen at that time. */
  void after(long delayNanos, Runnable action) {
    events.add(new Event(nowNanos + Math.max(0, delayNanos), made++, action));
  }

  /** The same, in milliseconds. */
  void afterMillis(long delayMillis, Runnable action) {
    after(TimeUnit.MILLISECONDS.toNanos(delayMillis), action);
  }

  /** Lets happen all that is due until then; time then stands at it. */
  void runUntil(long nanos) {
    while (!events.isEmpty() && events.peek().atNanos <= nanos) {
      Event event = events.poll();
      nowNanos = event.atNanos;
      event.action.run();
    }
    nowNanos = nanos;
  }

  /** The same, so many milliseconds from now. */
  void runForMillis(long millis) {
    runUntil(nowNanos + TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
