package org.rkv.simulation;

import org.junit.jupiter.api.Test;

/** The simulation is worth what it notices: each fault put into the replicas must be found. */
class MutantTest {
  private static final String TOO_FAR_AHEAD = "has a stamp too far ahead";
  private static final long CLEAN_SEEDS = Long.getLong("rkv.cleanSeeds", 100);

  @Test
  void shouldNoticeWritesAcknowledgedBeforeTheLastPeer() {
    MutantRuns.assertCaught(
        "acknowledges before the last peer", Mutants::acknowledgesBeforeTheLastPeer);
  }

  @Test
  void shouldNoticeReadsOfUnsettledCopies() {
    MutantRuns.assertCaught("answers unsettled copies", Mutants::answersUnsettledCopies);
  }

  @Test
  void shouldNoticeForgottenTombstones() {
    MutantRuns.assertCaught("forgets tombstones", Mutants::forgetsTombstones);
  }

  @Test
  void shouldNoticeStampsIssuedAgain() {
    MutantRuns.assertCaught("issues stamps again", Mutants::issuesStampsAgain);
  }

  @Test
  void shouldNoticeAReplicaThatServesWhileItCatchesUp() {
    MutantRuns.assertCaught("serves while catching up", Mutants::servesWhileCatchingUp);
  }

  @Test
  void shouldNoticeAnswersOfFormerLivesThatCount() {
    MutantRuns.assertCaught("counts answers of former lives", Mutants::countsAnswersOfFormerLives);
  }

  @Test
  void shouldNoticeScansThatBeginAtOnceWhereNobodyKnowsWhoIsMissing() {
    MutantRuns.assertCaught(
        "scans at once and forgets who is missing", Mutants::scansAtOnceAndForgetsWhoIsMissing);
  }

  @Test
  void shouldNoticeThatNobodyCompletesWhatIsUnsettled() {
    MutantRuns.assertCaught("completes nothing", Mutants::completesNothing, "unsettled entries");
  }

  @Test
  void shouldNoticeAClockThatIsNotTakenOver() {
    MutantRuns.assertCaught("takes over no clock", Mutants::takesOverNoClock);
  }

  @Test
  void shouldNoticeAClockTakenOverFromOneSourceOnly() {
    MutantRuns.assertCaught("takes over from one source only", Mutants::takesOverFromOneSourceOnly);
  }

  @Test
  void shouldNoticeAClockTakenOverWithoutBound() {
    MutantRuns.assertCaught(
        "takes over without bound", Mutants::takesOverWithoutBound, TOO_FAR_AHEAD);
  }

  @Test
  void shouldNoticeLimitsThatAreIgnored() {
    MutantRuns.assertCaught("ignores limits", Mutants::ignoresLimits, "refused a stamp");
  }

  @Test
  void shouldNoticeBeliefInStampsObserved() {
    MutantRuns.assertCaught(
        "believes by stamps observed", Mutants::believesByStampsObserved, TOO_FAR_AHEAD);
  }

  /** What is done to bring a fault to light must not be what is noticed. */
  @Test
  void shouldNoticeNothingWhereOnlyTheOccasionIsGiven() {
    MutantRuns.assertClean(CLEAN_SEEDS, Mutants::hidesResetsOnly);
    MutantRuns.assertClean(CLEAN_SEEDS, Mutants::ambushed);
    MutantRuns.assertNothingLost(CLEAN_SEEDS, Mutants::completesNothing);
    MutantRuns.assertNothingLost(CLEAN_SEEDS, Mutants::scansAtOnce);
  }
}
