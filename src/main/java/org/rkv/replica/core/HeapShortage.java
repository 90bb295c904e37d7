package org.rkv.replica.core;

import java.util.function.LongSupplier;

/**
 * What is refused when the heap is nearly full though garbage is collected, whatever the budgets
 * say: all replicas hold the same, so what ends one of them for want of memory would end all. First
 * what clients put, then reads of large values, and last what peers bring. What the store has given
 * up since the last collection counts as free. Belongs to the replica's thread.
 */
final class HeapShortage {
  private static final double NO_PUTS = 0.90;
  private static final double NO_LARGE_READS = 0.95;
  private static final double NO_PEERS = 0.98;

  private final HeapUse heap;
  private final LongSupplier heldBytes;
  private long usedBytes;
  private long heldBytesThen;

  /**
   * Looks at this heap.
   *
   * @param heldBytes what the store takes of it
   */
  HeapShortage(HeapUse heap, LongSupplier heldBytes) {
    this.heap = heap;
    this.heldBytes = heldBytes;
  }

  /** Whether nothing that takes more memory is taken from clients. */
  boolean refusesPuts() {
    return fraction() >= NO_PUTS;
  }

  /** Whether no client is told large values, each of which is a copy. */
  boolean refusesLargeReads() {
    return fraction() >= NO_LARGE_READS;
  }

  /** Whether nothing that takes more memory is taken from peers either. */
  boolean refusesPeers() {
    return fraction() >= NO_PEERS;
  }

  private double fraction() {
    long used = heap.usedBytes();
    if (used == 0) {
      usedBytes = 0;
      return 0;
    }
    long held = heldBytes.getAsLong();
    if (used != usedBytes) {
      usedBytes = used;
      heldBytesThen = held;
    }
    return (used - Math.max(0, heldBytesThen - held)) / (double) heap.maxBytes();
  }
}
