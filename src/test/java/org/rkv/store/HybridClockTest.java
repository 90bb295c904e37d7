package org.rkv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HybridClockTest {
  private static final long NOW_MILLIS = 1_800_000_000_000L;
  private static final long HOUR_MILLIS = 3_600_000;
  private static final long ORIGIN = 0x7777;

  private static final long YEAR_MILLIS = 365 * 24 * HOUR_MILLIS;
  private static final long TEN_MINUTES_MILLIS = 600_000;

  private long wallMillis = NOW_MILLIS;
  private long monotonicMillis = -1;
  private long lowestLimit = HybridClock.NO_LIMIT;
  private final HybridClock clock = clock();

  private HybridClock clock() {
    HybridClock begun = fresh();
    begun.begin();
    return begun;
  }

  private HybridClock fresh() {
    return new HybridClock(
        () -> wallMillis, () -> monotonicMillis * 1_000_000, () -> lowestLimit, ORIGIN);
  }

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

    assertFalse(clock().observe(NOW_MILLIS << 16));
  }

  @Test
  void shouldBelieveByTheHighestWallClockItEverReadCarriedOn() {
    wallMillis = NOW_MILLIS + YEAR_MILLIS;
    clock.next();
    wallMillis = NOW_MILLIS;
    monotonicMillis += 5000;

    assertEquals(
        (NOW_MILLIS + YEAR_MILLIS + 5000 + HOUR_MILLIS) << 16 | 0xFFFF,
        clock.limit(),
        "a year ahead for a second: nobody is disbelieved");
    assertTrue(clock.observe((NOW_MILLIS + YEAR_MILLIS + HOUR_MILLIS) << 16));
  }

  @Test
  void shouldNeverLowerItsLimitWhicheverWayTheWallClockJumps() {
    Random random = new Random(7);
    long before = clock.limit();
    for (int i = 0; i < 10_000; i++) {
      wallMillis = NOW_MILLIS + random.nextInt(2_000_000) - 1_000_000;
      monotonicMillis += random.nextInt(100);
      long limit = clock.limit();
      assertTrue(limit >= before, limit + " after " + before);
      assertTrue(limit >>> 16 >= wallMillis + HOUR_MILLIS);
      before = limit;
    }
  }

  @Test
  void shouldNotBeWalkedAheadByStampsThatItObserves() {
    long limit = clock.limit();

    assertTrue(clock.observe(limit));
    assertTrue(clock.observe(limit), "what it has seen it goes on believing");

    assertEquals(limit, clock.limit());
    assertFalse(clock.observe(limit + 1));
  }

  @Test
  void shouldBelieveAnythingThatCanBeUntilItBeginsAndTellNoHigherLimitForThat() {
    HybridClock fresh = fresh();
    long limit = fresh.limit();
    long ahead = (NOW_MILLIS + YEAR_MILLIS) << 16;

    assertTrue(fresh.observe(ahead));
    assertTrue(fresh.takeOver(ahead - 1));
    assertFalse(fresh.observe(Long.MAX_VALUE));
    assertEquals(limit, fresh.limit());

    fresh.begin();
    assertEquals(ahead + 1, fresh.next().clock());
    assertTrue(fresh.limit() >= ahead + 1, "it must believe of others what it issues itself");
    assertEquals((ahead >>> 16) + HOUR_MILLIS, fresh.limit() >>> 16);
  }

  @Test
  void shouldBelieveAnHourBeyondWhatItTookOver() {
    long ahead = (NOW_MILLIS + 100 * HOUR_MILLIS) << 16;

    assertTrue(clock.takeOver(ahead));
    assertTrue(clock.takeOver(1));
    clock.begin();

    assertEquals((ahead >>> 16) + HOUR_MILLIS, clock.limit() >>> 16);
    assertEquals(ahead + 1, clock.next().clock());
    assertTrue(clock.observe(ahead + 5), "and what comes after it");
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, 1L << 62, (1L << 62) + 1, -1, Long.MIN_VALUE})
  void shouldTakeNoClockThatCannotBe(long impossible) {
    wallMillis = Long.MAX_VALUE;
    HybridClock latest = clock();

    assertFalse(HybridClock.isPossible(impossible));
    for (HybridClock each : List.of(clock, latest)) {
      long agreed = each.agreed();
      assertFalse(each.observe(impossible));
      assertFalse(each.takeOver(impossible));
      assertFalse(each.takeOverAgreed(impossible));
      assertTrue(HybridClock.isPossible(each.limit()));
      assertEquals(agreed, each.agreed());
    }
    wallMillis = NOW_MILLIS;
    assertEquals(NOW_MILLIS << 16, clock.next().clock(), "nothing of it is remembered");
  }

  @Test
  void shouldTakeClocksOf1970() {
    assertTrue(clock.observe(0));
    assertTrue(clock.takeOverAgreed(1));

    assertEquals(NOW_MILLIS << 16, clock.next().clock());
    assertEquals((NOW_MILLIS + HOUR_MILLIS) << 16 | 0xFFFF, clock.limit());
  }

  @Test
  void shouldIssuePossibleStampsWithAWallClockBefore1970() {
    wallMillis = -YEAR_MILLIS;
    HybridClock early = clock();

    assertEquals(1, early.next().clock());
    assertEquals(2, early.next().clock());
    assertEquals(HOUR_MILLIS << 16 | 0xFFFF, early.limit());
    assertFalse(early.observe(NOW_MILLIS << 16));
    assertTrue(early.takeOverAgreed(NOW_MILLIS << 16), "but what all had agreed");
    early.begin();
    assertTrue(early.observe((NOW_MILLIS + 1) << 16));
  }

  @Test
  void shouldFollowItsWallClockUpToTenMinutesBelowTheLowestLimit() {
    lowestLimit = (NOW_MILLIS + HOUR_MILLIS) << 16;
    long most = (NOW_MILLIS + HOUR_MILLIS - TEN_MINUTES_MILLIS) << 16;
    wallMillis = most >>> 16;
    assertEquals(most, clock.next().clock());
    assertEquals(0, clock.takeHeldBackMillis());

    wallMillis = NOW_MILLIS + YEAR_MILLIS;

    assertEquals(most + 1, clock.next().clock(), "the last one plus one");
    assertEquals(most + 2, clock.next().clock());
    assertEquals(
        YEAR_MILLIS - HOUR_MILLIS + TEN_MINUTES_MILLIS - 1,
        clock.takeHeldBackMillis(),
        "whole ones");
    assertEquals(0, clock.takeHeldBackMillis(), "said once");
  }

  @Test
  void shouldGoOnFromWhatItTookOverWhenThatIsAboveTheLowestLimit() {
    lowestLimit = 0;
    long ahead = (NOW_MILLIS + YEAR_MILLIS) << 16;
    clock.takeOver(ahead);

    assertEquals(ahead + 1, clock.next().clock());
  }

  @Test
  void shouldAgreeToWhatIsSettledAndWhatItTookOverButNotToWhatItIssued() {
    clock.next();
    assertEquals(0, clock.agreed());

    clock.agree(17);
    clock.agree(9);
    assertEquals(17, clock.agreed());

    clock.takeOver(99);
    assertEquals(17, clock.agreed(), "nobody says that all have had it");

    assertTrue(clock.takeOverAgreed(55));
    assertEquals(55, clock.agreed());
  }

  @Test
  void shouldLeadItsWallClockByWhatItHasSeen() {
    assertEquals(0, clock.leadMillis());
    clock.next();
    wallMillis += 10;
    assertEquals(0, clock.leadMillis(), "behind is no lead");

    clock.observe((NOW_MILLIS + 2010) << 16);
    assertEquals(2000, clock.leadMillis());
  }
}
