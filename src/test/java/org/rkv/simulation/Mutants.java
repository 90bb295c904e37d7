package org.rkv.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rkv.net.Timers;
import org.rkv.replica.core.ReplicaUnderTest;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.store.StoreEntries;
import org.slf4j.Logger;

/**
 * The faults that the simulation must notice. None of them needs a switch in production code: they
 * are forged messages, hands in a replica's store, and false clocks.
 */
final class Mutants {
  private Mutants() {}

  /** Answers PUT and DEL before the last peer has the entry. */
  static Mutant acknowledgesBeforeTheLastPeer() {
    return new Mutant() {
      @Override
      Tampering tampering(Scheduler scheduler) {
        return new ForgedAnswers(scheduler);
      }
    };
  }

  /**
   * Answers for the peer called, at once and in its name; the call itself comes there later, and
   * its true answer nowhere.
   */
  private static final class ForgedAnswers implements Tampering {
    private final Scheduler scheduler;
    private final Map<Pipe, Set<Integer>> answered = new HashMap<>();

    ForgedAnswers(Scheduler scheduler) {
      this.scheduler = scheduler;
    }

    @Override
    public boolean takes(byte[] message, Pipe out, Pipe back) {
      if (Messages.isReplicaWrite(message) && scheduler.chance(0.2)) {
        int xid = Messages.xid(message);
        answered.computeIfAbsent(back, any -> new HashSet<>()).add(xid);
        back.send(Messages.success(xid, kv.PUT_OK));
        scheduler.afterMillis(scheduler.skewed(1, 100), () -> out.send(message));
        return true;
      }
      Set<Integer> forged = answered.get(out);
      return forged != null && !Messages.isCall(message) && forged.remove(Messages.xid(message));
    }
  }

  /** Answers GET with a copy that is not known to be on every replica. */
  static Mutant answersUnsettledCopies() {
    return new Mutant() {
      @Override
      void afterEach(ReplicaUnderTest replica) {
        StoreEntries.of(replica.store())
            .forEach(entry -> replica.store().settle(entry.key(), entry.stamp()));
      }
    };
  }

  /** Forgets a key when it is deleted. */
  static Mutant forgetsTombstones() {
    return new Mutant() {
      @Override
      void afterEach(ReplicaUnderTest replica) {
        List<Entry> tombstones = new ArrayList<>();
        StoreEntries.of(replica.store())
            .forEach(
                entry -> {
                  if (entry.isTombstone()) {
                    tombstones.add(entry);
                  }
                });
        for (Entry tombstone : tombstones) {
          replica.store().settle(tombstone.key(), tombstone.stamp());
          replica.store().drop(tombstone.key(), tombstone.stamp());
        }
      }
    };
  }

  /**
   * Has one origin for all its lives, and a wall clock that shows the same time after a restart.
   */
  static Mutant issuesStampsAgain() {
    return new Mutant() {
      @Override
      Plan plan(Plan drawn) {
        return drawn.withStandingWallClocks().withReplicas(3).withAmbushes(1);
      }

      @Override
      ReplicaUnderTest replica(SimulatedReplica of, Process process, Logger log) {
        return make(of, process, of.machine().number(), log);
      }
    };
  }

  /** Serves clients at once when it has started. */
  static Mutant servesWhileCatchingUp() {
    return new Mutant() {
      @Override
      void afterEach(ReplicaUnderTest replica) {
        replica.pretendToServe();
      }
    };
  }

  /**
   * Does not notice that a peer has restarted: the connection to the former life goes on in
   * silence, and the new life is the same incarnation in the same process, as far as it says.
   * Others must not take its watermark for that of the former life then, so there is none.
   */
  static Mutant countsAnswersOfFormerLives() {
    return new HiddenRestarts() {
      private final Map<Machine, Long> firstOrigins = new HashMap<>();

      @Override
      ReplicaUnderTest replica(SimulatedReplica of, Process process, Logger log) {
        long fresh = of.scheduler().random().nextLong();
        long first = firstOrigins.computeIfAbsent(of.machine(), any -> fresh);
        return make(of, process, first, log);
      }
    };
  }

