package org.rkv.simulation;

import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Each rule that says who is a replica, and whom it follows, is missed when it is not kept. */
class MembershipMutantTest {
  /** One in twenty of what {@link MutantTest} takes: these runs are longer. */
  private static final long CLEAN_SEEDS = Math.max(1, Long.getLong("rkv.cleanSeeds", 100) / 20);

  @Test
  void shouldNoticeEpochsAtTheCoordinatorOnly() {
    MutantRuns.assertCaught(
        "takes epochs at the coordinator only", MembershipMutants::takesEpochsAtTheCoordinatorOnly);
  }

  @Test
  void shouldNoticeEpochsByName() {
    MutantRuns.assertCaught("takes epochs by name", MembershipMutants::takesEpochsByName);
  }

  @Test
  void shouldNoticeAliasesThatAreDroppedForGood() {
    MutantRuns.assertCaught("drops aliases", NameMutants::dropsAliases);
  }

  @Test
  void shouldNoticeThatAnAnswerIsBelievedToComeFromOurselves() {
    MutantRuns.assertCaught(
        "believes that it greets itself", NameMutants::believesThatItGreetsItself);
  }

  @Test
  void shouldNoticeProofsWithoutTheEntryMeant() {
    MutantRuns.assertCaught(
        "proves without the entry meant", NameMutants::provesWithoutTheEntryMeant);
  }

  @Test
  void shouldNoticeAMemoryThatIsResetAtAdmissions() {
    MutantRuns.assertCaught(
        "resets its memory at admissions", MembershipMutants::resetsItsMemoryAtAdmissions);
  }

  @Test
  void shouldNoticeAdmissionsAtAThirdsWord() {
    MutantRuns.assertCaught("admits at a third's word", MembershipMutants::admitsAtAThirdsWord);
  }

  @Test
  void shouldNoticeScansOfAnyThatServes() {
    MutantRuns.assertCaught("scans any that serves", MembershipMutants::scansAnyThatServes);
  }

  @Test
  void shouldNoticeEpochsThatAreComparedAtGreetingsOnly() {
    MutantRuns.assertCaught(
        "compares epochs at greetings only", MembershipMutants::comparesEpochsAtGreetingsOnly);
  }

  @Test
  void shouldNoticeListsThatAreNotCompared() {
    MutantRuns.assertCaught("compares no lists", MembershipMutants::comparesNoLists);
  }

  @Test
  void shouldNoticePausesAfterWhichOnlyPeersWithALinkCount() {
    MutantRuns.assertCaught(
        "counts peers with a link only", MembershipMutants::countsPeersWithALinkOnly);
  }

  @Test
  void shouldNoticePausesAfterWhichNothingIsChecked() {
    MutantRuns.assertCaught(
        "checks nothing after a pause", MembershipMutants::checksNothingAfterAPause);
  }

  @Test
  void shouldNoticeContentThatIsGivenUpTooEarly() {
    MutantRuns.assertCaught(
        "gives content up too early", MembershipMutants::givesContentUpTooEarly);
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
    MutantRuns.assertClean(CLEAN_SEEDS, NameMutants::impostor);
    MutantRuns.assertClean(CLEAN_SEEDS, NameMutants::relay);
  }

  private static void assertClean(int replicas, Function<SimulatedCluster, Occasion> occasion) {
    MutantRuns.assertClean(CLEAN_SEEDS, () -> MembershipMutants.only(replicas, occasion));
  }
}
