package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Many runs: {@code mvn -B -o test -Dtest=SimulationTest -Drkv.seeds=10000}. {@code
 * -Drkv.firstSeed=17} says where to begin. Of those that fail, the first is run again and printed.
 */
class SimulationTest {
  private static final long FIRST_SEED = Long.getLong("rkv.firstSeed", 1);
  private static final long SEEDS = Long.getLong("rkv.seeds", 300);

  /** So many runs that chance evens out. */
  private static final long MANY = 100;

  @Test
  void shouldKeepItsGuaranteesWhateverGoesWrong() {
    long started = System.nanoTime();
    RunTotals totals = new RunTotals();
    long failed =
        LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
            .parallel()
            .mapToObj(seed -> new Simulation(seed, new Mutant(), false).run())
            .peek(totals::add)
            .filter(report -> !report.isGood())
            .mapToLong(Report::seed)
            .min()
            .orElse(-1);
    System.out.println(totals + ", " + (System.nanoTime() - started) / 1_000_000_000 + " s");
    if (failed >= 0) {
      fail(new Simulation(failed, new Mutant(), true).run().text());
    }
    if (SEEDS >= MANY) {
      assertTrue(totals.acknowledgedWrites() > 50 * SEEDS, "hardly any write succeeded");
      assertTrue(totals.answeredReads() > 50 * SEEDS, "hardly any read was answered");
    }
  }

  @Test
  void shouldDoTheSameAgainWithTheSameSeed() {
    for (long seed = 1; seed <= 10; seed++) {
      Report once = new Simulation(seed, new Mutant(), true).run();
      Report again = new Simulation(seed, new Mutant(), true).run();

      assertEquals(once.journal(), again.journal());
      assertEquals(once.history().operations(), again.history().operations());
      assertTrue(once.history().size() > 0);
    }
  }
}
