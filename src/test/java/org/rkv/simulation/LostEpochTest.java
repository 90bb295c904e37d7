package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.replica.core.Durability;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.replica.epoch.Epochs;
import org.rkv.replica.epoch.Past;
import org.rkv.rpc.kv;

/**
 * One of three takes an epoch for a write of another, which does not hear of it; so the write
 * fails. The third one hears of it, and that this one has come to its clock. Then that is frozen,
 * and the first is restarted and goes on with the one that never took the epoch: in the next one,
 * which the two take without the frozen one.
 *
 * <p>When it thaws, the frozen one must not believe that this next epoch has settled nothing, as if
 * the first had passed its clock before.
 */
class LostEpochTest {
  private static final long SOON_MILLIS = 15_000;
  private static final long HEARTBEATS_MILLIS = 3000;
  private static final Set<Integer> CATCHING_UP = Set.of(kv.RSCAN_1, kv.RDIGESTS_1, kv.RSECTIONS_1);

  @Test
  void shouldServeNothingOldThoughOneHasGoneBackToFewerEpochs() {
    Course course = new Course(new Disks());
    course.takeAnEpoch();
    course.restarted.kill();

    assertFalse(course.isOldServedAfterTheyWentOn());
  }

  @Test
  void shouldServeNothingOldThoughOneHasLostAnEpochWithItsPower() {
    Course course = new Course(new Disks());
    course.restarted.hangDisk();
    course.takeAnEpoch();
    course.restarted.switchOff();

    assertFalse(course.isOldServedAfterTheyWentOn());
  }

  @Test
  void shouldNoticeEpochsThatAreToldBeforeTheDiskHasThem() {
    Course course = new Course(new TellingEpochsAtOnce());
    course.restarted.hangDisk();
    course.takeAnEpoch();
    course.restarted.switchOff();

    assertTrue(course.isOldServedAfterTheyWentOn());
  }

  @Test
  void shouldServeNothingOldThoughOneWasCopiedFromThatLostAnEpochWithItsPower() {
    Course course = new Course(new Disks());
    course.takeAnEpochWhileOneCatchesUp();
    course.restarted.switchOff();

    assertFalse(course.isOldServedAfterTheyWentOn());
  }

  @Test
  void shouldNoticeDigestsAndPagesBeforeTheDiskHasWhatTheyTellOf() {
    Course course = new Course(new TellingPagesAtOnce());
    course.takeAnEpochWhileOneCatchesUp();
    course.restarted.switchOff();

    assertTrue(course.isOldServedAfterTheyWentOn());
  }

  private static class Disks extends OnDisks {
    private final HeldCalls calls = new HeldCalls();

    Disks() {
      super(3);
    }

    @Override
    Tampering tampering(Scheduler scheduler) {
      return calls;
    }
  }

  private static final class TellingEpochsAtOnce extends Disks {
    @Override
    Durability durability(Durability truth) {
      return new ChangedDurability(truth) {
        @Override
        public Past past(EpochHistory history) {
          return history.past();
        }

        @Override
        public Epochs epochs(EpochHistory history) {
          return history.epochs();
        }
      };
    }
  }

  private static final class TellingPagesAtOnce extends Disks {
    @Override
    Durability durability(Durability truth) {
      return new ChangedDurability(truth) {
        @Override
        public long lastPosition() {
          return 0;
        }
      };
    }
  }

  private static final class Course {
    private final HeldCalls calls;
    private final SimulatedCluster cluster;
    private final SimulatedReplica restarted;
    private final SimulatedReplica asking;
    private final SimulatedReplica frozen;
    private final List<Runnable> mending = new ArrayList<>();

    /** All serve, with no epoch yet: the first write takes one. */
    Course(Disks disks) {
      calls = disks.calls;
      cluster = new SimulatedCluster(1, disks, true);
      restarted = cluster.replicas().get(0);
      asking = cluster.replicas().get(1);
      frozen = cluster.replicas().get(2);
      cluster.replicas().forEach(SimulatedReplica::start);
      await(cluster::allAnswer);
    }

    /** The first takes it, and the third hears of it, so far as it is told. */
    void takeAnEpoch() {
      silence(restarted, asking);
      silence(frozen, asking);
      silence(asking, frozen);
      write("other");
      await(() -> hasEpoch(restarted));
      cluster.fabric().breakBetween(restarted.machine(), frozen.machine(), 1);
      cluster.scheduler().runForMillis(HEARTBEATS_MILLIS);
      frozen.pause();
      cluster.fabric().breakBetween(frozen.machine(), asking.machine(), 1);
    }

    /** The one that is frozen later copies from the other one, if that lets it. */
    void takeAnEpochWhileOneCatchesUp() {
      frozen.kill();
      calls.hold(frozen.machine(), CATCHING_UP);
      frozen.start();
      await(() -> frozen.isWhole() && isAdmitted(restarted) && isAdmitted(asking));
      restarted.hangDisk();
      write("other");
      await(() -> hasEpoch(restarted) && !frozen.replica().history().past().taken().isEmpty());
      calls.letGo();
      calls.hold(frozen.machine(), Set.of(kv.RSETTLED_1)); // nobody hears what it serves then
      await(frozen::isServing);
      frozen.pause();
    }

    private boolean isAdmitted(SimulatedReplica by) {
      return by.replica().admitted().contains(frozen.replica().incarnation());
    }

    private void silence(SimulatedReplica from, SimulatedReplica to) {
      cluster.fabric().silence(from.machine(), to.machine());
      mending.add(() -> cluster.fabric().unsilence(from.machine(), to.machine()));
    }

    private static boolean hasEpoch(SimulatedReplica replica) {
      return !replica.replica().history().epochs().isEmpty();
    }

    /** Whether the frozen one answers without what the others have acknowledged. */
    boolean isOldServedAfterTheyWentOn() {
      mending.forEach(Runnable::run);
      restarted.start();
      await(restarted::isServing);
      List<SimulatedReplica> rest = List.of(restarted, asking);
      rest.forEach(each -> each.peers(SimulatedCluster.othersOf(each, rest)));
      await(() -> ask(asking, Kind.PUT, "new").result() == Result.OK);
      calls.letGo();
      cluster.list(cluster.replicas());
      frozen.resume();
      return isOldServed();
    }

    private boolean isOldServed() {
      while (!cluster.allAnswer()) {
        if (frozen.isAnswering() && isAbsentAt(frozen)) {
          return true;
        }
        cluster.scheduler().runForMillis(1);
      }
      return cluster.replicas().stream().anyMatch(this::isAbsentAt);
    }

    private boolean isAbsentAt(SimulatedReplica replica) {
      return ask(replica, Kind.GET, null).result() == Result.ABSENT;
    }

    private void write(String key) {
      SimulatedClient client = cluster.reader();
      client.use(asking);
      client.ask(new SimulatedClient.Request(Kind.PUT, key, "v"), SOON_MILLIS, () -> {});
    }

    private Operation ask(SimulatedReplica replica, Kind kind, String value) {
      return cluster.ask(replica, new SimulatedClient.Request(kind, "k", value), SOON_MILLIS);
    }

    private void await(BooleanSupplier condition) {
      cluster.assertWithinMillis(SOON_MILLIS, condition);
    }
  }
}
