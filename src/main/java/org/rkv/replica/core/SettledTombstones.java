package org.rkv.replica.core;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.rkv.net.Timers;
import org.rkv.store.Stamp;
import org.rkv.store.Store;

/**
 * The tombstones that every replica is known to have, and for how long: when that was a grace
 * period, no delayed write below their stamp can arrive any more, and they are dropped. When they
 * come to be many, the oldest go when that was the least period that is safe. One is kept for each
 * key, the latest, and it goes with its tombstone: however often a key is put and deleted, what is
 * remembered is what the store remembers. Belongs to the thread of its {@link Settling}.
 */
final class SettledTombstones {
  private final Store store;
  private final Timers timers;
  private final long graceNanos;
  private final long leastGraceNanos;

  /** In the order in which they were settled. */
  private final Map<String, Settled> byKey = new LinkedHashMap<>();

  private long lastAdvanceNanos;

  /** How long this replica has been awake. */
  private long awakeNanos;

  /** A tombstone, and how long this replica had been awake when it was settled. */
  private record Settled(Stamp stamp, long sinceNanos) {}

  /**
   * Remembers none.
   *
   * @param graceMillis how long they are kept
   * @param leastGraceMillis how long, when the store is short of them; no write takes as long
   */
  SettledTombstones(Store store, Timers timers, long graceMillis, long leastGraceMillis) {
    this.store = store;
    this.timers = timers;
    graceNanos = TimeUnit.MILLISECONDS.toNanos(graceMillis);
    leastGraceNanos = Math.min(graceNanos, TimeUnit.MILLISECONDS.toNanos(leastGraceMillis));
    lastAdvanceNanos = timers.nanoTime();
  }

  /** A tombstone that the store holds has become known to be everywhere. */
  void add(String key, Stamp stamp) {
    byKey.remove(key); // or it would keep the place of the one before it
    byKey.put(key, new Settled(stamp, awakeNanos));
  }

  /** The store holds something newer for that key. */
  void replaced(String key) {
    byKey.remove(key);
  }

  int size() {
    return byKey.size();
  }

  /**
   * Drops from the store what is old enough. A pause does not count: what was sent to us before it
   * may only be read after it, and a write that is older than a tombstone must still find that
   * there.
   *
   * @param longestNanos a longer time since the last call was a pause
   */
  void dropOld(long longestNanos) {
    long now = timers.nanoTime();
    awakeNanos += Math.min(now - lastAdvanceNanos, longestNanos);
    lastAdvanceNanos = now;
    Iterator<Map.Entry<String, Settled>> oldestFirst = byKey.entrySet().iterator();
    while (oldestFirst.hasNext()) {
      Map.Entry<String, Settled> oldest = oldestFirst.next();
      long graceNow = store.isShortOfTombstones() ? leastGraceNanos : graceNanos;
      if (awakeNanos - oldest.getValue().sinceNanos < graceNow) {
        return;
      }
      oldestFirst.remove();
      store.drop(oldest.getKey(), oldest.getValue().stamp);
    }
  }
}
