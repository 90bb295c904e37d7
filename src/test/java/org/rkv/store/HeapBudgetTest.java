package org.rkv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeapBudgetTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @ValueSource(longs = {128, 512, 4096})
  void shouldLetClientsFillWhatTheHeapIsMadeFor(long mebibytes) {
    long heapBytes = HeapBudget.heapBytes(mebibytes * MIB);

    assertEquals(mebibytes * MIB, HeapBudget.clientBytes(heapBytes));
    assertEquals(heapBytes - 128 * MIB, HeapBudget.withHeadroom(mebibytes * MIB));
  }

  @Test
  void shouldLetClientsFillAQuarterOfASmallHeap() {
    assertEquals(32 * MIB, HeapBudget.clientBytes(128 * MIB));
    assertEquals(16 * MIB, HeapBudget.clientBytes(64 * MIB));
  }
}
