package org.rkv.replica.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.rkv.replica.epoch.Past.Relation;

/** Who takes an epoch, and when. A, B and C are incarnations of replicas that list each other. */
class EpochHistoryTest {
  private static final long A = 11;
  private static final long B = 12;
  private static final long C = 13;
  private static final SortedSet<Long> ALL = members(A, B, C);

  private final EpochHistory a = new EpochHistory(A);
  private final EpochHistory b = new EpochHistory(B);
  private final EpochHistory c = new EpochHistory(C);

  @Test
  void shouldTakeNoEpochWhileNobodyIsMissing() {
    allMeet();

    assertEquals(Epochs.NONE.hash(), a.begin(ALL));
    assertTrue(b.answer(Epochs.NONE.hash(), ALL, true));
    assertTrue(a.epochs().isEmpty());
    assertTrue(b.epochs().isEmpty());
  }

  @Test
  void shouldTakeOneEpochTogetherWithTheFirstOperationOfACommonStart() {
    startTogether();

    long hash = a.begin(ALL);

    assertNotEquals(Epochs.NONE.hash(), hash);
    assertTrue(b.answer(hash, ALL, true));
    assertTrue(c.answer(hash, ALL, true));
    assertTrue(a.complete(hash));
    assertEquals(1, a.epochs().size());
    assertEquals(hash, b.epochs().hash());
    assertEquals(hash, c.epochs().hash());
    assertEquals(ALL, a.company());
    assertEquals(ALL, c.company());
    assertEquals(hash, a.begin(ALL), "the next one takes none");
    assertTrue(b.answer(hash, ALL, true));
  }

  @Test
  void shouldTakeAnEpochWhenOneWasReplacedByAnotherIncarnation() {
    startTogether();
    operate();
    long before = a.epochs().hash();
    SortedSet<Long> next = members(A, B, C + 100);

    long hash = b.begin(next);

    assertNotEquals(before, hash);
    assertTrue(a.answer(hash, next, true));
    assertEquals(2, a.epochs().size());
    assertEquals(next, a.company());
  }

  @Test
  void shouldTakeAnEpochWhenOneWasTakenOut() {
    startTogether();
    operate();
    SortedSet<Long> two = members(A, B);

    long hash = a.begin(two);
    assertTrue(b.answer(hash, two, true));
    assertTrue(a.complete(hash));

    assertEquals(Relation.BEHIND, c.past().to(a.past()));
    assertEquals(Relation.EQUAL, b.past().to(a.past()));
  }

  /** At any that answers, not only at the one that asks. */
  @Test
  void shouldTakeAnEpochAlsoIfSomebodyIsMissingAtOneThatAnswersOnly() {
    startTogether();
    operate();
    b.keepCompanyWith(C + 100);
    long asked = a.begin(ALL);

    assertFalse(b.answer(asked, ALL, true), "it was not asked for this");
    assertEquals(2, b.epochs().size());
    assertFalse(c.answer(b.epochs().hash() + 1, ALL, true));
    assertEquals(1, c.epochs().size());
    assertEquals(Relation.EQUAL, a.past().to(b.past()), "the other is named, and never took it");
  }

  @Test
  void shouldTakeNoEpochOfItsOwnWhileItDoesNotKnowAll() {
    startTogether();
    operate();
    SortedSet<Long> doubtful = members(A, B, C + 100);
    long before = b.epochs().hash();

    assertFalse(b.answer(before, doubtful, false));

    assertEquals(before, b.epochs().hash());
  }

  @Test
  void shouldRefuseAnOperationOfOtherEpochs() {
    startTogether();
    operate();
    long before = b.epochs().hash();

    assertFalse(b.answer(before + 1, ALL, true));
    assertFalse(b.answer(Epochs.NONE.hash(), ALL, true));
    assertEquals(before, b.epochs().hash());
  }

