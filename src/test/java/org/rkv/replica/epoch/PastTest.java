package org.rkv.replica.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.rkv.replica.epoch.Past.Relation;

/** Of two replicas that serve, 11 and 12, and sometimes a third, 13. */
class PastTest {
  private static final Epoch FIRST = epoch(5, 1, 11L, 12L, 13L);

  /** Taken when the one was not there. */
  private static final Epoch WITHOUT_11 = epoch(6, 2, 12L, 13L);

  private static final Epoch WITHOUT_12 = epoch(7, 2, 11L, 13L);

  @Test
  void shouldBeEqualIfBothHaveTheSame() {
    assertRelation(Relation.EQUAL, past(11), past(12));
    assertRelation(Relation.EQUAL, past(11, FIRST), past(12, FIRST));
  }

  @Test
  void shouldBeBehindOneThatHasAllAndMore() {
    assertRelation(Relation.BEHIND, past(11, FIRST), past(12, FIRST, WITHOUT_11));
    assertRelation(Relation.BEHIND, past(11), past(12, FIRST, WITHOUT_11));
  }

  @Test
  void shouldBeApartIfEachHasSomethingThatTheOtherLacks() {
    assertRelation(Relation.APART, past(11, FIRST, WITHOUT_12), past(12, FIRST, WITHOUT_11));
  }

  /** Nothing became settled by it, since nothing does without all who are named. */
  @Test
  void shouldNotCountAnEpochThatTheOtherIsNamedInAndNeverTook() {
    Epoch broken = epoch(8, 2, 11L, 12L);

    assertRelation(Relation.EQUAL, past(11, FIRST, broken), past(12, FIRST));
    assertRelation(Relation.BEHIND, past(11, FIRST, broken), past(12, FIRST, WITHOUT_11));
  }

  /** 11 is gone; 14 has copied what it held, and 12 was never one of those two. */
  @Test
  void shouldNotCountAnEpochThatOneWhoIsGoneIsNamedInAndCanNeverHaveTaken() {
    Epoch broken = epoch(8, 2, 11L, 12L);
    Past gone = past(11, FIRST, WITHOUT_12);
    Past copy = copyOf(gone);

    assertRelation(Relation.APART, past(12, FIRST, broken), past(14, FIRST, WITHOUT_12));
    assertRelation(Relation.BEHIND, past(12, FIRST, broken), copy);
  }

  /** It had come to no other epoch when it was copied, and may have taken this one afterwards. */
  @Test
  void shouldCountAnEpochThatOneWhoIsGoneMayHaveTakenAfterItWasCopied() {
    Epoch later = epoch(8, 3, 11L, 12L);
    Past copy = copyOf(past(11, FIRST, WITHOUT_12));

    assertRelation(Relation.AHEAD, past(12, FIRST, WITHOUT_12, later), copy);
  }

  @Test
  void shouldKnowThroughManyCopiesWhoCanNeverHaveTakenAnEpoch() {
    Epoch broken = epoch(8, 2, 11L, 12L);
    Past copy = copyOf(past(11, FIRST, WITHOUT_12));
    EpochHistory second = new EpochHistory(15);
    second.takeOver(copy, Set.of());
    EpochHistory equal = new EpochHistory(16);
    equal.join(second.past());

    assertRelation(Relation.BEHIND, past(12, FIRST, broken), second.past());
    assertRelation(Relation.BEHIND, past(12, FIRST, broken), equal.past());
  }

  @Test
  void shouldForgetThoseOfTheLowestClocksWhoHavePassedWhereThereAreTooMany() {
    Passed passed = Passed.NONE;
    for (long incarnation = 1; incarnation <= 1000; incarnation++) {
      passed = passed.with(incarnation, incarnation);
    }

    assertEquals(256, passed.clocks().size());
    assertEquals(745, passed.clocks().firstKey());
  }

  /** It answered while it caught up, and then took over something else. */
  @Test
  void shouldCountAnEpochThatTheOtherIsNamedInAndTookOnce() {
    Epoch both = epoch(8, 2, 11L, 12L);
    Past forgetful = new Past(12, Epochs.of(List.of(FIRST)), Set.of(both.id()), Passed.NONE);

    assertRelation(Relation.AHEAD, past(11, FIRST, both), forgetful);
    assertTrue(past(11, FIRST, both).hasMoreThan(forgetful));
    assertFalse(forgetful.hasMoreThan(past(11, FIRST, both)));
  }

  /** An old copy goes by the incarnation that left it. */
  @Test
  void shouldCountAnEpochOfALaterIncarnationOfTheOther() {
    Epoch withTheLater = epoch(8, 2, 11L, 112L);

    assertRelation(Relation.AHEAD, past(11, FIRST, withTheLater), past(12, FIRST));
    assertRelation(Relation.EQUAL, past(11, FIRST, withTheLater), past(112, FIRST));
  }

  @Test
  void shouldBelongToAnotherClusterIfNoEpochIsCommon() {
    Past one = past(11, FIRST);
    Past other = new Past(12, Epochs.of(List.of(WITHOUT_11)), Set.of(), Passed.NONE);

    assertTrue(one.isOfAnotherClusterThan(other));
    assertTrue(other.isOfAnotherClusterThan(one));
    assertFalse(one.isOfAnotherClusterThan(past(12, FIRST)));
  }

  @Test
  void shouldRememberWhatItTakesLater() {
    Past before = past(11, FIRST);
    Past later = before.taking(Epochs.of(List.of(FIRST, WITHOUT_12)));

    assertEquals(Set.of(WITHOUT_12.id()), later.taken());
    assertTrue(later.epochs().has(WITHOUT_12.id()));
  }

  private static void assertRelation(Relation expected, Past one, Past other) {
    assertEquals(expected, one.to(other));
    Relation back =
        switch (expected) {
          case AHEAD -> Relation.BEHIND;
          case BEHIND -> Relation.AHEAD;
          default -> expected;
        };
    assertEquals(back, other.to(one));
  }

  /** By 14. */
  private static Past copyOf(Past source) {
    EpochHistory copy = new EpochHistory(14);
    copy.takeOver(source, Set.of(source.incarnation()));
    return copy.past();
  }

  private static Past past(long incarnation, Epoch... epochs) {
    Epochs all = Epochs.of(List.of(epochs));
    return new Past(incarnation, all, Set.of(), Passed.NONE);
  }

  private static Epoch epoch(long id, long clock, Long... incarnations) {
    return new Epoch(id, clock, new TreeSet<>(List.of(incarnations)));
  }
}
