package org.rkv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One write after another in the same memory, of which each copy shows one write alone. */
class CellTest {
  private static final String LARGE = "x".repeat(Cell.MAX_COPIED_BYTES + 1);

  private final Cell cell = new Cell("k", 0, new Section(0));
  private long clock;

  @Test
  void shouldBeATombstoneUntilSomethingIsWritten() {
    assertTrue(cell.isTombstone());
    assertNull(cell.entry().value());
  }

  @Test
  void shouldShowTheLastWriteAlone() {
    for (String value :
        List.of("value", "v", "", "longer than all before", "\0\u00ff\u0080", LARGE)) {
      write(value);
      assertEquals(new Entry("k", value, new Stamp(clock, 1), false), cell.entry());
      assertFalse(cell.isTombstone());
    }
    write(null);
    assertTrue(cell.isTombstone());
    assertNull(cell.entry().value());
    write("again");
    assertEquals("again", cell.entry().value());
  }

  @Test
  void shouldNotChangeCopies() {
    write("first");
    Entry first = cell.entry();
    write("other");
    cell.settle();

    assertEquals(new Entry("k", "first", new Stamp(1, 1), false), first);
  }

  @Test
  void shouldBeUnsettledAgainAfterAWrite() {
    write("v");
    cell.settle();
    assertTrue(cell.isSettled());
    assertTrue(cell.entry().settled());

    write("v");
    assertFalse(cell.isSettled());
  }

  @Test
  void shouldHaveTheStampOfTheLastWrite() {
    write("v");
    assertTrue(cell.has(new Stamp(1, 1)));
    assertFalse(cell.has(new Stamp(1, 2)));
    assertFalse(cell.has(new Stamp(2, 1)));
  }

  @Test
  void shouldCopyWhatIsSmallAndKeepWhatIsLarge() {
    String small = "x".repeat(Cell.MAX_COPIED_BYTES);
    write(small);
    assertNotSame(small, cell.entry().value());
    write(LARGE);
    assertSame(LARGE, cell.entry().value());
  }

  @Test
  void shouldWriteInTheSameMemoryWhatIsAboutAsLong() {
    write("0123456789abcdef");
    byte[] buffer = cell.buffer();
    for (int length = 16; length > 0; length--) {
      write("y".repeat(length));
      assertSame(buffer, cell.buffer(), "for " + length + " bytes");
    }
  }

  /** Named after the fault that values of up to 3 bytes got an array for each write. */
  @Test
  void shouldWriteInTheSameMemoryAlsoWhatIsShort() {
    write("1");
    byte[] buffer = cell.buffer();
    for (String value : List.of("2", "true", "3", "12345678", "4")) {
      write(value);
      assertSame(buffer, cell.buffer(), value);
    }
  }

  @Test
  void shouldNotWasteMoreThanItHolds() {
    Random random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      int length = random.nextInt(Cell.MAX_COPIED_BYTES + 100);
      write(random.nextInt(10) == 0 ? null : "z".repeat(length));
      int copied = cell.isTombstone() || length > Cell.MAX_COPIED_BYTES ? 0 : length;
      int buffer = cell.buffer().length;
      assertTrue(buffer >= copied && buffer <= 2 * (copied + 7), buffer + " for " + copied);
    }
  }

  @Test
  void shouldHoldAnyByteInAnyOrderOfLengths() {
    Random random = new Random(6);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      values.add(
          random
              .ints(random.nextInt(200), 0, 256)
              .collect(
                  StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
              .toString());
    }
    for (String value : values) {
      write(value);
      assertEquals(value, cell.entry().value());
    }
  }

  private void write(String value) {
    cell.write(value, new Stamp(++clock, 1));
  }
}
