package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The simulation is worth what it notices: each fault put into the replicas must be found. */
class MutantTest {
  private static final String NOT_LINEARIZABLE = "is not linearizable";
  private static final String TOO_FAR_AHEAD = "has a stamp too far ahead";
  private static final long MOST_SEEDS = 1000;
  private static final long CLEAN_SEEDS = Long.getLong("rkv.cleanSeeds", 100);

  @Test
  void shouldNoticeWritesAcknowledgedBeforeTheLastPeer() {
    assertCaught("acknowledges before the last peer", Mutants::acknowledgesBeforeTheLastPeer);
  }

  @Test
  void shouldNoticeReadsOfUnsettledCopies() {
    assertCaught("answers unsettled copies", Mutants::answersUnsettledCopies);
  }

  @Test
  void shouldNoticeForgottenTombstones() {
    assertCaught("forgets tombstones", Mutants::forgetsTombstones);
  }

  @Test
  void shouldNoticeStampsIssuedAgain() {
    assertCaught("issues stamps again", Mutants::issuesStampsAgain);
  }

  @Test
  void shouldNoticeAReplicaThatServesWhileItCatchesUp() {
    assertCaught("serves while catching up", Mutants::servesWhileCatchingUp);
  }

  @Test
  void shouldNoticeAnswersOfFormerLivesThatCount() {
    assertCaught("counts answers of former lives", Mutants::countsAnswersOfFormerLives);
  }

  @Test
  void shouldNoticeScansThatBeginAtOnceWhereNobodyKnowsWhoIsMissing() {
    assertCaught(
        "scans at once and forgets who is missing", Mutants::scansAtOnceAndForgetsWhoIsMissing);
  }

  @Test
  void shouldNoticeThatNobodyCompletesWhatIsUnsettled() {
    assertCaught("completes nothing", Mutants::completesNothing, "unsettled entries");
  }

  @Test
  void shouldNoticeAClockThatIsNotTakenOver() {
    assertCaught("takes over no clock", Mutants::takesOverNoClock);
  }

  @Test
  void shouldNoticeAClockTakenOverFromOneSourceOnly() {
    assertCaught("takes over from one source only", Mutants::takesOverFromOneSourceOnly);
  }

  @Test
  void shouldNoticeAClockTakenOverWithoutBound() {
    assertCaught("takes over without bound", Mutants::takesOverWithoutBound, TOO_FAR_AHEAD);
  }

  @Test
  void shouldNoticeLimitsThatAreIgnored() {
    assertCaught("ignores limits", Mutants::ignoresLimits, "refused a stamp");
  }

  @Test
  void shouldNoticeBeliefInStampsObserved() {
    assertCaught("believes by stamps observed", Mutants::believesByStampsObserved, TOO_FAR_AHEAD);
  }

  /** What is done to bring a fault to light must not be what is noticed. */
  @Test
  void shouldNoticeNothingWhereOnlyTheOccasionIsGiven() {
    assertClean(Mutants::hidesResetsOnly);
    assertClean(Mutants::ambushed);
    assertNothingLost(Mutants::completesNothing);
    assertNothingLost(Mutants::scansAtOnce);
  }

  private static boolean isComplaintOf(Report report, String text) {
    return report.complaints().stream().anyMatch(complaint -> complaint.contains(text));
  }

  private static void assertClean(Supplier<Mutant> mutants) {
    for (long seed = 1; seed <= CLEAN_SEEDS; seed++) {
      Report report = new Simulation(seed, mutants.get(), false).run();
      if (!report.isGood()) {
        fail(new Simulation(seed, mutants.get(), true).run().text());
      }
    }
  }

  private static void assertNothingLost(Supplier<Mutant> mutants) {
    for (long seed = 1; seed <= CLEAN_SEEDS; seed++) {
      Report report = new Simulation(seed, mutants.get(), false).run();
      assertFalse(isComplaintOf(report, NOT_LINEARIZABLE), "in run " + seed);
    }
  }

  /**
   * Runs until clients have seen something that they must not see, or there is another complaint
   * that only this fault can cause. That stores differ for longer than they may is not enough: it
   * may have come from the way in which the fault was put in.
   */
  private static void assertCaught(String name, Supplier<Mutant> mutants) {
    assertCaught(name, mutants, NOT_LINEARIZABLE);
  }

  private static void assertCaught(String name, Supplier<Mutant> mutants, String complaint) {
    for (long seed = 1; seed <= MOST_SEEDS; seed++) {
      Report report = new Simulation(seed, mutants.get(), false).run();
      if (isComplaintOf(report, complaint)) {
        System.out.println(name + " in run " + seed);
        if (Boolean.getBoolean("rkv.show")) {
          System.out.println(new Simulation(seed, mutants.get(), true).run().text());
        }
        return;
      }
    }
    fail("not noticed in " + MOST_SEEDS + " runs");
  }
}
