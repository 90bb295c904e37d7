package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How many calls may be under way. Time is moved by hand. */
class PlacesTest {
  private static final int LOOKS = 20;

  private final HandMovedTimers timers = new HandMovedTimers();
  private final Places places = new Places(timers);

  @Test
  void shouldBeAsManyAsAreAnsweredInAQuarterOfASecond() {
    assertEquals(500, placesAtRate(2_000), 50);
    assertEquals(2_500, placesAtRate(10_000), 250);
    assertEquals(Places.MOST, placesAtRate(100_000));
  }

  @Test
  void shouldBeAFewWhenNothingIsAnswered() {
    assertEquals(Places.LEAST, placesAtRate(0));
  }

  @Test
  void shouldStayAsManyWhileTheyAreNotUsedUp() {
    places.taken(Places.LEAST);
    timers.pass(LOOKS * Places.LOOK_MILLIS);
    places.taken(-Places.LEAST);
    assertEquals(Places.FIRST, takeAll());
  }

  @Test
  void shouldLookForNothingWhileFewAreTaken() {
    places.taken(Places.LEAST);
    places.taken(-1);
    timers.pass(Places.LOOK_MILLIS);
    assertEquals(0, timers.scheduled());
  }

  /** After a while in which all are taken, and so many are answered in a second. */
  private int placesAtRate(int aSecond) {
    int taken = takeAll();
    for (int i = 0; i < LOOKS * Places.LOOK_MILLIS; i++) {
      timers.pass(1);
      int answered = Math.min(taken, aSecond / 1000);
      places.taken(-answered);
      taken += takeAll() - answered;
    }
    places.taken(-taken);
    int most = takeAll();
    places.taken(-most);
    assertTrue(most >= Places.LEAST);
    return most;
  }

  private int takeAll() {
    int taken = 0;
    while (places.isOneFree()) {
      places.taken(1);
      taken++;
    }
    return taken;
  }
}
