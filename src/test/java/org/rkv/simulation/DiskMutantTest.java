package org.rkv.simulation;

import org.junit.jupiter.api.Test;
import org.rkv.replica.core.Durability;

/** Whether runs on disks notice what is wrong on purpose. */
class DiskMutantTest {
  /** Slower than what the replicas tell each other, so that what is not forced shows. */
  private static final long SLOW_DISK_MICROS = 200_000;

  @Test
  void shouldNoticeAnswersBeforeTheDiskHasWhatTheyTellOf() {
    new MutantRuns("answers before the force", AnsweringAtOnce::new)
        .complainingOf("held by nobody any more")
        .from(4)
        .assertCaught();
  }

  private static final class AnsweringAtOnce extends OnDisks {
    @Override
    long mostDiskMicros(Plan plan) {
      return SLOW_DISK_MICROS;
    }

    @Override
    Durability durability(Durability truth) {
      return new ChangedDurability(truth) {
        @Override
        public boolean isSafe(long position) {
          return Durability.IN_MEMORY.isSafe(position);
        }

        @Override
        public Runnable whenSafe(long position, Runnable then) {
          return Durability.IN_MEMORY.whenSafe(position, then);
        }
      };
    }
  }
}
