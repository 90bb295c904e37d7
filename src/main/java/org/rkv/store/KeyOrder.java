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
 * wholly: 5 to 8 bytes a key. One that is emptied to a quarter is joined with the next, or shares
 * with it what that one has. What tells two nodes apart is the first key of the second one, as its
 * cell has it, and is changed when that key goes: so this holds no text of its own, and none that
 * is forgotten. Not thread-safe.
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
     * @param firstKey of the next one
     */
    abstract void absorb(Node next, String firstKey);

    /**
     * Shares with the next node what the two have, half and half.
     *
     * @param firstKey of the next one
     * @return its first key from now on
     */
    abstract String level(Node next, String firstKey);

    /** Where this key is, or would be. */
    abstract Leaf leafOf(String key);

    /** The least key; there is one. */
    abstract String firstKey();
  }

  /** What comes right of a node that was full, and its first key. */
  private record Split(Node right, String firstKey) {}

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
      return new Split(right, right.firstKey());
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
    void absorb(Node following, String firstKey) {
      Leaf right = (Leaf) following;
      System.arraycopy(right.cells, 0, cells, size, right.size);
      size += right.size;
      next = right.next;
    }

    @Override
    String level(Node following, String firstKey) {
      Leaf right = (Leaf) following;
      int half = (size + right.size) / 2;
      if (size < half) {
        int count = half - size;
        System.arraycopy(right.cells, 0, cells, size, count);
        System.arraycopy(right.cells, count, right.cells, 0, right.size - count);
        Arrays.fill(right.cells, right.size - count, right.size, null);
        right.size -= count;
      } else {
        int count = size - half;
        System.arraycopy(right.cells, 0, right.cells, count, right.size);
        System.arraycopy(cells, half, right.cells, 0, count);
        Arrays.fill(cells, half, size, null);
        right.size += count;
      }
      size = half;
      return right.firstKey();
    }

    @Override
    Leaf leafOf(String key) {
      return this;
    }

    @Override
    String firstKey() {
      return cells[0].key();
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

    /** Of each child, as its first cell has it. That of the first child is not needed, nor kept. */
    private final String[] firstKeys = new String[MAX_SIZE];

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
      Branch right = new Branch();
      String firstOfRight = give(size / 2, right, null);
      if (index < size) {
        insert(index + 1, split);
      } else {
        right.insert(index + 1 - size, split);
      }
      return new Split(right, firstOfRight);
    }

    private void insert(int at, Split split) {
      System.arraycopy(children, at, children, at + 1, size - at);
      System.arraycopy(firstKeys, at, firstKeys, at + 1, size - at);
      children[at] = split.right;
      firstKeys[at] = split.firstKey;
      size++;
    }

    @Override
    void remove(String key) {
      int index = indexOf(key);
      Node child = children[index];
      child.remove(key);
      if (index > 0 && child.size > 0 && firstKeys[index].equals(key)) {
        firstKeys[index] = child.firstKey();
      }
      if (child.size < MIN_SIZE) {
        fill(Math.max(index, 1));
      }
    }

    /** Joins a child with the one before it or, if the two do not fit into one, levels them. */
    private void fill(int index) {
      Node left = children[index - 1];
      Node right = children[index];
      if (left.size + right.size > MAX_SIZE) {
        firstKeys[index] = left.level(right, firstKeys[index]);
        return;
      }
      left.absorb(right, firstKeys[index]);
      size--;
      System.arraycopy(children, index + 1, children, index, size - index);
      System.arraycopy(firstKeys, index + 1, firstKeys, index, size - index);
      children[size] = null;
      firstKeys[size] = null;
    }

    @Override
    void absorb(Node next, String firstKey) {
      Branch right = (Branch) next;
      append(right, right.size, firstKey);
    }

    @Override
    String level(Node next, String firstKey) {
      Branch right = (Branch) next;
      int half = (size + right.size) / 2;
      if (size > half) {
        return give(half, right, firstKey);
      }
      int count = half - size;
      append(right, count, firstKey);
      String first = right.firstKeys[count];
      int left = right.size - count;
      System.arraycopy(right.children, count, right.children, 0, left);
      System.arraycopy(right.firstKeys, count, right.firstKeys, 0, left);
      right.cut(left);
      return first;
    }

    /** Puts the first ones of the next branch behind its own. */
    private void append(Branch next, int count, String firstKey) {
      System.arraycopy(next.children, 0, children, size, count);
      System.arraycopy(next.firstKeys, 0, firstKeys, size, count);
      firstKeys[size] = firstKey;
      size += count;
    }

    /**
     * Puts its own from this one on before those of the next branch.
     *
     * @param firstKey of the next branch, if it has any
     * @return its first key from now on
     */
    private String give(int from, Branch next, String firstKey) {
      int count = size - from;
      System.arraycopy(next.children, 0, next.children, count, next.size);
      System.arraycopy(next.firstKeys, 0, next.firstKeys, count, next.size);
      next.firstKeys[count] = firstKey;
      System.arraycopy(children, from, next.children, 0, count);
      System.arraycopy(firstKeys, from, next.firstKeys, 0, count);
      String first = firstKeys[from];
      next.cut(next.size + count);
      cut(from);
      return first;
    }

    /** Has so many from now on, and keeps nothing of more. */
    private void cut(int newSize) {
      Arrays.fill(children, newSize, MAX_SIZE, null);
      Arrays.fill(firstKeys, newSize, MAX_SIZE, null);
      firstKeys[0] = null;
      size = newSize;
    }

    @Override
    Leaf leafOf(String key) {
      return children[indexOf(key)].leafOf(key);
    }

    @Override
    String firstKey() {
      return children[0].firstKey();
    }

    /** Of the child that has this key, or would have it. */
    private int indexOf(String key) {
      int low = 0;
      int high = size - 1;
      while (low < high) {
        int middle = low + high + 1 >>> 1;
        if (firstKeys[middle].compareTo(key) <= 0) {
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
}
