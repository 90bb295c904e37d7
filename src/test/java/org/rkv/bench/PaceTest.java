package org.rkv.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long MILLI = 1_000_000;

  @Test
  void shouldLetEachOperationBeginAtOnceWithoutARate() {
    Pace pace = new Pace(0, 0.5);

    assertEquals(0, pace.nanosToNext(17));
    assertEquals(17, pace.begin(17));
    assertEquals(18, pace.begin(18));
  }

  @Test
  void shouldCountTheLatencyFromWhenAnOperationWasToBegin() {
    Pace pace = new Pace(1000, 0);
    long start = pace.begin(System.nanoTime());
    long stalled = start + 50 * MILLI;

    assertEquals(-49 * MILLI, pace.nanosToNext(stalled));
    for (int i = 1; i <= 50; i++) {
      assertEquals(start + i * MILLI, pace.begin(stalled), "not when the stall was over");
    }
    assertEquals(MILLI, pace.nanosToNext(stalled));
  }

  @Test
  void shouldNotLetAllClientsBeginAtTheSameMoment() {
    long before = System.nanoTime();
    long begin = new Pace(1, 0.5).begin(0);

    assertTrue(begin - before >= 500 * MILLI);
  }
}
