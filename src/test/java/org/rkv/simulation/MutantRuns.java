package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.function.Supplier;

/** Runs of the simulation with a fault put into the replicas, or only with the occasion for it. */
final class MutantRuns {
  private static final String NOT_LINEARIZABLE = "is not linearizable";
  private static final long MOST_SEEDS = 1000;

  private final String name;
  private final Supplier<Mutant> mutants;
  private String complaint = NOT_LINEARIZABLE;
  private long firstSeed = 1;

  /**
   * Of this mutant, which clients notice: they see something that they must not see. That stores
   * differ for longer than they may is not enough, as it may have come from the way in which the
   * fault was put in.
   *
   * @param name what it does
   */
  MutantRuns(String name, Supplier<Mutant> mutants) {
    this.name = name;
    this.mutants = mutants;
  }

  /** It is noticed by another complaint, which only this fault can cause. */
  MutantRuns complainingOf(String otherComplaint) {
    complaint = otherComplaint;
    return this;
  }

  /** Begins with this run: those before, which noticed nothing when this was written, come last. */
  MutantRuns from(long seed) {
    firstSeed = seed;
    return this;
  }

  /** It is noticed in one of a thousand runs, and nothing is in the same run without the fault. */
  void assertCaught() {
    for (long i = 0; i < MOST_SEEDS; i++) {
      long seed = 1 + (firstSeed - 1 + i) % MOST_SEEDS;
      Report report = new Simulation(seed, mutants.get(), false).run();
      if (isComplaintOf(report, complaint)) {
        System.out.println(name + " in run " + seed);
        if (Boolean.getBoolean("rkv.show")) {
          System.out.println(new Simulation(seed, mutants.get(), true).run().text());
        }
        assertClean(seed, () -> mutants.get().control());
        return;
      }
    }
    fail("not noticed in " + MOST_SEEDS + " runs");
  }

  /** Nobody complains of anything in the first so many runs. */
  static void assertCleanUpTo(long lastSeed, Supplier<Mutant> mutants) {
    for (long seed = 1; seed <= lastSeed; seed++) {
      assertClean(seed, mutants);
    }
  }

  private static void assertClean(long seed, Supplier<Mutant> mutants) {
    if (!new Simulation(seed, mutants.get(), false).run().isGood()) {
      fail(new Simulation(seed, mutants.get(), true).run().text());
    }
  }

  /** Clients see nothing wrong in the first so many runs. */
  static void assertNothingLostUpTo(long lastSeed, Supplier<Mutant> mutants) {
    for (long seed = 1; seed <= lastSeed; seed++) {
      Report report = new Simulation(seed, mutants.get(), false).run();
      assertFalse(isComplaintOf(report, NOT_LINEARIZABLE), "in run " + seed);
    }
  }

  private static boolean isComplaintOf(Report report, String text) {
    return report.complaints().stream().anyMatch(complaint -> complaint.contains(text));
  }
}
