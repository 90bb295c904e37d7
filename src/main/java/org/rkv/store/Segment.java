package org.rkv.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * A part of a store: a hash table whose nodes are the cells themselves, so that few places of the
 * memory are fetched to find one. Lists are short because the hashes are {@link KeyHash keyed}. Not
 * thread-safe.
 */
final class Segment {
  private static final int FIRST_BUCKETS = 4;

  private Cell[] buckets = new Cell[FIRST_BUCKETS];
  private int size;

  /** The cell of a key with this hash, or null. */
  Cell find(int hash, String key) {
    for (Cell cell = buckets[bucketOf(hash)]; cell != null; cell = cell.next()) {
      if (cell.hash() == hash && cell.key().equals(key)) {
        return cell;
      }
    }
    return null;
  }

  int size() {
    return size;
  }

  /** One more, of a key that has none. */
  void add(Cell cell) {
    if (size == buckets.length) {
      grow();
    }
    link(cell);
    size++;
  }

  /** One less, which is there. */
  void remove(Cell cell) {
    int bucket = bucketOf(cell.hash());
    Cell before = null;
    for (Cell each = buckets[bucket]; each != cell; each = each.next()) {
      before = each;
    }
    if (before == null) {
      buckets[bucket] = cell.next();
    } else {
      before.setNext(cell.next());
    }
    cell.setNext(null);
    size--;
  }

  /**
   * Such ones, in the order of their keys, which no seed changes.
   *
   * @param after only those of greater keys; null for all
   */
  List<Cell> inOrder(String after, Predicate<Cell> such) {
    List<Cell> cells = new ArrayList<>();
    for (Cell first : buckets) {
      for (Cell cell = first; cell != null; cell = cell.next()) {
        if (such.test(cell) && (after == null || cell.key().compareTo(after) > 0)) {
          cells.add(cell);
        }
      }
    }
    cells.sort(Comparator.comparing(Cell::key));
    return cells;
  }

  /**
   * Copies all of them, in no order, behind those that are there.
   *
   * @return how many are there now
   */
  int copyTo(Cell[] all, int count) {
    int end = count;
    for (Cell first : buckets) {
      for (Cell cell = first; cell != null; cell = cell.next()) {
        all[end++] = cell;
      }
    }
    return end;
  }

  private void grow() {
    Cell[] old = buckets;
    buckets = new Cell[2 * old.length];
    for (Cell first : old) {
      Cell cell = first;
      while (cell != null) {
        Cell next = cell.next();
        link(cell);
        cell = next;
      }
    }
  }

  private void link(Cell cell) {
    int bucket = bucketOf(cell.hash());
    cell.setNext(buckets[bucket]);
    buckets[bucket] = cell;
  }

  /** By the low bits: the high ones are the same in a segment. */
  private int bucketOf(int hash) {
    return hash & buckets.length - 1;
  }
}
