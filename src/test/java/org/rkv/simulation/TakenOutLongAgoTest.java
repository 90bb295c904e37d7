package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.replica.core.Durability;
import org.rkv.replica.core.FormerCopy;
import org.rkv.replica.epoch.Epochs;
import org.rkv.replica.epoch.Past;
import org.rkv.rpc.kv;
import org.rkv.store.Store;

/**
 * One of three is down, and was taken out long ago: the others have gone on without it. On its disk
 * is a complete copy of what is old.
 */
class TakenOutLongAgoTest {
  private static final long SOON_MILLIS = 20_000;
  private static final Set<Integer> CATCHING_UP = Set.of(kv.RSCAN_1, kv.RDIGESTS_1, kv.RSECTIONS_1);

  @Test
  void shouldNotBringBackByItsDiskWhatWasDeletedWhenItHasCaughtUp() {
    Course course = new Course(new Disks());
    course.deleteAndForget();
    course.catchUpAndLosePower();

    assertEquals(Result.ABSENT, course.startTogetherAndRead().result());
  }

  @Test
  void shouldNoticeThatWhatTheSourceHasNoMoreStays() {
    Course course = new Course(new MergingInsteadOfReplacing());
    course.deleteAndForget();
    course.catchUpAndLosePower();

    assertEquals(Result.OK, course.startTogetherAndRead().result());
  }

  @Test
  void shouldNotBringBackWhatWasDeletedWhenAllStartTogether() {
    Course course = new Course(new Disks());
    course.deleteAndForget();
    course.losePower();

    assertEquals(Result.ABSENT, course.startTogetherAndRead().result());
  }

  @Test
  void shouldNoticeThatEpochsCountForNothingWhenAllStartTogether() {
    Course course = new Course(new AskingForTheStateAlone());
    course.deleteAndForget();
    course.losePower();

    assertEquals(Result.OK, course.startTogetherAndRead().result());
  }

  /** Only one has the new, and it was about to make sure that it has all of it. */
  @Test
  void shouldPreferToItsCompleteCopyOneThatIsCatchingUpOfLaterEpochs() {
    Course course = new Course(new Disks());
    course.writeAndLeaveItToOneThatCatchesUp();

    assertEquals("new", course.startTogetherAndRead().value());
  }

  @Test
  void shouldNoticeThatTheStateCountsBeforeTheEpochs() {
    Course course = new Course(new AskingForTheStateAlone());
    course.writeAndLeaveItToOneThatCatchesUp();

    assertEquals("old", course.startTogetherAndRead().value());
  }

  private static class Disks extends OnDisks {
    private final HeldCalls calls = new HeldCalls();

    /** When all start together. */
    private boolean areFaulty;

    @Override
    Plan plan(Plan drawn) {
      return drawn.withReplicas(3).withQuickOblivion();
    }

    @Override
    Tampering tampering(Scheduler scheduler) {
      return calls;
    }

    @Override
    FormerCopy found(FormerCopy truth) {
      return areFaulty ? faulty(truth) : truth;
    }

    FormerCopy faulty(FormerCopy truth) {
      return truth;
    }
  }

  /** What is left of the copy before is not said to count no more. */
  private static final class MergingInsteadOfReplacing extends Disks {
    @Override
    Durability durability(Durability truth) {
      return new ChangedDurability(truth) {
        @Override
        public void complete(Store former, Runnable removed, Runnable then) {
          super.complete(null, removed, then);
        }
      };
    }
  }

  private static final class AskingForTheStateAlone extends Disks {
    @Override
    FormerCopy faulty(FormerCopy truth) {
      Past past = truth.past();
      return new FormerCopy(
          truth.store(), new Past(past.incarnation(), Epochs.NONE, past.taken(), past.passed()));
    }
  }

  private static final class Course {
    private final Disks disks;
    private final SimulatedCluster cluster;
    private final SimulatedReplica one;
    private final SimulatedReplica other;
    private final SimulatedReplica takenOut;

    /** All have what is old, and then one is taken out. */
    Course(Disks disks) {
      this.disks = disks;
      cluster = new SimulatedCluster(1, disks, true);
      one = cluster.replicas().get(0);
      other = cluster.replicas().get(1);
      takenOut = cluster.replicas().get(2);
      cluster.replicas().forEach(SimulatedReplica::start);
      await(cluster::allAnswer);
      assertEquals(Result.OK, ask(one, Kind.PUT, "old").result());
      await(() -> cluster.replicas().stream().allMatch(each -> each.replica().unsettled() == 0));
      takenOut.switchOff();
      List<SimulatedReplica> rest = List.of(one, other);
      rest.forEach(each -> each.peers(SimulatedCluster.othersOf(each, rest)));
    }

    /** On the disks as well: each of the two gets a new one. */
    void deleteAndForget() {
      await(() -> ask(one, Kind.DEL, null).result() != Result.FAILED);
      await(() -> !one.replica().store().knows("k") && !other.replica().store().knows("k"));
      renewDisk(one);
      renewDisk(other);
    }

    private void renewDisk(SimulatedReplica replica) {
      replica.kill();
      replica.giveUpDisk();
      replica.start();
      await(() -> one.isAnswering() && other.isAnswering() && one.isWhole() && other.isWhole());
      assertEquals(
          Result.OK,
          cluster.ask(one, new SimulatedClient.Request(Kind.PUT, "x", "v"), SOON_MILLIS).result());
    }

    void catchUpAndLosePower() {
      cluster.list(cluster.replicas());
      takenOut.start();
      await(cluster::allAnswer);
      assertFalse(takenOut.replica().store().knows("k"));
      takenOut.switchOff();
      losePower();
    }

    void losePower() {
      one.switchOff();
      other.switchOff();
    }

    /** The disk of the other one is broken, while that one asks it what it may lack. */
    void writeAndLeaveItToOneThatCatchesUp() {
      await(() -> ask(one, Kind.PUT, "new").result() == Result.OK);
      one.kill();
      disks.calls.hold(one.machine(), CATCHING_UP);
      one.start();
      await(() -> one.isRunning() && one.replica().standing() == kv.STANDING_CATCHING_UP);
      losePower();
      disks.calls.letGo();
      other.giveUpDisk();
    }

    /** All that are listed now, with the one that was taken out. */
    Operation startTogetherAndRead() {
      disks.areFaulty = true;
      cluster.list(cluster.replicas());
      cluster.replicas().forEach(SimulatedReplica::start);
      await(cluster::allAnswer);
      Operation read = ask(one, Kind.GET, null);
      for (SimulatedReplica replica : List.of(other, takenOut)) {
        assertEquals(read.value(), ask(replica, Kind.GET, null).value());
      }
      return read;
    }

    private Operation ask(SimulatedReplica replica, Kind kind, String value) {
      return cluster.ask(replica, new SimulatedClient.Request(kind, "k", value), SOON_MILLIS);
    }

    private void await(BooleanSupplier condition) {
      cluster.assertWithinMillis(SOON_MILLIS, condition);
    }
  }
}