  @Test
  void shouldJoinTheEpochsOfOneThatHoldsTheSame() {
    startTogether();
    a.answer(b.begin(ALL), ALL, true); // which breaks off

    assertEquals(Relation.EQUAL, b.past().to(a.past()));
    b.join(a.past());

    assertEquals(a.epochs().hash(), b.epochs().hash());
  }

  /** Else it would keep it apart from others for good, though nothing ever became of it. */
  @Test
  void shouldTakeNoEpochForWhatNobodyAnswered() {
    startTogether();
    operate();
    SortedSet<Long> two = members(A, B);
    a.begin(two); // and breaks off

    SortedSet<Long> others = members(B + 100, C);
    assertTrue(c.complete(c.begin(others)));

    assertEquals(Relation.BEHIND, a.past().to(c.past()), "what has become of B is not known");
  }

  @Test
  void shouldTakeAnEpochForWhatItAnsweredThoughItsOwnOperationBrokeOff() {
    startTogether();
    operate();
    SortedSet<Long> two = members(A, B);
    long hash = a.begin(two);

    assertTrue(a.answer(b.begin(two), two, true));

    assertEquals(hash, a.epochs().hash());
    assertTrue(a.complete(hash), "and it is the same one");
  }

  @Test
  void shouldLetNoOperationSucceedThatDrewAnEpochFromWhatHasChanged() {
    startTogether();
    operate();
    SortedSet<Long> two = members(A, B);
    long hash = a.begin(two);
    SortedSet<Long> next = members(A, B, C + 100);

    assertTrue(a.answer(b.begin(next), next, true));

    assertFalse(a.complete(hash));
    assertEquals(2, a.epochs().size());
    assertEquals(next, a.company());
  }

  /** Another one has joined it meanwhile, say, that answered it first. */
  @Test
  void shouldTakeTheEpochOfAnOperationThoughItHasHeardOfItFromOneThatAnswered() {
    startTogether();
    operate();
    SortedSet<Long> two = members(A, B);
    long hash = a.begin(two);
    assertTrue(b.answer(hash, two, true));

    a.join(b.past());

    assertTrue(a.complete(hash));
    assertEquals(b.past().taken(), a.past().taken());
  }

  @Test
  void shouldKeepInItsCompanyWhoCameWhileAnOperationDrewAnEpoch() {
    startTogether();
    operate();
    SortedSet<Long> two = members(A, B);
    long hash = a.begin(two);
    a.keepCompanyWith(C + 100);

    assertTrue(a.complete(hash));

    assertEquals(members(A, B, C + 100), a.company());
  }

  @Test
  void shouldHaveTheEpochsOfTheOneThatItCaughtUpWithAndItsCompany() {
    startTogether();
    operate();
    EpochHistory fresh = new EpochHistory(C + 100);

    fresh.takeOver(a.past(), a.company());

    assertEquals(a.epochs().hash(), fresh.epochs().hash());
    assertEquals(members(A, B, C, C + 100), fresh.company());
    SortedSet<Long> next = members(A, B, C + 100);
    assertTrue(fresh.answer(a.begin(next), next, true), "the old one is missing at both");
  }

  /** An answer counts like an acknowledgement, whatever becomes of the scan. */
  @Test
  void shouldRememberWhatItAnsweredWhileItCaughtUp() {
    startTogether();
    operate();
    EpochHistory fresh = new EpochHistory(C + 100);
    SortedSet<Long> next = members(A, B, C + 100);
    Epochs before = a.epochs();
    long hash = a.begin(next);

    assertEquals(hash, fresh.answerWhileCatchingUp(hash, next, before).hash());
    assertTrue(fresh.epochs().isEmpty());
    assertTrue(a.complete(hash));

    EpochHistory another = new EpochHistory(C + 200);
    another.remember(fresh.past());
    another.takeOver(new Past(B, before, Set.of(), Passed.NONE), b.company());
    assertEquals(Relation.BEHIND, another.past().to(a.past()));
  }

