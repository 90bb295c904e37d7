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
    Entry entry = new Entry("key", "value", STAMP, true);

    assertEquals("key", entry.key());
    assertEquals("value", entry.value());
    assertEquals(STAMP, entry.stamp());
    assertEquals(5, entry.clock());
    assertEquals(-9, entry.origin());
    assertEquals(8, entry.textBytes());
    assertTrue(entry.settled());
    assertFalse(entry.isTombstone());
  }

  @Test
  void shouldBeATombstoneWithoutAValueOnly() {
    Entry tombstone = new Entry("key", null, STAMP, false);
    assertTrue(tombstone.isTombstone());
    assertNull(tombstone.value());
    assertEquals(3, tombstone.textBytes());
    assertFalse(new Entry("key", "", STAMP, false).isTombstone());
  }
}
