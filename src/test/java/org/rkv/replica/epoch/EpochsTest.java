package org.rkv.replica.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class EpochsTest {
  private static final SortedSet<Long> ALL = members(11, 12, 13);

  @Test
  void shouldBeginWithNone() {
    assertTrue(Epochs.NONE.isEmpty());
    assertEquals(0, Epochs.NONE.size());
    assertEquals(0, Epochs.NONE.highestClock());
    assertNotEquals(0, Epochs.NONE.hash(), "zero is said where no answer counts");
  }

  @Test
  void shouldDrawTheSameEpochForAllWhoTakeItTogether() {
    Epochs one = Epochs.of(List.of(epoch(5, 1), epoch(6, 1), epoch(7, 2)));
    Epochs other = Epochs.of(List.of(epoch(7, 2), epoch(5, 1), epoch(6, 1)));

    assertEquals(one.hash(), other.hash());
    assertEquals(one.next(ALL), other.next(members(13, 12, 11)));
    assertEquals(3, one.next(ALL).clock(), "one more than the highest");
    assertEquals(ALL, one.next(ALL).incarnations());
  }

  @Test
  void shouldDrawAnotherEpochForOthersOrAfterOthers() {
    Epochs before = Epochs.NONE.with(Epochs.NONE.next(ALL));
    Epoch next = before.next(ALL);

    assertNotEquals(next.id(), Epochs.NONE.next(ALL).id());
    assertNotEquals(next.id(), before.next(members(11, 12)).id());
    assertNotEquals(next.id(), before.with(next).next(ALL).id());
    assertNotEquals(before.hash(), before.with(next).hash());
  }

  @Test
  void shouldHaveNothingTwice() {
    Epochs some = Epochs.of(List.of(epoch(5, 1), epoch(6, 2)));

    assertSame(some, some.with(epoch(5, 1)));
    assertSame(some, some.with(Epochs.of(List.of(epoch(6, 2)))));
    assertEquals(3, some.with(Epochs.of(List.of(epoch(6, 2), epoch(7, 2)))).size());
  }

  @Test
  void shouldListThemInOneOrderHoweverTheyCame() {
    List<Epoch> epochs = new ArrayList<>(List.of(epoch(-5, 1), epoch(6, 9), epoch(7, 2)));
    List<Epoch> inOrder = Epochs.of(epochs).all();
    Collections.reverse(epochs);

    assertEquals(inOrder, Epochs.of(epochs).all());
    assertEquals(List.of(-5L, 6L, 7L), inOrder.stream().map(Epoch::id).toList());
  }

  @Test
  void shouldForgetThoseOfTheLowestClocksBeyondTheBound() {
    Epochs full = Epochs.of(epochsOfClocks(1, Epochs.MAX_EPOCHS));
    assertEquals(Epochs.MAX_EPOCHS, full.size());

    Epochs later = full.with(full.next(ALL));

    assertEquals(Epochs.MAX_EPOCHS, later.size());
    assertFalse(later.has(id(1)), "the oldest");
    assertTrue(later.has(id(2)));
    assertEquals(Epochs.MAX_EPOCHS + 1, later.highestClock());
    assertEquals(List.of(), full.beyond(later), "what was forgotten counts nowhere");
    assertEquals(1, later.beyond(full).size());
    assertEquals(later.hash(), later.with(epoch(id(1), 1)).hash(), "nor does it come back");
  }

  /** They are told in full in each greeting, and a record has a bound. */
  @Test
  void shouldKeepFewerWhereTheListIsLong() {
    TreeSet<Long> many = new TreeSet<>();
    for (long incarnation = 1; incarnation <= 64; incarnation++) {
      many.add(incarnation);
    }
    Epochs epochs = Epochs.NONE;
    for (int i = 0; i < 1100; i++) {
      epochs = epochs.with(epochs.next(many));
    }

    assertEquals(1100, epochs.highestClock());
    int numbers = epochs.all().stream().mapToInt(each -> 3 + each.incarnations().size()).sum();
    assertTrue(numbers <= 64 * 1024, numbers + " numbers");
    assertTrue(epochs.size() > 900, epochs.size() + " epochs");
    assertEquals(List.of(), epochs.beyond(epochs.with(epochs.next(many))));
  }

  @Test
  void shouldForgetTheSameOfEqualClocksEverywhere() {
    List<Epoch> epochs = epochsOfClocks(7, Epochs.MAX_EPOCHS);
    List<Epoch> sameClock = epochs.stream().map(each -> epoch(each.id(), 1)).toList();
    Epochs one = Epochs.of(sameClock).with(epoch(1, 1));
    Epochs other = Epochs.of(List.of(epoch(1, 1))).with(Epochs.of(sameClock));

    assertEquals(one.all(), other.all());
    assertEquals(one.hash(), other.hash());
    assertFalse(one.has(1));
  }

  @Test
  void shouldTellWhatOthersLack() {
    Epochs some = Epochs.of(List.of(epoch(5, 1), epoch(6, 2)));

    assertEquals(List.of(epoch(6, 2)), some.beyond(Epochs.of(List.of(epoch(5, 1), epoch(7, 3)))));
    assertEquals(some.all(), some.beyond(Epochs.NONE));
    assertEquals(List.of(), Epochs.NONE.beyond(some));
  }

  private static List<Epoch> epochsOfClocks(long first, int count) {
    List<Epoch> epochs = new ArrayList<>();
    for (long clock = first; clock < first + count; clock++) {
      epochs.add(epoch(id(clock), clock));
    }
    return epochs;
  }

  /** Scattered, so that the order of ids is not that of clocks. */
  private static long id(long clock) {
    return clock * 2 + (clock % 2) * 100_000;
  }

  private static Epoch epoch(long id, long clock) {
    return new Epoch(id, clock, ALL);
  }

  private static SortedSet<Long> members(long... incarnations) {
    SortedSet<Long> members = new TreeSet<>();
    for (long each : incarnations) {
      members.add(each);
    }
    return members;
  }
}
