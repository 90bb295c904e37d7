package org.rkv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class StampTest {
  @Test
  void shouldCompareByClockAndThenByOrigin() {
    List<Stamp> ascending =
        List.of(
            Stamp.ZERO,
            new Stamp(1, Long.MIN_VALUE),
            new Stamp(1, -1),
            new Stamp(1, 0),
            new Stamp(1, Long.MAX_VALUE),
            new Stamp(2, -5),
            new Stamp(Long.MAX_VALUE, 0));
    List<Stamp> shuffled = new ArrayList<>(ascending);
    Collections.reverse(shuffled);
    Collections.sort(shuffled);

    assertEquals(ascending, shuffled);
  }

  @Test
  void shouldBeEqualExactlyIfTheyCompareAsEqual() {
    assertEquals(0, new Stamp(7, -3).compareTo(new Stamp(7, -3)));
    assertEquals(new Stamp(7, -3), new Stamp(7, -3));
    assertTrue(new Stamp(7, -3).compareTo(new Stamp(7, -4)) > 0);
  }

  @Test
  void shouldStandAboveZeroWhenIssuedByAClock() {
    Stamp first = StandingClock.of(0, Long.MIN_VALUE).next();

    assertTrue(first.compareTo(Stamp.ZERO) > 0, first.toString());
  }

  @Test
  void shouldShowItselfInHexadecimal() {
    assertEquals("1f.ffffffffffffffff", new Stamp(31, -1).toString());
  }
}
