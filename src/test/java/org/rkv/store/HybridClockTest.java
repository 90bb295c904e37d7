package org.rkv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HybridClockTest {
  private static final long NOW_MILLIS = 1_800_000_000_000L;
  private static final long HOUR_MILLIS = 3_600_000;
  private static final long ORIGIN = 0x7777;

  private long wallMillis = NOW_MILLIS;
  private final HybridClock clock = new HybridClock(() -> wallMillis, ORIGIN);

  @Test
  void shouldPutMillisecondsAboveACounterOfSixteenBits() {
    assertEquals(new Stamp(NOW_MILLIS << 16, ORIGIN), clock.next());
    assertEquals(new Stamp((NOW_MILLIS << 16) + 1, ORIGIN), clock.next());

    wallMillis++;

    assertEquals(new Stamp((NOW_MILLIS + 1) << 16, ORIGIN), clock.next());
  }

  @Test
  void shouldGoOnUpwardsWhicheverWayTheWallClockJumps() {
    Random random = new Random(42);
    Set<Stamp> issued = new HashSet<>();
    Stamp before = Stamp.ZERO;
    for (int i = 0; i < 10_000; i++) {
      wallMillis = NOW_MILLIS + random.nextInt(2_000_000) - 1_000_000;
      Stamp next = clock.next();
      assertTrue(next.compareTo(before) > 0, next + " after " + before);
      assertTrue(next.clock() >>> 16 >= wallMillis, "below the wall clock: " + next);
      assertTrue(issued.add(next));
      before = next;
    }
  }

  @Test
  void shouldLetAFullCounterFlowIntoTheMilliseconds() {
    for (int i = 0; i < 65_535; i++) {
      clock.next();
    }
    assertEquals((NOW_MILLIS << 16) + 65_535, clock.next().clock());

    assertEquals((NOW_MILLIS + 1) << 16, clock.next().clock());

    wallMillis++;
    assertEquals(((NOW_MILLIS + 1) << 16) + 1, clock.next().clock(), "never issued twice");
  }

  @Test
  void shouldIssueAboveWhatItHasSeen() {
    long seen = ((NOW_MILLIS + 60_000) << 16) + 17;

    assertTrue(clock.observe(seen));

    assertEquals(new Stamp(seen + 1, ORIGIN), clock.next());
  }

  @Test
  void shouldNotGoBackForAClockThatIsBehind() {
    Stamp issued = clock.next();

    assertTrue(clock.observe(1));
    assertTrue(clock.observe(0));

    assertEquals(issued.clock() + 1, clock.next().clock());
  }

  @Test
  void shouldBelieveAClockAnHourAheadAndNoMore() {
    long bound = ((NOW_MILLIS + HOUR_MILLIS) << 16) + 65_535;

    assertFalse(clock.observe(bound + 1));
    assertFalse(clock.observe(Long.MAX_VALUE));
    assertEquals(NOW_MILLIS << 16, clock.next().clock(), "nothing of it is remembered");

    assertTrue(clock.observe(bound));
    assertEquals(bound + 1, clock.next().clock());
  }

  @Test
  void shouldDisbelieveANegativeClock() {
    assertFalse(clock.observe(-1));
    assertFalse(clock.observe(Long.MIN_VALUE));
    assertEquals(NOW_MILLIS << 16, clock.next().clock(), "nothing of it is remembered");
  }

  @Test
  void shouldStillBelieveTheOthersWhenItsWallClockIsSetBack() {
    clock.next();
    wallMillis -= 24 * HOUR_MILLIS;

    assertTrue(clock.observe(((NOW_MILLIS + 1) << 16) + 3));
    assertFalse(clock.observe((NOW_MILLIS + HOUR_MILLIS + 2) << 16));
    assertEquals(((NOW_MILLIS + 1) << 16) + 4, clock.next().clock());
  }

  @Test
  void shouldDisbelieveTheOthersWhenItStartsWithAWallClockThatIsBehind() {
    wallMillis = NOW_MILLIS - 2 * HOUR_MILLIS;

    assertFalse(clock.observe(NOW_MILLIS << 16));
  }

  @Test
  void shouldAcceptWhatEveryReplicaHasBelievedHoweverFarAhead() {
    long ahead = (NOW_MILLIS + 100 * HOUR_MILLIS) << 16;

    assertTrue(clock.accept(ahead));
    assertTrue(clock.accept(1));
    assertFalse(clock.accept(-1));

    assertEquals(ahead + 1, clock.next().clock());
    assertTrue(clock.observe(ahead + 5), "and what comes after it");
  }
}
