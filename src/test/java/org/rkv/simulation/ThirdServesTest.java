package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.rpc.kv;

/**
 * Two replicas catch up and admit each other, and one of them was started with a copy of the data
 * directory of one that is frozen. Neither serves, but a third does, and both of them acknowledge
 * what is written there. Then the third is down, and the frozen one thaws.
 */
class ThirdServesTest {
  private static final long SOON_MILLIS = 5000;
  private static final Set<Integer> CATCHING_UP = Set.of(kv.RSCAN_1, kv.RDIGESTS_1, kv.RSECTIONS_1);

  private final HeldCalls calls = new HeldCalls();
  private final SimulatedCluster cluster =
      new SimulatedCluster(1, new ThreeWithHeldCalls(calls), true);
  private final List<SimulatedReplica> replicas = cluster.replicas();
  private final SimulatedReplica third = replicas.get(0);
  private final SimulatedReplica restarted = replicas.get(1);
  private final SimulatedReplica copied = replicas.get(2);
  private final Machine frozen = copied.machine();
  private String written = "new";

  @BeforeEach
  void freezeOneOfThree() {
    replicas.forEach(SimulatedReplica::start);
    await(cluster::allAnswer);
    assertEquals(Result.OK, ask(third, Kind.PUT, "old").result());
    await(() -> replicas.stream().allMatch(each -> each.replica().unsettled() == 0));
    copied.pause();
  }

  @Test
  void shouldLoseNothingThatBothAcknowledgedToTheThird() {
    restarted.kill();
    calls.hold(restarted.machine(), CATCHING_UP);
    restarted.start();
    await(() -> restarted.replica().admitted().size() == 1);
    startWithItsCopy();
    await(() -> restarted.isWhole() && copied.isWhole());

    writeAtTheThird();
    thawAmongTheRestarted();

    assertNothingIsLost();
  }

  /** A call for a large value, over a link of its own, overtakes the word that the third serves. */
  @Test
  void shouldLoseNothingThoughTheyHadNotHeardYetThatTheThirdServes() {
    third.kill();
    restarted.kill();
    calls.hold(restarted.machine(), CATCHING_UP);
    calls.hold(third.machine(), Set.of(kv.RSETTLED_1));
    startWithItsCopy();
    third.start();
    restarted.start();
    await(() -> third.isAnswering() && restarted.isWhole() && copied.isWhole());

    writeAtTheThird();
    thawAmongTheRestarted();

    assertNothingIsLost();
  }

  /** The two are cut off from each other: each hears of the other from the third only. */
  @Test
  void shouldLoseNothingThoughTheyHaveNotMet() {
    startThemCutOffFromEachOther();
    await(() -> restarted.replica().waitingFor().startsWith("the entries of"));

    writeAtTheThird();
    thawAmongTheRestarted();

    assertNothingIsLost();
  }

  /** The value goes over a link of its own, and the word of the copy over the other one. */
  @Test
  void shouldLoseNoLargeValueThatOvertakesWhatTheThirdTellsOfTheCopy() {
    startThemCutOffFromEachOther();
    calls.holdBehindNext(third.machine(), restarted.machine(), kv.RADMIT_1);
    await(() -> copied.replica().admitted().size() == 1 && third.isWhole());

    written = Plan.large("new");
    writeAtTheThird();
    thawAmongTheRestarted();

    assertNothingIsLost();
  }

  private void startThemCutOffFromEachOther() {
    restarted.kill();
    calls.hold(restarted.machine(), CATCHING_UP);
    restarted.start();
    await(() -> restarted.replica().admitted().size() == 1);
    Machine spare = startWithItsCopy();
    cluster.fabric().silenceBetween(restarted.machine(), spare);
  }

  private Machine startWithItsCopy() {
    Machine spare = cluster.spareMachine(frozen.name());
    calls.hold(spare, CATCHING_UP);
    copied.startTwinWithCopy(spare);
    return spare;
  }

  private void writeAtTheThird() {
    await(() -> ask(third, Kind.PUT, written).result() == Result.OK);
    assertFalse(restarted.isServing());
    assertFalse(copied.isServing());
  }

  private void thawAmongTheRestarted() {
    third.kill();
    restarted.kill();
    calls.letGo();
    restarted.start();
    copied.killTwin();
    cluster.scheduler().runForMillis(SOON_MILLIS);
  }

  private void assertNothingIsLost() {
    for (SimulatedReplica replica : List.of(restarted, copied)) {
      assertNotEquals("old", ask(replica, Kind.GET, null).value());
    }
    third.start();
    await(cluster::allAnswer);
    for (SimulatedReplica replica : replicas) {
      await(() -> written.equals(ask(replica, Kind.GET, null).value()));
    }
  }

  private void await(BooleanSupplier condition) {
    cluster.assertWithinMillis(3 * SOON_MILLIS, condition);
  }

  private Operation ask(SimulatedReplica replica, Kind kind, String value) {
    return cluster.ask(replica, new SimulatedClient.Request(kind, "k", value), SOON_MILLIS);
  }

  private static final class ThreeWithHeldCalls extends OnDisks {
    private final HeldCalls calls;

    ThreeWithHeldCalls(HeldCalls calls) {
      super(3);
      this.calls = calls;
    }

    @Override
    Plan plan(Plan drawn) {
      return super.plan(drawn).withLargeValues();
    }

    @Override
    Tampering tampering(Scheduler scheduler) {
      return calls;
    }
  }
}
