package org.rkv.simulation;

import java.util.Random;

/** Wall clocks that are wrong, and that jump. */
final class ClockFaults {
  /** Of a wall clock that is rough. */
  static final int MOST_ERROR_MILLIS = 25 * 60_000;

  private static final long HOUR_MILLIS = 3_600_000;
  private static final long YEAR_MILLIS = 365 * 24 * HOUR_MILLIS;
  private static final long SECOND_MILLIS = 1000;

  private final Random random;
  private final Journal journal;
  private final SimulatedCluster cluster;
  private final Remedies remedies;

  ClockFaults(SimulatedCluster cluster, Remedies remedies) {
    random = cluster.scheduler().random();
    journal = cluster.journal();
    this.cluster = cluster;
    this.remedies = remedies;
  }

  /** It is roughly right from now on. */
  void set(SimulatedReplica replica) {
    set(
        replica.machine(),
        random.nextBoolean()
            ? random.nextInt(2 * MOST_ERROR_MILLIS) - MOST_ERROR_MILLIS
            : random.nextInt(20) - 10);
  }

  private void set(Machine machine, long error) {
    journal.add("the wall clock of {} is set {} ms beside the time", machine, error);
    machine.setWallClockError(error);
  }

  /** By an hour, or by a year for a second, either way. */
  void jump(SimulatedReplica replica) {
    Plan plan = cluster.plan();
    if (plan.clocks() == Plan.Clocks.ROUGH || cluster.isSober(replica)) {
      set(replica);
      return;
    }
    Machine machine = replica.machine();
    long before = machine.wallClockErrorMillis();
    int sign = random.nextInt(3) == 0 ? -1 : 1;
    if (random.nextBoolean()) {
      set(machine, sign * (HOUR_MILLIS + random.nextInt(MOST_ERROR_MILLIS)));
    } else {
      set(machine, before + sign * YEAR_MILLIS);
      remedies.after(SECOND_MILLIS, () -> set(machine, before));
    }
  }
}
