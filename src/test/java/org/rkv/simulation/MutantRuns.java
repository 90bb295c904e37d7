package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.function.Supplier;

/** Runs of the simulation with a fault put into the replicas, or only with the occasion for it. */
final class MutantRuns {
  private static final String NOT_LINEARIZABLE = "is not linearizable";
  private static final long MOST_SEEDS = 1000;

  private MutantRuns() {}

  /** Nobody complains of anything in the first so many runs. */
  static void assertClean(long seeds, Supplier<Mutant> mutants) {
    for (long seed = 1; seed <= seeds; seed++) {
      Report report = new Simulation(seed, mutants.get(), false).run();
      if (!report.isGood()) {
        fail(new Simulation(seed, mutants.get(), true).run().text());
      }
    }
  }

  /** Clients see nothing wrong in the first so many runs. */
  static void assertNothingLost(long seeds, Supplier<Mutant> mutants) {
    for (long seed = 1; seed <= seeds; seed++) {
      Report report = new Simulation(seed, mutants.get(), false).run();
      assertFalse(isComplaintOf(report, NOT_LINEARIZABLE), "in run " + seed);
    }
  }

  /**
   * Runs until clients have seen something that they must not see. That stores differ for longer
   * than they may is not enough: it may have come from the way in which the fault was put in.
   */
  static void assertCaught(String name, Supplier<Mutant> mutants) {
    assertCaught(name, mutants, NOT_LINEARIZABLE);
  }

  /** The same with another complaint that only this fault can cause. */
  static void assertCaught(String name, Supplier<Mutant> mutants, String complaint) {
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

  private static boolean isComplaintOf(Report report, String text) {
    return report.complaints().stream().anyMatch(complaint -> complaint.contains(text));
  }
}
