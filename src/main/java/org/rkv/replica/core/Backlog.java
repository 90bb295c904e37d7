package org.rkv.replica.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.rkv.store.Entry;
import org.rkv.store.Stamp;

/**
 * The writes of one origin that are not known to be on every replica, in the order of their clocks.
 * No origin uses a clock twice, but a faulty peer may say that one did: writes of one clock are in
 * the order in which they came, and none takes another's place. However often a key is written
 * while a replica is away, at most two writes of it are kept: the newest, which is to be completed,
 * and the oldest, which the origin's watermark may not pass. Belongs to the thread of its {@link
 * Settling}.
 *
 * <p>The writes of an origin mostly come in the order of its clock, and are a list. What comes
 * while the last of the list has a higher clock, as in a scan or with a completion, is kept in a
 * tree.
 */
final class Backlog {
  private final long origin;
  private final Headway headway = new Headway(Completions.MAX_UNDER_WAY);
  private final Map<String, PendingWrite> newestByKey = new HashMap<>();
  private final TreeSet<PendingWrite> outOfOrder =
      new TreeSet<>(
          Comparator.<PendingWrite>comparingLong(waiting -> waiting.clock)
              .thenComparingLong(waiting -> waiting.number));
  private PendingWrite first;
  private PendingWrite last;
  private int size;
  private long added;

  /** A write that waits to be settled. Its value is in the store, if it is still the newest. */
  final class PendingWrite {
    final String key;
    final long clock;
    final long sinceNanos;

    /** Whether it is being completed, or the one that goes first is asked about it. */
    boolean isUnderWay;

    /** Whether the one that goes first does not hold it. */
    boolean isOurs;

    /** The oldest of the key that waits, if that is another one. */
    private PendingWrite oldest;

    /** Of all that were ever added here, in the order in which they came. */
    private final long number;

    private boolean isOutOfOrder;
    private PendingWrite previous;
    private PendingWrite next;

    private PendingWrite(Entry entry, long sinceNanos) {
      key = entry.key();
      clock = entry.clock();
      this.sinceNanos = sinceNanos;
      number = added++;
    }

    Stamp stamp() {
      return new Stamp(clock, origin);
    }
  }

  Backlog(long origin) {
    this.origin = origin;
  }

  /** Whose writes these are. */
  long origin() {
    return origin;
  }

  /** How the one that goes first gets on with them. */
  Headway headway() {
    return headway;
  }

  /** Adds an entry, newer than all of its key that wait here; nothing if it waits already. */
  void add(Entry entry, long nowNanos) {
    PendingWrite before = newestByKey.get(entry.key());
    if (before != null && before.clock == entry.clock()) {
      return;
    }
    PendingWrite fresh = new PendingWrite(entry, nowNanos);
    newestByKey.put(entry.key(), fresh);
    if (before != null && before.oldest != null) {
      takeOut(before);
      fresh.oldest = before.oldest;
    } else {
      fresh.oldest = before;
    }
    putIn(fresh);
  }

  /**
   * Takes out a write, because it or a newer one is settled, or because one of another origin has
   * taken its place. What is older of its key goes with it.
   *
   * @return false if it does not wait here
   */
  boolean remove(String key, long clock) {
    PendingWrite newest = newestByKey.get(key);
    PendingWrite removed = find(clock, newest);
    if (removed == null) {
      return false;
    }
    takeOut(removed);
    if (newest != removed) {
      newest.oldest = null; // it was the other one
      return true;
    }
    newestByKey.remove(key);
    if (removed.oldest != null) {
      takeOut(removed.oldest);
    }
    return true;
  }

  private void putIn(PendingWrite waiting) {
    size++;
    if (last != null && last.clock > waiting.clock) {
      waiting.isOutOfOrder = true;
      outOfOrder.add(waiting);
      return;
    }
    waiting.previous = last;
    if (last == null) {
      first = waiting;
    } else {
      last.next = waiting;
    }
    last = waiting;
  }

  private void takeOut(PendingWrite waiting) {
    size--;
    if (waiting.isOutOfOrder) {
      outOfOrder.remove(waiting);
      return;
    }
    if (waiting.previous == null) {
      first = waiting.next;
    } else {
      waiting.previous.next = waiting.next;
    }
    if (waiting.next == null) {
      last = waiting.previous;
    } else {
      waiting.next.previous = waiting.previous;
    }
    // To a collector of young objects, an old one that is dead would hold all that came after it.
    waiting.previous = null;
    waiting.next = null;
  }

  /** The one with the lowest clock, or null. */
  PendingWrite first() {
    return outOfOrder.isEmpty() ? first : lower(first, outOfOrder.first());
  }

  /** Of a key, only the newest and the oldest wait. */
  private static PendingWrite find(long clock, PendingWrite newest) {
    if (newest == null || newest.clock == clock) {
      return newest;
    }
    PendingWrite oldest = newest.oldest;
    return oldest != null && oldest.clock == clock ? oldest : null;
  }

  /** The first ones, at most so many. */
  List<PendingWrite> first(int most) {
    List<PendingWrite> lowest = new ArrayList<>(Math.min(most, size));
    Iterator<PendingWrite> tree = outOfOrder.iterator();
    PendingWrite inTree = tree.hasNext() ? tree.next() : null;
    PendingWrite inList = first;
    while (lowest.size() < most && (inList != null || inTree != null)) {
      PendingWrite each = lower(inList, inTree);
      lowest.add(each);
      if (each == inList) {
        inList = inList.next;
      } else {
        inTree = tree.hasNext() ? tree.next() : null;
      }
    }
    return lowest;
  }

  /** The one of two with the lower clock, or the one that there is. */
  private static PendingWrite lower(PendingWrite one, PendingWrite other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.clock < other.clock ? one : other;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }
}
