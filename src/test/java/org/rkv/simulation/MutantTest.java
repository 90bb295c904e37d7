package org.rkv.simulation;

import org.junit.jupiter.api.Test;

/** The simulation is worth what it notices: each fault put into the replicas must be found. */
class MutantTest {
  private static final String TOO_FAR_AHEAD = "has a stamp too far ahead";
  private static final long CLEAN_SEEDS = Long.getLong("rkv.cleanSeeds", 20);

  @Test
  void shouldNoticeWritesAcknowledgedBeforeTheLastPeer() {
    new MutantRuns("acknowledges before the last peer", Mutants::acknowledgesBeforeTheLastPeer)
        .assertCaught();
  }

  @Test
  void shouldNoticeReadsOfUnsettledCopies() {
    new MutantRuns("answers unsettled copies", Mutants::answersUnsettledCopies)
        .from(4)
        .assertCaught();
  }

  @Test
  void shouldNoticeForgottenTombstones() {
    new MutantRuns("forgets tombstones", Mutants::forgetsTombstones).from(17).assertCaught();
  }

  @Test
  void shouldNoticeStampsIssuedAgain() {
    new MutantRuns("issues stamps again", Mutants::issuesStampsAgain).from(211).assertCaught();
  }

  @Test
  void shouldNoticeAReplicaThatServesWhileItCatchesUp() {
    new MutantRuns("serves while catching up", Mutants::servesWhileCatchingUp)
        .from(6)
        .assertCaught();
  }

  @Test
  void shouldNoticeAnswersOfFormerLivesThatCount() {
    new MutantRuns("counts answers of former lives", Mutants::countsAnswersOfFormerLives)
        .from(77)
        .assertCaught();
  }

  @Test
  void shouldNoticeScansThatBeginAtOnceWhereNobodyKnowsWhoIsMissing() {
    new MutantRuns(
            "scans at once and forgets who is missing", Mutants::scansAtOnceAndForgetsWhoIsMissing)
        .from(79)
        .assertCaught();
  }

  @Test
  void shouldNoticeThatNobodyCompletesWhatIsUnsettled() {
    new MutantRuns("completes nothing", Mutants::completesNothing)
        .complainingOf("unsettled entries")
        .assertCaught();
  }

  @Test
  void shouldNoticeAClockThatIsNotTakenOver() {
    new MutantRuns("takes over no clock", Mutants::takesOverNoClock).from(95).assertCaught();
  }

  @Test
  void shouldNoticeAClockTakenOverFromOneSourceOnly() {
    new MutantRuns("takes over from one source only", Mutants::takesOverFromOneSourceOnly)
        .from(547)
        .assertCaught();
  }

  @Test
  void shouldNoticeAClockTakenOverWithoutBound() {
    new MutantRuns("takes over without bound", Mutants::takesOverWithoutBound)
        .complainingOf(TOO_FAR_AHEAD)
        .from(8)
        .assertCaught();
  }

  @Test
  void shouldNoticeLimitsThatAreIgnored() {
    new MutantRuns("ignores limits", Mutants::ignoresLimits)
        .complainingOf("refused a stamp")
        .from(31)
        .assertCaught();
  }

  @Test
  void shouldNoticeBeliefInStampsObserved() {
    new MutantRuns("believes by stamps observed", Mutants::believesByStampsObserved)
        .complainingOf(TOO_FAR_AHEAD)
        .from(134)
        .assertCaught();
  }

  /** What is done to bring a fault to light must not be what is noticed. */
  @Test
  void shouldNoticeNothingWhereOnlyTheOccasionIsGiven() {
    MutantRuns.assertCleanUpTo(CLEAN_SEEDS, Mutants::hidesResetsOnly);
    MutantRuns.assertCleanUpTo(CLEAN_SEEDS, Mutants::ambushed);
    MutantRuns.assertNothingLostUpTo(CLEAN_SEEDS, Mutants::completesNothing);
    MutantRuns.assertNothingLostUpTo(CLEAN_SEEDS, Mutants::scansAtOnce);
  }
}
