package org.rkv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EntryTest {
  private static final Stamp STAMP = new Stamp(5, -9);

  @Test
  void shouldKeepWhatItWasMadeOf() {
    Entry entry = new Entry("key", "value", STAMP);

    assertEquals("key", entry.key());
    assertEquals("value", entry.value());
    assertEquals(STAMP, entry.stamp());
    assertEquals(5, entry.clock());
    assertEquals(-9, entry.origin());
    assertFalse(entry.isTombstone());
  }

  @Test
  void shouldBeATombstoneWithoutAValueOnly() {
    assertTrue(new Entry("key", null, STAMP).isTombstone());
    assertNull(new Entry("key", null, STAMP).value());
    assertFalse(new Entry("key", "", STAMP).isTombstone());
  }

  @Test
  void shouldBeUnsettledUntilItIsSettled() {
    Entry entry = new Entry("key", "value", STAMP);
    assertFalse(entry.isSettled());

    entry.settle();
    entry.settle();

    assertTrue(entry.isSettled());
  }

  @Test
  void shouldBeNewerThanASmallerStampOnly() {
    Entry entry = new Entry("key", "value", STAMP);

    assertTrue(entry.isNewerThan(Stamp.ZERO));
    assertTrue(entry.isNewerThan(new Stamp(4, Long.MAX_VALUE)));
    assertTrue(entry.isNewerThan(new Stamp(5, -10)));
    assertFalse(entry.isNewerThan(STAMP));
    assertFalse(entry.isNewerThan(new Stamp(5, -8)));
    assertFalse(entry.isNewerThan(new Stamp(6, Long.MIN_VALUE)));
  }
}
