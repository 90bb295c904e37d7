package org.rkv.replica.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rkv.net.Timers;
import org.rkv.store.Entry;
import org.rkv.store.HybridClock;
import org.rkv.store.Sections;
import org.rkv.store.Store;

/**
 * Moves from the former copy to the store what a source holds as well: of a million entries, a few
 * at a time, so that whatever else the replica has to do is not kept waiting. What comes meanwhile
 * counts, and what is moved writes nothing to the disk, where it is already. Belongs to the
 * replica's thread.
 *
 * <p>Sections that are equal are moved at once. Of the others the entries are looked up as the
 * source tells their {@link #take fingerprints}; what it does not tell of stays where it is, and
 * ends with the former copy.
 */
final class HandOver {
  /** A few milliseconds' work. */
  private static final int ENTRIES_A_TURN = 250;

  /** Of entries that may be looked up. Where so much differs, there is not much to be gained. */
  private static final int MAX_KNOWN = 100_000;

  /** What was written last before the former copy ended may lack what was under way then. */
  private static final long UNDER_WAY_MILLIS = 1000;

  /** What is done with what the source holds as well. */
  interface Mover {
    /** An entry of the former copy is taken over into the store. */
    void move(Entry entry, boolean isSettled);
  }

  private final Store store;
  private final Store former;
  private final Sections sections;
  private final Mover mover;
  private final Comparison comparison;
  private final long salt;
  private final SegmentTurns turns;

  /**
   * The keys in sections that differ, by the fingerprint, in the former copy and the store; null if
   * they are too many.
   */
  private Map<Long, String> known = new HashMap<>();

  private long newestClock;
  private int moved;

  /**
   * Moves nothing yet.
   *
   * @param done runs when all equal sections have been moved
   */
  HandOver(
      Store store,
      Store former,
      Mover mover,
      Comparison comparison,
      long salt,
      Timers timers,
      Runnable done) {
    this.store = store;
    this.former = former;
    sections = former.sectionDigests().sections();
    this.mover = mover;
    this.comparison = comparison;
    this.salt = salt;
    turns = new SegmentTurns(former.segments(), ENTRIES_A_TURN, this::lookAtSegment, timers, done);
  }

  /** Moves the first; the rest later. */
  void begin() {
    turns.begin();
  }

  private int lookAtSegment(int index) {
    List<Entry> held = store.segment(index, null).toList();
    List<Entry> formerlyHeld = former.segment(index, null).toList();
    held.forEach(this::lookAtWhatHasCome);
    formerlyHeld.forEach(this::look);
    return held.size() + formerlyHeld.size();
  }

  /** No more is moved by itself. */
  void cancel() {
    turns.cancel();
  }

  private void lookAtWhatHasCome(Entry entry) {
    if (!comparison.isEqual(sections.of(entry.key()))) {
      remember(entry);
    }
  }

  private void look(Entry entry) {
    newestClock = Math.max(newestClock, entry.clock());
    int section = sections.of(entry.key());
    if (!comparison.isEqual(section)) {
      remember(entry);
    } else if (!entry.isTombstone() || comparison.hasTombstones(section)) {
      move(entry, comparison.isSettled(section));
    }
  }

  private void remember(Entry entry) {
    if (known != null) {
      boolean isOneOfTwo = known.put(sections.fingerprint(entry, salt), entry.key()) != null;
      if (isOneOfTwo || known.size() > MAX_KNOWN) {
        known = null; // all comes as it is
      }
    }
  }

  private void move(Entry entry, boolean isSettled) {
    mover.move(entry, isSettled);
    moved++;
  }

  /** Up to this clock, {@link #take} probably finds what the source holds. */
  long knownClock() {
    return known == null ? Long.MIN_VALUE : newestClock - HybridClock.ofMillis(UNDER_WAY_MILLIS);
  }

  /**
   * The source holds this, which is moved if it is here.
   *
   * @param isSettled whether the source knows it to be on every replica
   * @return false if it never was here
   */
  boolean take(long fingerprint, boolean isSettled) {
    String key = known == null ? null : known.get(fingerprint);
    if (key == null) {
      return false;
    }
    Entry entry = former.find(key);
    if (isThis(entry, fingerprint)) {
      move(entry, isSettled);
    } // or it has come by itself, or something newer has, or it was deleted, and that is forgotten
    return true;
  }

  private boolean isThis(Entry entry, long fingerprint) {
    return entry != null && sections.fingerprint(entry, salt) == fingerprint;
  }

  /** How many entries have been moved. */
  int moved() {
    return moved;
  }
}
