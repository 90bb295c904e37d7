package org.rkv.store;

import java.util.Arrays;

/**
 * Sorts the cells of a store by their keys. Of a million keys each comparison of two would fetch
 * both from anywhere in memory, so eight bytes of each key, behind what all have in common, are
 * copied and compared first.
 */
final class KeySort {
  private static final int PREFIX_BYTES = Long.BYTES;

  private KeySort() {}

  private record Prefixed(long prefix, Cell cell) implements Comparable<Prefixed> {
    @Override
    public int compareTo(Prefixed other) {
      int order = Long.compareUnsigned(prefix, other.prefix);
      return order != 0 ? order : cell.key().compareTo(other.cell.key());
    }
  }

  /** Puts them in the order of their keys' bytes. */
  static void sort(Cell[] cells) {
    int common = commonLength(cells);
    Prefixed[] prefixed = new Prefixed[cells.length];
    for (int i = 0; i < cells.length; i++) {
      prefixed[i] = new Prefixed(prefix(cells[i].key(), common), cells[i]);
    }
    Arrays.parallelSort(prefixed);
    for (int i = 0; i < cells.length; i++) {
      cells[i] = prefixed[i].cell();
    }
  }

  private static int commonLength(Cell[] cells) {
    if (cells.length == 0) {
      return 0;
    }
    String first = cells[0].key();
    int common = first.length();
    for (Cell cell : cells) {
      String key = cell.key();
      while (!first.regionMatches(0, key, 0, common)) {
        common--;
      }
    }
    return common;
  }

  /** Shorter ones are filled up with zeros: then the keys themselves decide. */
  private static long prefix(String key, int from) {
    long prefix = 0;
    for (int i = from; i < from + PREFIX_BYTES; i++) {
      prefix = prefix << Byte.SIZE | (i < key.length() ? key.charAt(i) : 0);
    }
    return prefix;
  }
}
