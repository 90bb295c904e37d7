package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When it is time for others. */
class YieldingReadsTest {
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
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

  /** Or many with much to do would keep one with little waiting. */
  @Test
  void shouldEndATurnSoonWhileOthersWaitForTheirs() {
    List<String> turns = new ArrayList<>();
    reads.add(() -> turns.add("while another waits: " + lastsALittle()));
    reads.add(() -> turns.add("the other"));

    while (!reads.isEmpty()) {
      reads.run(Runnable::run);
    }

    assertEquals(List.of("while another waits: true", "the other"), turns);
  }

  private boolean lastsALittle() {
    begin(); // a round that is never long
    long beganNanos = System.nanoTime();
    while (System.nanoTime() - beganNanos < TURN_NANOS) {
      Thread.onSpinWait();
    }
    return reads.isTime();
  }

  /** However slow the machine is. */
  private void begin() {
    reads.begin(System.nanoTime() + LONG_FROM_NOW_NANOS);
  }
}
