package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.replica.core.ReplicaUnderTest;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.store.Sections;

/**
 * A replica restarts on its disk, and compares what is there with what a source holds, for so long
 * that a key which has been found to be equal is deleted and the delete forgotten before what is
 * equal is taken over. It need not keep the tombstone for that: what comes takes the place of what
 * is in the old copy at once.
 */
class ForgottenMeanwhileTest {
  private static final long SOON_MILLIS = 20_000;
  private static final long PAGE_MILLIS = 400;
  private static final Sections SECTIONS = new Sections(64);

  @Test
  void shouldNotTakeOverWhatIsDeletedAndForgottenMeanwhile() {
    assertEquals(Result.ABSENT, new Course(new SlowComparison()).catchUpAndRead().result());
  }

  @Test
  void shouldNotBringItBackWhenAllStartTogetherThen() {
    Course course = new Course(new SlowComparison());
    course.catchUpAndRead();

    course.startTogether();

    assertEquals(Result.ABSENT, course.read().result());
  }

  @Test
  void shouldNotBringItBackWhenItIsCutOffBeforeItHasCaughtUp() {
    Course course = new Course(new SlowComparison());
    course.forgetWhileItCompares();

    course.startTogether();

    assertEquals(Result.ABSENT, course.read().result());
  }

  @Test
  void shouldNoticeThatATombstoneIsForgottenWhileTheOldCopyHasTheKeyStill() {
    assertEquals("v", new Course(new KeepingDeletedKeys()).catchUpAndRead().value());
  }

  private static class SlowComparison extends OnDisks {
    private SlowPages digests;

    @Override
    Plan plan(Plan drawn) {
      return drawn.withReplicas(3).withQuickOblivion();
    }

    @Override
    Sections sections() {
      return SECTIONS;
    }

    @Override
    Tampering tampering(Scheduler scheduler) {
      digests = new SlowPages(scheduler, kv.RDIGESTS_1, PAGE_MILLIS);
      return digests;
    }
  }

  /** The old copy keeps what is deleted, so that only a tombstone stands for that. */
  private static final class KeepingDeletedKeys extends SlowComparison {
    private Entry deleted;
    private boolean isDeleted;

    @Override
    void afterEach(ReplicaUnderTest replica) {
      Entry held = replica.store().find(Course.KEY);
      if (replica.isServing() && held != null && !held.isTombstone()) {
        deleted = held;
      } else if (!replica.isServing() && held != null && held.isTombstone()) {
        isDeleted = true;
      } else if (!replica.isServing() && held == null && isDeleted) {
        isDeleted = false;
        replica.keepAgain(deleted);
      }
    }
  }

  private static final class Course {
    private static final String KEY = firstKey();

    private final SlowComparison slow;
    private final SimulatedCluster cluster;
    private final List<SimulatedReplica> replicas;
    private final SimulatedReplica source;
    private final SimulatedReplica restarted;

    Course(SlowComparison slow) {
      this.slow = slow;
      cluster = new SimulatedCluster(1, slow, true);
      replicas = cluster.replicas();
      source = replicas.get(0);
      restarted = replicas.get(2);
      replicas.forEach(SimulatedReplica::start);
      await(cluster::allAnswer);
      assertEquals(Result.OK, ask(source, Kind.PUT, "v").result());
      await(() -> replicas.stream().allMatch(each -> each.replica().unsettled() == 0));
    }

    /** Of the section that is compared first. */
    private static String firstKey() {
      int number = 0;
      while (SECTIONS.of("k" + number) != 0) {
        number++;
      }
      return "k" + number;
    }

    /** When the first page has been compared, and the last has not. */
    void forgetWhileItCompares() {
      restarted.kill();
      restarted.start();
      await(() -> restarted.isRunning() && restarted.isWhole());
      await(slow.digests::areUnderWay);
      cluster.scheduler().runForMillis(2 * PAGE_MILLIS);
      assertEquals(Result.OK, ask(source, Kind.DEL, null).result());
      await(() -> replicas.stream().noneMatch(each -> each.replica().store().knows(KEY)));
      assertFalse(restarted.isServing(), "it was forgotten in time");
    }

    Operation catchUpAndRead() {
      forgetWhileItCompares();
      await(cluster::allAnswer);
      return read();
    }

    void startTogether() {
      replicas.forEach(SimulatedReplica::switchOff);
      replicas.forEach(SimulatedReplica::start);
      await(cluster::allAnswer);
    }

    Operation read() {
      return ask(restarted, Kind.GET, null);
    }

    private Operation ask(SimulatedReplica replica, Kind kind, String value) {
      return cluster.ask(replica, new SimulatedClient.Request(kind, KEY, value), SOON_MILLIS);
    }

    private void await(BooleanSupplier condition) {
      cluster.assertWithinMillis(SOON_MILLIS, condition);
    }
  }
}