  /** All that is done for the mutant before, but that the new life says that it is one. */
  static Mutant hidesResetsOnly() {
    return new HiddenRestarts();
  }

  /** What is sent to a process that is gone gets no answer, and nobody tells a watermark. */
  private static class HiddenRestarts extends Mutant implements Tampering {
    private static final int HYPER_BYTES = 8;

    /** Whether the disk is full. */
    private static final int FULL_BYTES = 4;

    @Override
    Plan plan(Plan drawn) {
      return drawn.withReplicas(3).withAmbushes(1);
    }

    @Override
    Tampering tampering(Scheduler scheduler) {
      return this;
    }

    @Override
    public boolean takes(byte[] message, Pipe out, Pipe back) {
      if (Messages.isReplicaWrite(message)) {
        hideWatermark(message, HYPER_BYTES);
      } else if (Messages.isCall(message) && Messages.procedure(message) == kv.RSETTLED_1) {
        hideWatermark(message, 2 * HYPER_BYTES + FULL_BYTES);
      }
      return false;
    }

    private static void hideWatermark(byte[] message, int bytesAfterIt) {
      ByteBuffer.wrap(message).putLong(message.length - HYPER_BYTES - bytesAfterIt, 0);
    }

    @Override
    public boolean resets() {
      return false;
    }

    @Override
    Mutant control() {
      return hidesResetsOnly();
    }
  }

  /** Completes nothing: what a write has not brought to a peer, nobody brings there. */
  static Mutant completesNothing() {
    return new Mutant() {
      @Override
      Plan plan(Plan drawn) {
        return drawn.withReplicas(3).withAmbushes(0.7);
      }

      @Override
      Tampering tampering(Scheduler scheduler) {
        return new RefusedRepetitions();
      }
    };
  }

  /** Answers for the peer called that it does not take over what was sent to anybody before. */
  private static final class RefusedRepetitions implements Tampering {
    private static final int ARGUMENTS_OFFSET = 40;
    private static final int WATERMARK_AND_EPOCHS_BYTES = 16;
    private final Map<ByteBuffer, Integer> firstXids = new HashMap<>();

    @Override
    public boolean takes(byte[] message, Pipe out, Pipe back) {
      if (!Messages.isReplicaWrite(message)) {
        return false;
      }
      int xid = Messages.xid(message);
      int bytes = message.length - WATERMARK_AND_EPOCHS_BYTES - ARGUMENTS_OFFSET;
      ByteBuffer entry = ByteBuffer.wrap(message, ARGUMENTS_OFFSET, bytes).slice();
      Integer first = firstXids.putIfAbsent(entry, xid);
      if (first == null || first == xid) {
        return false; // one call to all peers has one xid
      }
      back.send(Messages.success(xid, kv.PUT_FAILED));
      return true;
    }
  }

  /** Takes over no clock from the replica that it scans, only what that holds. */
  static Mutant takesOverNoClock() {
    return new ForgedClocks(Plan.Clocks.ROUGH) {
      @Override
      Plan plan(Plan drawn) {
        return super.plan(drawn).withReplicas(3).withQuickOblivion();
      }

      @Override
      long agreed(Machine source, long clock) {
        return 0;
      }
    };
  }

  /** Takes over what its source has agreed to, but not what that had taken over in its turn. */
  static Mutant takesOverFromOneSourceOnly() {
    return new ForgedClocks(Plan.Clocks.ROUGH) {
      @Override
      Plan plan(Plan drawn) {
        return super.plan(drawn).withReplicas(3).withQuickOblivion();
      }

      @Override
      long agreed(Machine source, long clock) {
        return clock <= takenOver(source) ? 0 : clock;
      }
    };
  }

