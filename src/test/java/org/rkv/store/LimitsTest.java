package org.rkv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LimitsTest {
  @Test
  void shouldBeThoseOfTheCSystem() {
    assertEquals(new Limits(256, 32), Limits.ofTheCSystem());
  }

  @Test
  void shouldAcceptThirtyBytesAndRefuseThirtyOne() {
    Limits limits = Limits.ofTheCSystem();

    assertFalse(limits.tooLarge(""));
    assertFalse(limits.tooLarge("x".repeat(30)));
    assertTrue(limits.tooLarge("x".repeat(31)));
    assertTrue(limits.tooLarge("x".repeat(1000)));
  }

  @Test
  void shouldLeaveRoomForANewlineAndANulAtAnyLength() {
    assertFalse(new Limits(1, 2).tooLarge(""));
    assertTrue(new Limits(1, 2).tooLarge("x"));
    assertFalse(new Limits(1, Limits.MAX_LENGTH_CEILING).tooLarge("x".repeat(1 << 20)));
    assertTrue(new Limits(1, Limits.MAX_LENGTH_CEILING).tooLarge("x".repeat((1 << 20) + 1)));
  }

  @Test
  void shouldSayWhichBoundIsBroken() {
    assertEquals("the capacity must be at least 1, not 0", refusal(0, 32));
    assertEquals("the capacity must be at least 1, not -5", refusal(-5, 32));
    assertEquals("the maximal length must be 2 to 1048578, not 1", refusal(1, 1));
    assertEquals(
        "the maximal length must be 2 to 1048578, not 1048579",
        refusal(1, Limits.MAX_LENGTH_CEILING + 1));
  }

  private static String refusal(int capacity, int maxLength) {
    return assertThrows(IllegalArgumentException.class, () -> new Limits(capacity, maxLength))
        .getMessage();
  }

  @Test
  void shouldKnowWhatAFullStoreTakesAtMost() {
    assertEquals(256 * (32 + 120 + 200), Limits.ofTheCSystem().maxHeapBytes());
    assertEquals(
        1_000_000L * (2 * ((1 << 20) + 2) + 200),
        new Limits(1_000_000, Limits.MAX_LENGTH_CEILING).maxHeapBytes());
  }
}
