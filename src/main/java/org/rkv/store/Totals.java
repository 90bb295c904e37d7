package org.rkv.store;

/**
 * What all that a store holds comes to: how many keys, how many bytes, and the digests. Kept up as
 * entries come and go. Not thread-safe.
 */
final class Totals {
  final SectionDigests sectionDigests;
  final Digest entriesDigest = new Digest();
  final Digest tombstonesDigest = new Digest();
  private int liveEntries;
  private int tombstones;
  private long heldBytes;
  private long tombstoneBytes;
  private long mostBytes;
  private boolean hasSettled;

  /** Of nothing. */
  Totals(Sections sections) {
    sectionDigests = new SectionDigests(sections);
  }

  /** How many keys have a value. */
  int liveEntries() {
    return liveEntries;
  }

  /** How many deleted keys are remembered. */
  int tombstones() {
    return tombstones;
  }

  /** What all takes of the heap. */
  long heldBytes() {
    return heldBytes;
  }

  /** Of these, what the tombstones take. */
  long tombstoneBytes() {
    return tombstoneBytes;
  }

  /** What all takes at most, whatever of it is deleted. */
  long mostBytes() {
    return mostBytes;
  }

  /** Whether anything was ever known to be settled. */
  boolean hasSettled() {
    return hasSettled;
  }

  /** One more, of this value. */
  void count(Cell cell, String value) {
    heldBytes += cell.heldBytes();
    mostBytes += cell.mostBytes();
    sectionDigests.add(cell);
    if (cell.isTombstone()) {
      tombstoneBytes += cell.heldBytes();
      tombstones++;
      tombstonesDigest.add(cell, value);
    } else {
      liveEntries++;
      entriesDigest.add(cell, value);
    }
  }

  /** What was counted is there no more, and not yet overwritten. */
  void uncount(Cell cell) {
    heldBytes -= cell.heldBytes();
    mostBytes -= cell.mostBytes();
    sectionDigests.remove(cell);
    if (cell.isTombstone()) {
      tombstoneBytes -= cell.heldBytes();
      tombstones--;
      tombstonesDigest.remove(cell);
    } else {
      liveEntries--;
      entriesDigest.remove(cell);
    }
  }

  /** What was counted as not settled has become so. */
  void settled(Cell cell) {
    hasSettled = true;
    cell.section().addUnsettled(-1);
  }
}
