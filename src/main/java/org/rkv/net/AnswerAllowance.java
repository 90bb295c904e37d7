package org.rkv.net;

import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much may be sent to each {@link AddressBlock} by UDP in answers that are much longer than
 * their calls: 32 KiB at once, 64 KiB a second. More is worth a forger's while, who calls in the
 * name of somebody else. Bounded. Belongs to one thread.
 */
final class AnswerAllowance {
  static final int AT_ONCE_BYTES = 32 * 1024;
  static final int BYTES_A_SECOND = 64 * 1024;
  static final int MAX_BLOCKS = 16 * 1024;

  private static final long NANOS_A_BYTE = 1_000_000_000L / BYTES_A_SECOND;
  private static final long AT_ONCE_NANOS = AT_ONCE_BYTES * NANOS_A_BYTE;

  /** When all of it is there again; the block that was sent to longest ago first. */
  private final Map<AddressBlock, Long> fullAtNanos = new LinkedHashMap<>();

  /**
   * Takes as much of the allowance as an answer needs.
   *
   * @param nowNanos monotonic
   * @return false if there is not enough of it; then nothing is taken
   */
  boolean take(InetAddress to, int bytes, long nowNanos) {
    AddressBlock block = AddressBlock.of(to);
    Long fullNanos = fullAtNanos.get(block);
    long missingNanos = fullNanos == null ? 0 : Math.max(0, fullNanos - nowNanos);
    missingNanos += bytes * NANOS_A_BYTE;
    if (missingNanos > AT_ONCE_NANOS) {
      return false;
    }
    fullAtNanos.remove(block);
    forgetFullOnes(nowNanos);
    if (fullAtNanos.size() >= MAX_BLOCKS) {
      return false;
    }
    fullAtNanos.put(block, nowNanos + missingNanos);
    return true;
  }

  private void forgetFullOnes(long nowNanos) {
    Iterator<Long> oldest = fullAtNanos.values().iterator();
    while (oldest.hasNext() && oldest.next() - nowNanos <= 0) {
      oldest.remove();
    }
  }

  /** How many blocks it remembers: at most 16384. */
  int size() {
    return fullAtNanos.size();
  }
}
