package org.rkv.simulation;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rkv.replica.core.Durability;
import org.rkv.replica.core.KeptInMemory;
import org.rkv.replica.core.ReplicaUnderTest;
import org.rkv.store.Sections;

/** Whether runs on disks notice what is wrong on purpose. */
class DiskMutantTest {
  /** Slower than what the replicas tell each other, so that what is not forced shows. */
  private static final long SLOW_DISK_MICROS = 200_000;

  @Test
  void shouldNoticeAnswersBeforeTheDiskHasWhatTheyTellOf() {
    new MutantRuns("answers before the force", AnsweringAtOnce::new)
        .complainingOf("held by nobody any more")
        .from(22)
        .assertCaught();
  }

  @Test
  void shouldNoticeAnswersFromADamagedDirectory() {
    new MutantRuns("serves though its directory is damaged", ServingDamaged::new)
        .from(24)
        .assertCaught();
  }

  /** So what was written while a replica was away looks like what it has. */
  @Test
  void shouldNoticeThatOnlyKeysAreCompared() {
    new MutantRuns("compares keys alone", ComparingKeysAlone::new).from(63).assertCaught();
  }

  /** Who repeats a write, is beaten by it, reads it or settles it finds its key there already. */
  @Test
  void shouldNoticeThatOnlyTheFirstWhoAsksForAKeyWaits() {
    new MutantRuns("lets the first who asks wait", WaitingOnce::new).from(22).assertCaught();
  }

  private static final class WaitingOnce extends OnDisks {
    @Override
    long mostDiskMicros(Plan plan) {
      return SLOW_DISK_MICROS;
    }

    @Override
    Durability durability(Durability truth) {
      return new ChangedDurability(truth) {
        private final Map<String, Long> asked = new HashMap<>();

        @Override
        public long positionOf(String key) {
          long position = super.positionOf(key);
          Long before = asked.put(key, position);
          return before != null && before == position ? 0 : position;
        }
      };
    }
  }

  private static final class ComparingKeysAlone extends OnDisks {
    @Override
    Sections sections() {
      return new Sections(2) {
        @Override
        protected long hash(long seed, String key, long clock, long origin, boolean isTombstone) {
          return super.hash(seed, key, 0, 0, isTombstone);
        }
      };
    }
  }

  private static final class ServingDamaged extends OnDisks {
    @Override
    void afterEach(ReplicaUnderTest replica) {
      if (replica.isDamaged()) {
        replica.pretendToServe();
      }
    }
  }

  private static final class AnsweringAtOnce extends OnDisks {
    private final Durability inMemory = new KeptInMemory();

    @Override
    long mostDiskMicros(Plan plan) {
      return SLOW_DISK_MICROS;
    }

    @Override
    Durability durability(Durability truth) {
      return new ChangedDurability(truth) {
        @Override
        public boolean isSafe(long position) {
          return inMemory.isSafe(position);
        }

        @Override
        public Runnable whenSafe(long position, Runnable then) {
          return inMemory.whenSafe(position, then);
        }
      };
    }
  }
}
