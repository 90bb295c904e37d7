package org.rkv.replica.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of several processes with copies of one data directory has gone on with the others. */
class OpeningsTest {
  private static final long INCARNATION = 5;
  private static final Opening FIRST = new Opening(INCARNATION, 1, 10);
  private static final Opening RESTARTED = new Opening(INCARNATION, 2, 20);

  private final Openings openings = Openings.inMemory();

  @Test
  void shouldKnowNothingAgainstAnyoneAtFirst() {
    assertFalse(openings.hasLaterThan(FIRST));
  }

  @Test
  void shouldTakeARestartForTheSameReplica() {
    openings.remember(FIRST);
    assertFalse(openings.hasLaterThan(RESTARTED));
    openings.remember(RESTARTED);
    assertFalse(openings.hasLaterThan(RESTARTED));

    assertEquals(List.of(RESTARTED), List.copyOf(openings.latest()));
  }

  @Test
  void shouldHaveNoUseForTheOneBeforeALaterOne() {
    openings.remember(RESTARTED);
    openings.remember(FIRST);

    assertTrue(openings.hasLaterThan(FIRST));
    assertEquals(List.of(RESTARTED), List.copyOf(openings.latest()));
  }

  /** Each was started with a copy of what there was: nobody knows who is later. */
  @Test
  void shouldKeepToTheFirstOfTwoOfOneGeneration() {
    Opening copy = new Opening(INCARNATION, RESTARTED.generation(), 30);
    openings.remember(RESTARTED);
    openings.remember(copy);

    assertTrue(openings.hasLaterThan(copy));
    assertFalse(openings.hasLaterThan(RESTARTED));
  }

  /** A process that begins anew in memory has another incarnation each time. */
  @Test
  void shouldRememberNothingOfThoseInMemory() {
    Opening inMemory = Openings.inMemory().own(INCARNATION);
    openings.remember(inMemory);

    assertTrue(openings.latest().isEmpty());
    assertFalse(openings.hasLaterThan(inMemory));
  }

  @Test
  void shouldSayWhatIsToBeRememberedOnceOnly() {
    int[] changes = {0};
    openings.onChange(() -> changes[0]++);
    openings.remember(FIRST);
    openings.remember(FIRST);
    openings.remember(RESTARTED);
    openings.remember(FIRST);

    assertEquals(2, changes[0]);
  }

  /** All others have to hear of that, and they hear of a directory that is new in any case. */
  @Test
  void shouldTellWhetherAnotherProcessHadTheDirectoryBefore() {
    assertFalse(openings.remember(FIRST));
    assertFalse(openings.remember(FIRST));
    assertTrue(openings.remember(RESTARTED));
    assertFalse(openings.remember(FIRST));
  }

  @Test
  void shouldForgetTheOneThatCameToCountLongestAgoWhenThereAreTooMany() {
    for (int i = 0; i <= Openings.MAX_OPENINGS; i++) {
      openings.remember(new Opening(i, 2, 1));
    }

    assertFalse(openings.hasLaterThan(new Opening(0, 1, 2)));
    assertTrue(openings.hasLaterThan(new Opening(1, 1, 2)));
    assertEquals(Openings.MAX_OPENINGS, openings.latest().size());
  }
}