  @Test
  void shouldKeepWhatItTookWhileItCaughtUpWhenItsSourceDidNot() {
    startTogether();
    operate();
    EpochHistory fresh = new EpochHistory(C + 100);
    SortedSet<Long> next = members(A, B, C + 100);
    Epochs before = a.epochs();
    long hash = a.begin(next);
    fresh.answerWhileCatchingUp(hash, next, before);
    assertTrue(a.complete(hash));

    fresh.takeOver(b.past(), b.company());

    assertEquals(a.epochs().hash(), fresh.epochs().hash());
  }

  /** C has heard of its clock, and must not take the next one for one that was passed long ago. */
  @Test
  void shouldNotGoBackToALowerClockWhenItRestartsOnItsDiskAndItsSourceNeverTookAnEpoch() {
    startTogether();
    assertTrue(b.answer(a.begin(ALL), ALL, true), "which A never hears");
    c.join(b.past());
    EpochHistory restarted = new EpochHistory(B);
    restarted.remember(b.past());
    restarted.takeOver(a.past(), a.company());
    a.join(restarted.past());

    SortedSet<Long> two = members(A, B);
    long hash = a.begin(two);
    assertTrue(restarted.answer(hash, two, true));
    assertTrue(a.complete(hash));

    assertEquals(Relation.BEHIND, c.past().to(a.past()));
    assertEquals(Relation.BEHIND, c.past().to(restarted.past()));
  }

  @Test
  void shouldNotAnswerForEpochsThatItWasNotToldWhileItCatchesUp() {
    startTogether();
    operate();
    EpochHistory fresh = new EpochHistory(C + 100);

    Epochs same = fresh.answerWhileCatchingUp(a.epochs().hash(), ALL, a.epochs());
    assertEquals(a.epochs().hash(), same.hash());
    assertNull(fresh.answerWhileCatchingUp(a.epochs().hash() + 1, ALL, a.epochs()));
    assertEquals(Set.of(), fresh.past().taken());
  }

  /** Until its first operation it gives way to any that has an epoch. */
  @Test
  void shouldTakeNoEpochByACommonStartItself() {
    startTogether();

    assertTrue(a.epochs().isEmpty());
    EpochHistory other = new EpochHistory(B + 100);
    other.startTogether(List.of());
    assertTrue(other.complete(other.begin(members(B + 100))));
    assertEquals(Relation.BEHIND, a.past().to(other.past()));
  }

  @Test
  void shouldHaveTheEpochsOfAllOldCopiesAfterACommonStart() {
    Past one = new Past(1, epochs(5, 6), Set.of(), Passed.NONE);
    Past other = new Past(2, epochs(5, 7), Set.of(), Passed.NONE);

    a.startTogether(List.of(one, other));

    assertEquals(epochs(5, 6, 7).hash(), a.epochs().hash());
    long before = a.epochs().hash();
    assertNotEquals(before, a.begin(ALL), "the first operation takes one");
  }

  private void allMeet() {
    for (EpochHistory each : List.of(a, b, c)) {
      ALL.forEach(each::keepCompanyWith);
    }
  }

  private void startTogether() {
    allMeet();
    for (EpochHistory each : List.of(a, b, c)) {
      each.startTogether(List.of());
    }
  }

  private void operate() {
    long hash = a.begin(ALL);
    assertTrue(b.answer(hash, ALL, true));
    assertTrue(c.answer(hash, ALL, true));
    assertTrue(a.complete(hash));
  }

  private static Epochs epochs(long... ids) {
    Epochs epochs = Epochs.NONE;
    for (long id : ids) {
      epochs = epochs.with(new Epoch(id, id, members(1, 2)));
    }
    return epochs;
  }

  private static SortedSet<Long> members(long... incarnations) {
    SortedSet<Long> members = new TreeSet<>();
    for (long each : incarnations) {
      members.add(each);
    }
    return members;
  }
}
