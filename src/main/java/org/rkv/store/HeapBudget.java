package org.rkv.store;

/**
 * How the heap of a replica is shared out: to the JVM itself, to the entries that clients may fill
 * it with, a quarter as much again to deletes that are remembered, and another quarter to what
 * peers accepted meanwhile and what is under way.
 */
public final class HeapBudget {
  /** What a JVM needs besides what it holds. */
  public static final long BASE_BYTES = 128L << 20;

  private HeapBudget() {}

  /** The heap of which clients may fill so much. */
  public static long heapBytes(long clientBytes) {
    return BASE_BYTES + withHeadroom(clientBytes);
  }

  /** What clients may fill of a heap, unless something else is said: of a small one a quarter. */
  public static long clientBytes(long heapBytes) {
    return Math.max(heapBytes / 4, (heapBytes - BASE_BYTES) / 3 * 2);
  }

  /** What deletes may take before they take room from entries, of which there may be so much. */
  public static long tombstoneBytes(long clientBytes) {
    return clientBytes / 4;
  }

  /** What may be held where clients may fill so much: half as much again. */
  public static long withHeadroom(long clientBytes) {
    return clientBytes + clientBytes / 2;
  }
}
