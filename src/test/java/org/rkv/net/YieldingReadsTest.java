package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** When it is time for others. */
class YieldingReadsTest {
  private static final long LONG_FROM_NOW_NANOS = 1L << 50;

  private final YieldingReads reads = new YieldingReads();

  @Test
  void shouldTakeARoundThatReadMuchForLong() {
    begin();
    reads.countRead(512 * 1024 - 1);
    assertFalse(reads.isTime());
    reads.countRead(1);
    assertTrue(reads.isTime());
    begin();
    assertFalse(reads.isTime());
  }

  @Test
  void shouldTakeARoundThatAnsweredMuchForLong() {
    begin();
    reads.countAnswered(1024 * 1024 - 1);
    assertFalse(reads.isTime());
    reads.countAnswered(1);
    assertTrue(reads.isTime());
    begin();
    assertFalse(reads.isTime());
  }

  /** However slow the machine is. */
  private void begin() {
    reads.begin(System.nanoTime() + LONG_FROM_NOW_NANOS);
  }
}
