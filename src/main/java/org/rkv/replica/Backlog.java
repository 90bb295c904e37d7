package org.rkv.replica;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rkv.store.Entry;

/**
 * The entries of one origin that are not known to be on every replica, in the order of their
 * clocks: no origin uses a clock twice. However often a key is written while a replica is away, at
 * most two entries of it are kept: the newest, which is to be completed, and the oldest, which the
 * origin's watermark may not pass. Belongs to the thread of its {@link Settling}.
 */
final class Backlog {
  private final long origin;
  private final TreeMap<Entry, Waiting> byClock =
      new TreeMap<>(Comparator.comparingLong(Entry::clock));
  private final Map<String, Waiting> newestByKey = new HashMap<>();

  /** An entry that waits to be settled. */
  static final class Waiting {
    final Entry entry;
    final long sinceNanos;
    boolean completing;

    /** The oldest of the key that waits, if that is another one. */
    private Waiting oldest;

    private Waiting(Entry entry, long sinceNanos) {
      this.entry = entry;
      this.sinceNanos = sinceNanos;
    }
  }

  Backlog(long origin) {
    this.origin = origin;
  }

  /** Whose entries these are. */
  long origin() {
    return origin;
  }

  /** Adds an entry, newer than all of its key that wait here. */
  void add(Entry entry, long nowNanos) {
    Waiting fresh = new Waiting(entry, nowNanos);
    Waiting before = newestByKey.put(entry.key(), fresh);
    if (before != null && before.oldest != null) {
      byClock.remove(before.entry);
      fresh.oldest = before.oldest;
    } else {
      fresh.oldest = before;
    }
    byClock.put(entry, fresh);
  }

  /**
   * Takes out an entry, because it or a newer one is settled, or because one of another origin has
   * taken its place. What is older of its key goes with it.
   *
   * @return false if it does not wait here
   */
  boolean remove(Entry entry) {
    Waiting removed = byClock.remove(entry);
    if (removed == null) {
      return false;
    }
    Waiting newest = newestByKey.get(entry.key());
    if (newest != removed) {
      newest.oldest = null; // it was the other one
      return true;
    }
    newestByKey.remove(entry.key());
    if (removed.oldest != null) {
      byClock.remove(removed.oldest.entry);
    }
    return true;
  }

  /** The one with the lowest clock, or null. */
  Entry first() {
    return byClock.isEmpty() ? null : byClock.firstKey();
  }

  /** What waits of this entry, or null. */
  Waiting find(Entry entry) {
    return byClock.get(entry);
  }

  /** The first ones, at most so many. */
  List<Waiting> first(int most) {
    List<Waiting> first = new ArrayList<>(Math.min(most, byClock.size()));
    for (Waiting each : byClock.values()) {
      if (first.size() == most) {
        break;
      }
      first.add(each);
    }
    return first;
  }

  boolean isEmpty() {
    return byClock.isEmpty();
  }

  int size() {
    return byClock.size();
  }
}
