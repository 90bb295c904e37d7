package org.rkv.replica.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/** Two replicas of one name, or one after the other. */
class NamesakesTest {
  private static final long SILENCE_NANOS = 2_000;

  private final Namesakes namesakes = new Namesakes(SILENCE_NANOS);

  @Test
  void shouldKnowNobodyAtFirst() {
    assertNull(namesakes.two(0));
  }

  @Test
  void shouldTakeARestartForOneReplica() {
    namesakes.ledTo(1, "one", 0);
    namesakes.ledTo(2, "one", 1);
    namesakes.ledTo(2, "one", 2);
    namesakes.ledTo(3, "one", 3);

    assertNull(namesakes.two(3));
  }

  @Test
  void shouldKeepTheOneThatLookUpsLeadToWhateverAnotherSays() {
    namesakes.ledTo(1, "one", 0);
    namesakes.heard(2, "other", 1);
    namesakes.ledTo(1, "one", 2);
    namesakes.heard(2, "other", 3);
    namesakes.ledTo(1, "one", 4);

    assertNull(namesakes.two(4));
  }

  @Test
  void shouldFindTwoWhereLookUpsLeadToBothInTurn() {
    namesakes.ledTo(1, "one", 0);
    namesakes.ledTo(2, "other", 1);
    assertNull(namesakes.two(1), "it may have moved");

    namesakes.ledTo(1, "one", 2);

    assertEquals("one and other", namesakes.two(2));
  }

  @Test
  void shouldBeOverWhenOneHasBeenSilentForTwoHeartbeats() {
    namesakes.ledTo(1, "one", 0);
    namesakes.ledTo(2, "other", 1);
    namesakes.ledTo(1, "one", 2);
    namesakes.ledTo(1, "one", SILENCE_NANOS);
    assertNotNull(namesakes.two(1 + SILENCE_NANOS));

    assertNull(namesakes.two(2 + SILENCE_NANOS));
    namesakes.ledTo(1, "one", 3 + SILENCE_NANOS);
    assertNull(namesakes.two(3 + SILENCE_NANOS), "over");
  }

  @Test
  void shouldNotBeOverWhileBothGreet() {
    namesakes.ledTo(1, "one", 0);
    namesakes.ledTo(2, "other", 1);
    namesakes.ledTo(1, "one", 2);
    for (long now = 3; now < 10 * SILENCE_NANOS; now += SILENCE_NANOS / 2) {
      namesakes.heard(1, "one", now);
      namesakes.heard(2, "other", now);

      assertEquals("one and other", namesakes.two(now));
    }
  }

  @Test
  void shouldTakeOneThatComesBackAfterALongTimeForOneThatMoved() {
    namesakes.ledTo(1, "one", 0);
    namesakes.ledTo(2, "other", 1);
    namesakes.ledTo(1, "one", 1 + SILENCE_NANOS);

    assertNull(namesakes.two(1 + SILENCE_NANOS));
  }

  @Test
  void shouldRememberNoMoreThanSixteen() {
    namesakes.ledTo(1, "one", 0);
    for (int i = 2; i < 1000; i++) {
      namesakes.heard(i, "crowd", 1);
    }
    namesakes.ledTo(-1, "other", 2);
    namesakes.ledTo(1, "one", 3);

    assertNull(namesakes.two(3), "the first was forgotten");
  }
}
