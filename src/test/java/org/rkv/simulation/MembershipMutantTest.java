package org.rkv.simulation;

import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Each rule that says who is a replica, and whom it follows, is missed when it is not kept. */
class MembershipMutantTest {
  /** One in twenty of what {@link MutantTest} takes: these runs are longer. */
  private static final long CLEAN_SEEDS = Math.max(1, Long.getLong("rkv.cleanSeeds", 20) / 4);

  @Test
  void shouldNoticeEpochsAtTheCoordinatorOnly() {
    new MutantRuns(
            "takes epochs at the coordinator only",
            MembershipMutants::takesEpochsAtTheCoordinatorOnly)
        .from(170)
        .assertCaught();
  }

  @Test
  void shouldNoticeEpochsByName() {
    new MutantRuns("takes epochs by name", MembershipMutants::takesEpochsByName)
        .from(8)
        .assertCaught();
  }

  @Test
  void shouldNoticeAliasesThatAreDroppedForGood() {
    new MutantRuns("drops aliases", NameMutants::dropsAliases).from(132).assertCaught();
  }

  @Test
  void shouldNoticeThatAnAnswerIsBelievedToComeFromOurselves() {
    new MutantRuns("believes that it greets itself", NameMutants::believesThatItGreetsItself)
        .from(189)
        .assertCaught();
  }

  @Test
  void shouldNoticeProofsWithoutTheEntryMeant() {
    new MutantRuns("proves without the entry meant", NameMutants::provesWithoutTheEntryMeant)
        .from(54)
        .assertCaught();
  }

  @Test
  void shouldNoticeAMemoryThatIsResetAtAdmissions() {
    new MutantRuns(
            "resets its memory at admissions", MembershipMutants::resetsItsMemoryAtAdmissions)
        .assertCaught();
  }

  @Test
  void shouldNoticeAdmissionsAtAThirdsWord() {
    new MutantRuns("admits at a third's word", MembershipMutants::admitsAtAThirdsWord)
        .assertCaught();
  }

  @Test
  void shouldNoticeScansOfAnyThatServes() {
    new MutantRuns("scans any that serves", MembershipMutants::scansAnyThatServes)
        .from(49)
        .assertCaught();
  }

  @Test
  void shouldNoticeEpochsThatAreComparedAtGreetingsOnly() {
    new MutantRuns(
            "compares epochs at greetings only", MembershipMutants::comparesEpochsAtGreetingsOnly)
        .from(6)
        .assertCaught();
  }

  @Test
  void shouldNoticeListsThatAreNotCompared() {
    new MutantRuns("compares no lists", MembershipMutants::comparesNoLists)
        .from(373)
        .assertCaught();
  }

  @Test
  void shouldNoticeThatNobodyAsksAgainWhoeverIsTakenOutAndAnswersStill() {
    new MutantRuns("forgets who answers still", MembershipMutants::forgetsWhoAnswersStill)
        .from(257)
        .assertCaught();
  }

  @Test
  void shouldNoticePausesAfterWhichOnlyPeersWithALinkCount() {
    new MutantRuns("counts peers with a link only", MembershipMutants::countsPeersWithALinkOnly)
        .from(6)
        .assertCaught();
  }

  @Test
  void shouldNoticePausesAfterWhichNothingIsChecked() {
    new MutantRuns("checks nothing after a pause", MembershipMutants::checksNothingAfterAPause)
        .from(6)
        .assertCaught();
  }

  @Test
  void shouldNoticeContentThatIsGivenUpTooEarly() {
    new MutantRuns("gives content up too early", MembershipMutants::givesContentUpTooEarly)
        .from(129)
        .assertCaught();
  }

  @Test
  void shouldNoticeNothingWhereOneIsLeftOut() {
    assertClean(3, MembershipOccasions::leavesOutAFrozenOne);
    assertClean(3, MembershipOccasions::thawsALeftOutOne);
    assertClean(3, MembershipOccasions::restartsOneOfTheOthers);
    assertClean(3, MembershipOccasions::listsDiffer);
  }

  @Test
  void shouldNoticeNothingWhereOneIsOld() {
    assertClean(4, MembershipOccasions::bringsTwoTogetherByAThird);
    assertClean(3, MembershipOccasions::startsBesideAnOldOne);
    assertClean(4, MembershipOccasions::startsTwoFromDifferentSources);
    assertClean(3, MembershipOccasions::givesWayAndMeetsAnOldOne);
  }

  @Test
  void shouldNoticeNothingWhereNamesLeadElsewhere() {
    assertClean(3, MembershipOccasions::replacesOneAndTakesItBack);
    assertClean(3, MembershipOccasions::namesLeadAstray);
    MutantRuns.assertCleanUpTo(CLEAN_SEEDS, NameMutants::impostor);
    MutantRuns.assertCleanUpTo(CLEAN_SEEDS, NameMutants::relay);
  }

  private static void assertClean(int replicas, Function<SimulatedCluster, Occasion> occasion) {
    MutantRuns.assertCleanUpTo(CLEAN_SEEDS, () -> MembershipMutants.only(replicas, occasion));
  }
}
