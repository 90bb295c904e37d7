package org.rkv.store;

/**
 * What the keys of one section of a store come to, see {@link SectionDigests}. Each cell knows its
 * section, and the sections of a small store lie together, as they are made when they are first
 * needed: found by its number in a table of all, each write of another key would fetch several
 * lines and pages of the memory that are in no cache. Not thread-safe.
 */
final class Section {
  private final int index;
  private long firstOfEntries;
  private long secondOfEntries;
  private long firstOfTombstones;
  private long secondOfTombstones;
  private int unsettled;

  /** With no key yet. */
  Section(int index) {
    this.index = index;
  }

  /** Which one it is. */
  int index() {
    return index;
  }

  /** Adds the two halves of what one more comes to, or of one less what makes it zero. */
  void add(boolean isTombstone, long first, long second) {
    if (isTombstone) {
      firstOfTombstones += first;
      secondOfTombstones += second;
    } else {
      firstOfEntries += first;
      secondOfEntries += second;
    }
  }

  /** So many more, or fewer, are not settled. */
  void addUnsettled(int difference) {
    unsettled += difference;
  }

  boolean isSettled() {
    return unsettled == 0;
  }

  /** The first half of the sum of all tombstones, or of all keys that have a value. */
  long first(boolean ofTombstones) {
    return ofTombstones ? firstOfTombstones : firstOfEntries;
  }

  /** The second half of it. */
  long second(boolean ofTombstones) {
    return ofTombstones ? secondOfTombstones : secondOfEntries;
  }
}
