package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Many runs with disks and power cuts of all: {@code mvn -B -o test -Dtest=DiskSimulationTest
 * -Drkv.seeds=10000}, as {@link SimulationTest}.
 */
class DiskSimulationTest {
  private static final long FIRST_SEED = Long.getLong("rkv.firstSeed", 1);
  private static final long SEEDS = Long.getLong("rkv.seeds", 60);

  @Test
  void shouldLoseNothingThatWasAcknowledged() {
    RunTotals totals = new RunTotals();
    long failed =
        LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
            .parallel()
            .mapToObj(seed -> new Simulation(seed, new OnDisks(), false).run())
            .peek(totals::add)
            .filter(report -> !report.isGood())
            .mapToLong(Report::seed)
            .min()
            .orElse(-1);
    System.out.println("on disks: " + totals);
    if (failed >= 0) {
      fail(new Simulation(failed, new OnDisks(), true).run().text());
    }
    assertTrue(totals.acknowledgedWrites() > 0, "no write succeeded");
  }
}