  /** Takes over the highest time that its source ever read, whoever else knows of it. */
  static Mutant takesOverWithoutBound() {
    return new ForgedClocks(Plan.Clocks.ONE_ROUGH) {
      @Override
      long agreed(Machine source, long clock) {
        return Math.max(clock, source.highestWallClockMillis() << 16);
      }
    };
  }

  /** Issues stamps by its own wall clock, whatever the others believe. */
  static Mutant ignoresLimits() {
    return new ForgedClocks(Plan.Clocks.WILD) {
      @Override
      long limit(long clock) {
        return (1L << 62) - 1; // the highest that can be
      }
    };
  }

  /** Believes what is an hour ahead of the highest stamp that it has seen, and says so. */
  static Mutant believesByStampsObserved() {
    return new Mutant() {
      @Override
      Plan plan(Plan drawn) {
        return drawn.withClocks(Plan.Clocks.ONE_ROUGH, 3);
      }

      @Override
      ReplicaUnderTest replica(SimulatedReplica of, Process process, Logger log) {
        ObservantTimers timers = new ObservantTimers(process);
        timers.replica = make(of, timers, of.scheduler().random().nextLong(), log);
        return timers.replica;
      }
    };
  }

  /** Timers whose wall clock is never behind the stamps of a replica. */
  private static final class ObservantTimers implements Timers {
    private final Timers timers;
    private ReplicaUnderTest replica;

    ObservantTimers(Timers timers) {
      this.timers = timers;
    }

    @Override
    public long nanoTime() {
      return timers.nanoTime();
    }

    @Override
    public long currentTimeMillis() {
      long highest = timers.currentTimeMillis();
      if (replica != null) {
        for (Entry entry : StoreEntries.of(replica.store())) {
          highest = Math.max(highest, entry.clock() >>> 16);
        }
      }
      return highest;
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
      return timers.schedule(delayMillis, task);
    }
  }

  /** No fault, in the plan of those that need one replica to crash as it answers another. */
  static Mutant ambushed() {
    return new Mutant() {
      @Override
      Plan plan(Plan drawn) {
        return drawn.withReplicas(3).withAmbushes(1);
      }
    };
  }

  /**
   * Begins its scan at once, whether or not it has met every peer. That alone loses nothing:
   * whoever is scanned has admitted the new incarnation, knows that the former one is missing, and
   * so answers no operation any more that may count the former one's answer. But epochs that name
   * the former one may still be drawn elsewhere, so now and then there are two histories without
   * need.
   */
  static Mutant scansAtOnce() {
    return new ScanningAtOnce();
  }

  /** Scans at once, and nobody knows any more who is missing. */
  static Mutant scansAtOnceAndForgetsWhoIsMissing() {
    return new ScanningAtOnce() {
      @Override
      void afterEach(ReplicaUnderTest replica) {
        replica.forgetFormerCompany();
      }
    };
  }

  /** Does not wait until what its former incarnation answered is over. */
  private static class ScanningAtOnce extends Mutant {
    @Override
    Plan plan(Plan drawn) {
      return drawn.withReplicas(3).withAmbushes(1);
    }

    @Override
    ReplicaUnderTest replica(SimulatedReplica of, Process process, Logger log) {
      AdvancingTimers timers = new AdvancingTimers(process);
      ReplicaUnderTest replica = make(of, timers, of.scheduler().random().nextLong(), log);
      timers.advance();
      return replica;
    }
  }

  /** Timers by which an hour has passed between the making of a replica and its beginning. */
  private static final class AdvancingTimers implements Timers {
    private static final long HOUR_NANOS = 3_600_000_000_000L;
    private final Timers timers;
    private long behindNanos = HOUR_NANOS;

    AdvancingTimers(Timers timers) {
      this.timers = timers;
    }

    void advance() {
      behindNanos = 0;
    }

    @Override
    public long nanoTime() {
      return timers.nanoTime() - behindNanos;
    }

    @Override
    public long currentTimeMillis() {
      return timers.currentTimeMillis();
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
      return timers.schedule(delayMillis, task);
    }
  }
}
