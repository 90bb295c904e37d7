package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.store.Entry;

/** Wall clocks that are wrong, one way or another, and no other fault but restarts. */
class WallClockTest {
  private static final long SOON_MILLIS = 5000;
  private static final long LINKED_MILLIS = 400;

  /** A step forwards has been noticed by then. */
  private static final long NOTICED_MILLIS = 100;

  private static final long MINUTE_MILLIS = 60_000;
  private static final long HOUR_MILLIS = 60 * MINUTE_MILLIS;
  private static final long YEAR_MILLIS = 365 * 24 * HOUR_MILLIS;

  private SimulatedCluster cluster;
  private List<SimulatedReplica> replicas;

  private void start(int count, Mutant mutant, long... errorsMillis) {
    cluster =
        new SimulatedCluster(
            1,
            new Mutant() {
              @Override
              Plan plan(Plan drawn) {
                return drawn.withReplicas(count).withQuickOblivion();
              }

              @Override
              Tampering tampering(Scheduler scheduler) {
                return mutant.tampering(scheduler);
              }
            },
            true);
    replicas = cluster.replicas();
    for (int i = 0; i < errorsMillis.length; i++) {
      replicas.get(i).machine().setWallClockError(errorsMillis[i]);
    }
    replicas.forEach(SimulatedReplica::start);
    assertAllServe();
  }

  @Test
  void shouldIssueHigherStampsThanATombstoneThatItsSourceForgot() {
    start(3, new Mutant(), 10 * MINUTE_MILLIS);
    long deleted = deleteAndForgetButAtTheThird();

    assertEquals(Result.OK, ask(0, Kind.PUT, "again"));

    assertTrue(held(0).clock() > deleted, () -> held(0).stamp() + " after " + deleted);
    assertEquals("again", held(2).value());
    assertNobodyRefused();
  }

  @Test
  void shouldLoseTheWriteIfOnlyTheLastSourceCounted() {
    start(3, Mutants.takesOverFromOneSourceOnly(), 10 * MINUTE_MILLIS);
    deleteAndForgetButAtTheThird();

    assertEquals(Result.OK, ask(0, Kind.PUT, "again"));

    assertTrue(held(2).isTombstone(), "what the test above would not tell otherwise");
  }

  /** The first is ahead; the two others have restarted, and each was the other's source. */
  private long deleteAndForgetButAtTheThird() {
    assertEquals(Result.OK, ask(0, Kind.PUT, "v"));
    assertEquals(Result.OK, ask(0, Kind.DEL, null));
    long deleted = held(0).clock();
    cluster.scheduler().runForMillis(cluster.plan().tombstoneGraceMillis() - LINKED_MILLIS);
    restart(2);
    assertSoon(() -> held(0) == null && held(1) == null);
    restart(1);
    replicas.get(0).machine().setWallClockError(0);
    restart(0);
    assertNotNull(held(2), "it still has the tombstone");
    return deleted;
  }

  @Test
  void shouldGoOnAfterTwoStepsOfWhichAReplicaThatWasDownMissedOne() {
    start(3, new Mutant());
    step(0, 50 * MINUTE_MILLIS);
    assertEquals(Result.OK, ask(0, Kind.PUT, "one step"));
    replicas.get(2).kill();
    cluster.scheduler().runForMillis(100);
    step(0, 100 * MINUTE_MILLIS);
    assertEquals(Result.FAILED, ask(0, Kind.PUT, "two steps"));

    replicas.get(2).start();
    assertAllServe();

    assertEquals(Result.OK, ask(1, Kind.PUT, "all"));
    assertEquals(Result.OK, ask(0, Kind.PUT, "all again"));
    assertSoon(() -> "all again".equals(held(2).value()));
    assertNobodyRefused();
  }

  @Test
  void shouldNotSpreadAYearOfOneSecond() {
    start(3, new Mutant());
    assertEquals(Result.OK, ask(0, Kind.PUT, "before"));
    step(0, YEAR_MILLIS);
    assertEquals(Result.OK, ask(0, Kind.PUT, "within"));
    cluster.scheduler().runForMillis(1000);
    step(0, 0);

    restart(1);
    restart(2);

    for (int i = 0; i < 3; i++) {
      assertEquals(Result.OK, ask(i, Kind.PUT, "after" + i));
      assertTrue(leadMillis(held(i)) <= HOUR_MILLIS, held(i)::toString);
    }
    assertNobodyRefused();
  }

