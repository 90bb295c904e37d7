package org.rkv.store;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The entries of one replica. A client's operation is checked in the order of the C system and gets
 * a new stamp; what another replica accepted is merged: the greatest stamp wins, so applying is
 * idempotent, commutative and associative, and the same writes leave the same store in any order.
 *
 * <p>The keys are spread over a number of segments that the capacity decides, each a small hash
 * map. So a map that grows moves a few hundred entries at most, never a million at once, and a scan
 * that goes from segment to segment is not disturbed by what changes meanwhile. A small store has
 * few segments, since what a lookup costs is the memory that it must fetch. Not thread-safe.
 */
public final class Store {
  private static final int LEAST_SEGMENTS = 64;
  private static final int MOST_SEGMENTS = 4096;

  /** At least so many, and less than twice as many, of a full store between these bounds. */
  private static final int ENTRIES_OF_A_SEGMENT = 4;

  private final Limits limits;
  private final HybridClock clock;
  private final Map<String, Entry>[] segments;

  /** By how much a hash of 32 bits is shifted to give the number of a segment. */
  private final int segmentShift;

  private final Digest entriesDigest = new Digest();
  private final Digest tombstonesDigest = new Digest();
  private int liveEntries;
  private int tombstones;

  /** Makes an empty store. */
  @SuppressWarnings("unchecked") // an array of a generic type cannot be made otherwise
  public Store(Limits limits, HybridClock clock) {
    this.limits = limits;
    this.clock = clock;
    int wanted = limits.capacity() / ENTRIES_OF_A_SEGMENT;
    int count = Integer.highestOneBit(Math.min(Math.max(wanted, LEAST_SEGMENTS), MOST_SEGMENTS));
    segments = new Map[count];
    segmentShift = Integer.numberOfLeadingZeros(count) + 1;
  }

  /** What a client may store. */
  public Limits limits() {
    return limits;
  }

  /** How many keys have a value: what counts towards the capacity. */
  public int liveEntries() {
    return liveEntries;
  }

  /** How many deleted keys are remembered. */
  public int tombstones() {
    return tombstones;
  }

  /** Of all keys with a value; equal to another store's if these are the same in both. */
  public Digest entriesDigest() {
    return entriesDigest;
  }

  /** Of all tombstones, likewise. */
  public Digest tombstonesDigest() {
    return tombstonesDigest;
  }

  /** A client's PUT: checks key size, value size, capacity, and stores under a new stamp. */
  public Change put(String key, String value) {
    if (limits.tooLarge(key)) {
      return Change.refused(Outcome.KEY_TOO_LARGE);
    }
    if (limits.tooLarge(value)) {
      return Change.refused(Outcome.VALUE_TOO_LARGE);
    }
    Entry before = find(key);
    boolean fresh = live(before) == null;
    if (fresh && liveEntries >= limits.capacity()) {
      return Change.refused(Outcome.FULL);
    }
    Entry entry = new Entry(keyOf(before, key), value, clock.next());
    hold(entry, before);
    return new Change(fresh ? Outcome.OK : Outcome.REPLACED, entry, before);
  }

  /**
   * A client's DEL: leaves a tombstone under a new stamp. Of a key that is not there, nothing is
   * changed, and the change has the tombstone that is there already, if there is one. While {@link
   * Limits#maxTombstones} are remembered, no more can be deleted.
   */
  public Change delete(String key) {
    if (limits.tooLarge(key)) {
      return Change.refused(Outcome.KEY_TOO_LARGE);
    }
    Entry held = find(key);
    if (live(held) == null) {
      return new Change(absent(), held, null);
    }
    if (tombstones >= limits.maxTombstones()) {
      return Change.refused(Outcome.FULL);
    }
    Entry tombstone = new Entry(held.key(), null, clock.next());
    hold(tombstone, held);
    return new Change(Outcome.OK, tombstone, held);
  }

  /** A client's GET. Of a deleted key, the change has the tombstone. */
  public Change get(String key) {
    if (limits.tooLarge(key)) {
      return Change.refused(Outcome.KEY_TOO_LARGE);
    }
    Entry held = find(key);
    return new Change(live(held) == null ? absent() : Outcome.OK, held, null);
  }

  /** The entry or tombstone of a key, or null if there is neither. */
  public Entry find(String key) {
    Map<String, Entry> segment = segments[segmentOf(key)];
    return segment == null ? null : segment.get(key);
  }

  /**
   * Merges what another replica accepted. The capacity does not count here: a full store must be
   * able to become equal to another full store.
   *
   * @param value null for a tombstone
   * @param stamp its clock has been observed
   * @return what the store now holds for the key
   */
  public Entry apply(String key, String value, Stamp stamp) {
    Entry held = find(key);
    if (held != null && (held.isNewerThan(stamp) || held.stamp().equals(stamp))) {
      return held;
    }
    Entry entry = new Entry(keyOf(held, key), value, stamp);
    hold(entry, held);
    return entry;
  }

  /** Forgets a settled tombstone, if it is still what is held for its key. */
  public boolean drop(Entry tombstone) {
    if (!tombstone.isTombstone() || !tombstone.isSettled() || find(tombstone.key()) != tombstone) {
      return false;
    }
    segments[segmentOf(tombstone.key())].remove(tombstone.key());
    tombstones--;
    tombstonesDigest.remove(tombstone);
    return true;
  }

  /** The number of segments; it never changes. */
  public int segments() {
    return segments.length;
  }

  /** A view of the entries and tombstones in one segment. */
  public Collection<Entry> segment(int index) {
    Map<String, Entry> segment = segments[index];
    return segment == null
        ? Collections.emptyList()
        : Collections.unmodifiableCollection(segment.values());
  }

  /** Shows all entries and tombstones, in no order. */
  public void forEach(Consumer<Entry> action) {
    for (int i = 0; i < segments.length; i++) {
      segment(i).forEach(action);
    }
  }

  private Outcome absent() {
    return liveEntries == 0 ? Outcome.EMPTY : Outcome.NOT_FOUND;
  }

  private static Entry live(Entry entry) {
    return entry == null || entry.isTombstone() ? null : entry;
  }

  /** One string for a key, however often it is written: the map keeps its first one anyway. */
  private static String keyOf(Entry held, String key) {
    return held == null ? key : held.key();
  }

  private void hold(Entry entry, Entry before) {
    int index = segmentOf(entry.key());
    if (segments[index] == null) {
      segments[index] = new HashMap<>();
    }
    segments[index].put(entry.key(), entry);
    if (before != null) {
      uncount(before);
    }
    count(entry);
  }

  private void count(Entry entry) {
    if (entry.isTombstone()) {
      tombstones++;
      tombstonesDigest.add(entry);
    } else {
      liveEntries++;
      entriesDigest.add(entry);
    }
  }

  private void uncount(Entry entry) {
    if (entry.isTombstone()) {
      tombstones--;
      tombstonesDigest.remove(entry);
    } else {
      liveEntries--;
      entriesDigest.remove(entry);
    }
  }

  /** String.hashCode is even enough only after its high bits are mixed in (Fibonacci hashing). */
  private int segmentOf(String key) {
    return key.hashCode() * 0x9E3779B9 >>> segmentShift;
  }
}
