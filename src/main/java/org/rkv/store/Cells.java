package org.rkv.store;

import java.util.Iterator;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All cells of a store, found by their keys. The keys are spread over a number of segments that the
 * capacity decides, each a small hash table: so a table that grows moves a few hundred cells at
 * most, never a million at once. A small store has few segments, since what a lookup costs is the
 * memory that it must fetch. Beside that the keys are kept in order, see {@link KeyOrder}. Not
 * thread-safe.
 */
final class Cells {
  private static final int MIN_SEGMENTS = 64;
  private static final int MAX_SEGMENTS = 4096;

  /** At least so many, and less than twice as many, of a full store between these bounds. */
  private static final int CELLS_OF_A_SEGMENT = 4;

  private final KeyHash keyHash;
  private final Sections sections;
  private final Segment[] segments;
  private final Totals totals;

  /** By how much a hash of 32 bits is shifted to give the number of a segment. */
  private final int segmentShift;

  /** Null while it is not kept. */
  private KeyOrder order = new KeyOrder();

  /**
   * None.
   *
   * @param capacity how many keys with a value a client can make
   */
  Cells(int capacity, KeyHash keyHash, Sections sections) {
    this.keyHash = keyHash;
    this.sections = sections;
    totals = new Totals(sections);
    int wanted = capacity / CELLS_OF_A_SEGMENT;
    int count = Integer.highestOneBit(Math.min(Math.max(wanted, MIN_SEGMENTS), MAX_SEGMENTS));
    segments = new Segment[count];
    segmentShift = Integer.numberOfLeadingZeros(count) + 1;
  }

  /** What they come to. Who writes to a cell tells of it before and after. */
  Totals totals() {
    return totals;
  }

  /** Whether these can be in the place of those: found in the same way, and in order. */
  boolean canReplace(Cells others) {
    return order != null
        && keyHash == others.keyHash
        && segments.length == others.segments.length
        && sections.count() == others.sections.count();
  }

  /** The cell of a key, or null. */
  Cell find(String key) {
    int hash = keyHash.of(key);
    Segment segment = segments[segmentOf(hash)];
    return segment == null ? null : segment.find(hash, key);
  }

  /** A new cell, of a key that has none; it is not counted before it is written to. */
  Cell add(String key) {
    Cell cell = new Cell(key, keyHash.of(key), totals.sectionDigests.of(key));
    int index = segmentOf(cell.hash());
    if (segments[index] == null) {
      segments[index] = new Segment();
    }
    segments[index].add(cell);
    if (order != null) {
      order.add(cell);
    }
    return cell;
  }

  /** One less, which is there. */
  void remove(Cell cell) {
    segments[segmentOf(cell.hash())].remove(cell);
    if (order != null) {
      order.remove(cell);
    }
    totals.uncount(cell);
  }

  /** The number of segments; it never changes. */
  int segments() {
    return segments.length;
  }

  /**
   * Those in one segment, in the order of their keys.
   *
   * @param after only those with a greater key; null for all
   */
  Stream<Cell> segment(int index, String after, Predicate<Cell> such) {
    Segment segment = segments[index];
    return segment == null ? Stream.empty() : segment.inOrder(after, such).stream();
  }

  /** How many are in one segment. */
  int segmentSize(int index) {
    Segment segment = segments[index];
    return segment == null ? 0 : segment.size();
  }

  /** Those of this key and all greater ones, in the order of their keys. */
  Iterator<Cell> inOrder(String from) {
    return order.from(from);
  }

  /** Keeps no order from now on. */
  void keepNoOrder() {
    order = null;
  }

  /** Puts all in order at once, and keeps it from now on. */
  void putInOrder() {
    Cell[] cells = new Cell[totals.liveEntries() + totals.tombstones()];
    int count = 0;
    for (Segment segment : segments) {
      if (segment != null) {
        count = segment.copyTo(cells, count);
      }
    }
    KeySort.sort(cells);
    order = new KeyOrder();
    for (Cell cell : cells) {
      order.add(cell);
    }
  }

  private int segmentOf(int hash) {
    return hash >>> segmentShift;
  }
}