  @ParameterizedTest
  @ValueSource(longs = {2 * HOUR_MILLIS, -2 * HOUR_MILLIS, YEAR_MILLIS, -56 * YEAR_MILLIS})
  void shouldIssueNothingThatAnybodyRefusesWhenTwoOfFiveAreWrong(long errorMillis) {
    start(5, new Mutant(), errorMillis, errorMillis);
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 5; i++) {
        assertEquals(Result.OK, ask(i, Kind.PUT, "v" + round + i));
        assertTrue(leadMillis(held(i)) <= (round + 1) * HOUR_MILLIS, held(i)::toString);
      }
      for (int i = 0; i < 5; i++) {
        restart(i);
      }
    }
    assertNobodyRefused();
  }

  @Test
  void shouldIssueNothingThatOneRefusesOfWhomItHasNeverHeard() {
    start(3, new Mutant(), 0, 50 * MINUTE_MILLIS);
    assertEquals(Result.OK, ask(1, Kind.PUT, "ahead"));
    restart(2); // so it believes 50 minutes more than the first
    step(1, 90 * MINUTE_MILLIS);
    Machine first = replicas.get(0).machine();
    Machine second = replicas.get(1).machine();
    cluster.fabric().silenceBetween(first, second);
    replicas.get(1).kill();
    replicas.get(1).start();
    assertSoon(replicas.get(1)::isServing);
    assertEquals(Result.FAILED, ask(1, Kind.PUT, "alone"));

    cluster.fabric().unsilenceBetween(first, second);

    assertSoon(() -> "alone".equals(held(0).value()) && held(0).settled());
    assertNobodyRefused();
  }

  @Test
  void shouldIssueNothingThatOneRefusesWhoIsTakenOutAndPutBack() {
    start(3, new Mutant(), 0, 50 * MINUTE_MILLIS);
    step(0, 100 * MINUTE_MILLIS);
    list(0, replicas.subList(0, 2));
    assertEquals(Result.FAILED, ask(0, Kind.PUT, "without"));

    list(0, replicas);

    assertSoon(() -> held(2) != null && held(2).settled());
    assertEquals("without", held(2).value());
    assertNobodyRefused();
  }

  /** It has never heard of that one itself. */
  @Test
  void shouldIssueNothingThatOneRefusesWhoWasTakenOutBeforeItStarted() {
    start(3, new Mutant());
    list(0, replicas.subList(0, 2));
    list(1, replicas.subList(0, 2));
    step(0, 100 * MINUTE_MILLIS);
    replicas.get(1).kill();
    replicas.get(1).machine().setWallClockError(100 * MINUTE_MILLIS);
    replicas.get(1).start();
    assertSoon(() -> replicas.get(1).isAnswering());
    assertEquals(Result.OK, ask(1, Kind.PUT, "without"));

    list(0, replicas);
    list(1, replicas);

    assertSoon(() -> held(2) != null && held(2).settled());
    assertEquals("without", held(2).value());
    assertNobodyRefused();
  }

  /** One that was followed by another at its name, and thaws. */
  @Test
  void shouldIssueNothingThatOneRefusesWhoThawsAfterAnotherOneHadItsName() {
    start(3, new Mutant());
    SimulatedReplica last = replicas.get(2);
    last.startTwin(cluster.spareMachine(last.machine().name()), true);
    last.machine().setWallClockError(100 * MINUTE_MILLIS);
    assertAllServe();
    step(0, 100 * MINUTE_MILLIS);
    step(1, 100 * MINUTE_MILLIS);
    replicas.get(1).pause();
    assertEquals(Result.FAILED, ask(0, Kind.PUT, "unsettled"));

    last.killTwin();
    replicas.get(1).resume();

    assertSoon(() -> held(2) != null && held(2).settled());
    assertNobodyRefused();
  }

  @Test
  void shouldFollowTheWallClockAgainWhenOneWasTakenOutForLong() {
    start(2, new Mutant(), 0, -60 * MINUTE_MILLIS);
    cluster.list(replicas.subList(0, 1));
    cluster.scheduler().runForMillis(HOUR_MILLIS);

    assertEquals(Result.OK, ask(0, Kind.PUT, "alone"));

    assertEquals(0, leadMillis(held(0)), 1000);
  }

  @Test
  void shouldTakeOverTheHighestClockOfAllThatStartTogether() {
    long agreed = 1_780_000_600_000L << 16;
    start(
        3,
        new ForgedClocks(Plan.Clocks.ROUGH) {
          @Override
          long agreed(Machine source, long clock) {
            return source.number() == 2 ? agreed : clock;
          }
        });

    for (int i : new int[] {0, 2}) {
      assertEquals(Result.OK, ask(i, Kind.PUT, "v" + i));
      assertTrue(held(i).clock() > agreed, held(i)::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, 1L << 62, -1, Long.MIN_VALUE})
  void shouldNeitherServeNorGoOnFromAnAgreedClockThatCannotBe(long impossible) {
    boolean[] forges = {false};
    start(
        3,
        new ForgedClocks(Plan.Clocks.ROUGH) {
          @Override
          long agreed(Machine source, long clock) {
            return forges[0] ? impossible : clock;
          }
        });
    assertEquals(Result.OK, ask(0, Kind.PUT, "v"));
    forges[0] = true;
    replicas.get(2).kill();
    replicas.get(2).start();
    cluster.scheduler().runForMillis(SOON_MILLIS);
    assertTrue(!replicas.get(2).isServing(), "nobody tells it what all have agreed to");

    forges[0] = false;
    assertAllServe();

    assertEquals(Result.OK, ask(2, Kind.PUT, "w"));
    assertTrue(leadMillis(held(2)) <= HOUR_MILLIS, held(2)::toString);
    assertNobodyRefused();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, 1L << 62, -1, Long.MIN_VALUE, 0, 3_600_000L << 16})
  void shouldWriteWhateverIsToldAsALimit(long told) {
    start(
        3,
        new ForgedClocks(Plan.Clocks.ROUGH) {
          @Override
          long limit(long clock) {
            return told;
          }
        });
    for (int i = 0; i < 3; i++) {
      assertEquals(Result.OK, ask(i, Kind.PUT, "v" + i));
      assertTrue(held(i).clock() > 0 && leadMillis(held(i)) < MINUTE_MILLIS);
    }
    assertNobodyRefused();
  }

  /** It may have been a sleep, so the replica asks the others before it answers anybody again. */
  private void step(int index, long errorMillis) {
    replicas.get(index).machine().setWallClockError(errorMillis);
    cluster.scheduler().runForMillis(NOTICED_MILLIS);
    assertSoon(replicas.get(index)::isAnswering);
  }

  private void restart(int index) {
    replicas.get(index).kill();
    cluster.scheduler().runForMillis(10);
    replicas.get(index).start();
    assertAllServe();
  }

  private void list(int index, List<SimulatedReplica> named) {
    SimulatedReplica of = replicas.get(index);
    of.peers(SimulatedCluster.othersOf(of, named));
  }

  private long leadMillis(Entry entry) {
    return (entry.clock() >>> 16) - replicas.get(0).machine().timeMillis();
  }

  private Entry held(int index) {
    return replicas.get(index).replica().store().find("k");
  }

  /** Asks one, and says what came of it. */
  private Result ask(int index, Kind kind, String value) {
    SimulatedClient.Request request = new SimulatedClient.Request(kind, "k", value);
    return cluster.ask(replicas.get(index), request, SOON_MILLIS).result();
  }

  /** And each can be asked by all others. */
  private void assertAllServe() {
    assertSoon(() -> replicas.stream().allMatch(SimulatedReplica::isServing));
    cluster.scheduler().runForMillis(LINKED_MILLIS);
  }

  private void assertNobodyRefused() {
    assertEquals(List.of(), cluster.journal().refusals());
  }

  private void assertSoon(BooleanSupplier condition) {
    cluster.assertWithinMillis(SOON_MILLIS, condition);
  }
}
