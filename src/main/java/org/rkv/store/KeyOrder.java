package org.rkv.store;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The cells of a store in the order of their keys, byte by byte, each from 0 to 255: a B+ tree
 * (Comer, <i>The Ubiquitous B-Tree</i>, 1979). It is told of keys that become known and of keys
 * that are forgotten; what a known key is given costs it nothing. No step moves more than one node,
 * so none takes long, however large the store is.
 *
 * <p>A node takes up to 64. Keys that come at random fill it to two thirds, keys that come in order
 * wholly: 5 to 8 bytes a key. One that is emptied to a quarter is joined with the next, unless that
 * one is nearly full. What tells two nodes apart is no longer than need be (Bayer and Unterauer,
 * <i>Prefix B-Trees</i>, 1977), so no long key is kept when it is forgotten. Not thread-safe.
 */
final class KeyOrder {
  /** What a node takes. */
  static final int MAX_SIZE = 64;

  private static final int MIN_SIZE = MAX_SIZE / 4;

  private Node root = new Leaf();

  /** A node of the tree. */
  private abstract static class Node {
    int size;

    /** One more; the part that this node had no place for, or null. */
    abstract Split add(Cell cell);

    /** One less, which is there. */
    abstract void remove(String key);

    /**
     * Takes over all that the next node has.
     *
     * @param separator between the two
     */
    abstract void absorb(Node next, String separator);

    /** Where this key is, or would be. */
    abstract Leaf leafOf(String key);
  }

  /** What comes right of a node that was full, and the least key that it may have. */
  private record Split(Node right, String separator) {}

  /** Cells, in order. */
  private static final class Leaf extends Node {
    private final Cell[] cells = new Cell[MAX_SIZE];
    private Leaf next;

    @Override
    Split add(Cell cell) {
      int at = indexOf(cell.key());
      if (size < MAX_SIZE) {
        insert(at, cell);
        return null;
      }
      // Keys that come in order leave full nodes behind them, not half full ones.
      boolean isLast = next == null && at == size;
      Leaf right = splitAt(isLast ? size : size / 2);
      if (at > size || isLast) {
        right.insert(at - size, cell);
      } else {
        insert(at, cell);
      }
      return new Split(right, separator(cells[size - 1].key(), right.cells[0].key()));
    }

    private Leaf splitAt(int index) {
      Leaf right = new Leaf();
      right.size = size - index;
      System.arraycopy(cells, index, right.cells, 0, right.size);
      Arrays.fill(cells, index, size, null);
      size = index;
      right.next = next;
      next = right;
      return right;
    }

    private void insert(int at, Cell cell) {
      System.arraycopy(cells, at, cells, at + 1, size - at);
      cells[at] = cell;
      size++;
    }

    @Override
    void remove(String key) {
      int at = indexOf(key);
      size--;
      System.arraycopy(cells, at + 1, cells, at, size - at);
      cells[size] = null;
    }

    @Override
    void absorb(Node following, String separator) {
      Leaf right = (Leaf) following;
      System.arraycopy(right.cells, 0, cells, size, right.size);
      size += right.size;
      next = right.next;
    }

    @Override
    Leaf leafOf(String key) {
      return this;
    }

    /** Of the first cell whose key is this or a greater one. */
    int indexOf(String key) {
      int low = 0;
      int high = size;
      while (low < high) {
        int middle = low + high >>> 1;
        if (cells[middle].key().compareTo(key) < 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  /** Nodes, in order. */
  private static final class Branch extends Node {
    private final Node[] children = new Node[MAX_SIZE];

    /** No key of a child is less than its separator. The first has none. */
    private final String[] separators = new String[MAX_SIZE];

    @Override
    Split add(Cell cell) {
      int index = indexOf(cell.key());
      Split split = children[index].add(cell);
      if (split == null) {
        return null;
      }
      if (size < MAX_SIZE) {
        insert(index + 1, split);
        return null;
      }
      int half = size / 2;
      Branch right = new Branch();
      right.copy(this, half, size - half);
      String separator = separators[half];
      Arrays.fill(children, half, size, null);
      Arrays.fill(separators, half, size, null);
      size = half;
      if (index < half) {
        insert(index + 1, split);
      } else {
        right.insert(index + 1 - half, split);
      }
      return new Split(right, separator);
    }

    /** Puts so many of another one behind its own. */
    private void copy(Branch from, int first, int count) {
      System.arraycopy(from.children, first, children, size, count);
      System.arraycopy(from.separators, first, separators, size, count);
      size += count;
    }

    private void insert(int at, Split split) {
      System.arraycopy(children, at, children, at + 1, size - at);
      System.arraycopy(separators, at, separators, at + 1, size - at);
      children[at] = split.right;
      separators[at] = split.separator;
      size++;
    }

    @Override
    void remove(String key) {
      int index = indexOf(key);
      children[index].remove(key);
      if (children[index].size < MIN_SIZE && !mayJoin(index)) {
        mayJoin(index + 1);
      }
    }

    /** Joins a child with the one before it, if there is one and the two fit into one. */
    private boolean mayJoin(int index) {
      if (index == 0
          || index == size
          || children[index - 1].size + children[index].size > MAX_SIZE) {
        return false;
      }
      children[index - 1].absorb(children[index], separators[index]);
      size--;
      System.arraycopy(children, index + 1, children, index, size - index);
      System.arraycopy(separators, index + 1, separators, index, size - index);
      children[size] = null;
      separators[size] = null;
      return true;
    }

    @Override
    void absorb(Node next, String separator) {
      int end = size;
      Branch right = (Branch) next;
      copy(right, 0, right.size);
      separators[end] = separator;
    }

    @Override
    Leaf leafOf(String key) {
      return children[indexOf(key)].leafOf(key);
    }

    /** Of the child that has this key, or would have it. */
    private int indexOf(String key) {
      int low = 0;
      int high = size - 1;
      while (low < high) {
        int middle = low + high + 1 >>> 1;
        if (separators[middle].compareTo(key) <= 0) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      return low;
    }
  }

  /** One more, of a key that has none. */
  void add(Cell cell) {
    Split split = root.add(cell);
    if (split != null) {
      Branch above = new Branch();
      above.children[0] = root;
      above.size = 1;
      above.insert(1, split);
      root = above;
    }
  }

  /** One less, which is there. */
  void remove(Cell cell) {
    root.remove(cell.key());
    while (root.size == 1 && root instanceof Branch branch) {
      root = branch.children[0];
    }
  }

  /** The cells of this key and all greater ones; none is to be added or removed meanwhile. */
  Iterator<Cell> from(String key) {
    Leaf first = root.leafOf(key);
    return new Iterator<>() {
      private Leaf leaf = first;
      private int index = first.indexOf(key);

      @Override
      public boolean hasNext() {
        while (index == leaf.size && leaf.next != null) {
          leaf = leaf.next;
          index = 0;
        }
        return index < leaf.size;
      }

      @Override
      public Cell next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return leaf.cells[index++];
      }
    };
  }

  /** The shortest text that is greater than the one and not greater than the other. */
  private static String separator(String less, String greater) {
    int equal = 0;
    while (equal < less.length() && less.charAt(equal) == greater.charAt(equal)) {
      equal++;
    }
    return greater.substring(0, equal + 1);
  }
}
