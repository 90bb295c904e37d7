package org.rkv.simulation;

import org.rkv.net.Timers;
import org.rkv.replica.core.Durability;
import org.rkv.replica.core.FormerCopy;
import org.rkv.replica.core.ReplicaUnderTest;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.store.Sections;
import org.slf4j.Logger;

/**
 * A replica with a fault put into it from outside, to see whether the simulation notices. As it
 * stands here it has none. One object is for one run.
 */
class Mutant {
  private static final long LEAST_DISK_MICROS = 20;

  /** What the run is like, so that the fault has an occasion to show. */
  Plan plan(Plan drawn) {
    return drawn.varied();
  }

  /** Whether replicas have disks. */
  boolean isOnDisks() {
    return false;
  }

  /** How long a disk takes at least. */
  long leastDiskMicros() {
    return LEAST_DISK_MICROS;
  }

  /** How long a disk takes at most. */
  long mostDiskMicros(Plan plan) {
    return plan.mostLatencyMicros();
  }

  /** What a replica believes of its disk. */
  Durability durability(Durability truth) {
    return truth;
  }

  /** What a replica believes of the copy that it finds on its disk. */
  FormerCopy found(FormerCopy truth) {
    return truth;
  }

  /** In which replicas compare what they hold: so few that keys share one. */
  Sections sections() {
    return new Sections(2);
  }

  /** What is done to messages. */
  Tampering tampering(Scheduler scheduler) {
    return Tampering.NONE;
  }

  /** A process of a replica; its origins are fresh. */
  ReplicaUnderTest replica(SimulatedReplica of, Process process, Logger log) {
    return make(of, process, of.scheduler().random().nextLong(), log);
  }

  final ReplicaUnderTest make(SimulatedReplica of, Timers timers, long origin, Logger log) {
    return of.make(timers, origin, log);
  }

  /** The epochs of a life that begins. */
  EpochHistory history(SimulatedReplica of, long incarnation) {
    return new EpochHistory(incarnation);
  }

  /** What is brought about on purpose in the run, beside the faults. */
  Occasion occasion(SimulatedCluster cluster) {
    return Occasion.none(cluster);
  }

  /** What needs the same settings and the same occasion, and has no fault. */
  Mutant control() {
    Mutant faulty = this;
    return new Mutant() {
      @Override
      Plan plan(Plan drawn) {
        return faulty.plan(drawn);
      }

      @Override
      boolean isOnDisks() {
        return faulty.isOnDisks();
      }

      @Override
      long leastDiskMicros() {
        return faulty.leastDiskMicros();
      }

      @Override
      long mostDiskMicros(Plan plan) {
        return faulty.mostDiskMicros(plan);
      }

      @Override
      Occasion occasion(SimulatedCluster cluster) {
        return faulty.occasion(cluster);
      }
    };
  }

  /** Each time something has happened to a replica. */
  void afterEach(ReplicaUnderTest replica) {}
}
