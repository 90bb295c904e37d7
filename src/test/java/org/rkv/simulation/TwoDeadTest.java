package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;

/**
 * Two of five replicas die for good and are replaced, one after the other, at their own names or by
 * new ones; and all the while each of the other three can be restarted.
 */
class TwoDeadTest {
  private static final long SOON_MILLIS = 15_000;
  private static final String NEW_NAME =
      "waiting for each replica to admit us, who are new; take out in the same edit who is dead: ";

  private final SimulatedCluster cluster = SimulatedCluster.of(7);
  private final List<SimulatedReplica> living = new ArrayList<>(cluster.replicas().subList(0, 3));
  private final SimulatedReplica dead = cluster.replicas().get(3);
  private final SimulatedReplica deadToo = cluster.replicas().get(4);
  private final SimulatedReplica fresh = cluster.replicas().get(5);
  private final SimulatedReplica freshToo = cluster.replicas().get(6);

  @BeforeEach
  void letTwoOfFiveDie() {
    list(dead, deadToo);
    List<SimulatedReplica> five = cluster.replicas().subList(0, 5);
    five.forEach(SimulatedReplica::start);
    assertSoon(() -> five.stream().allMatch(SimulatedReplica::isAnswering));
    settle("five");
    dead.kill();
    deadToo.kill();
    restartTheLivingInTurn();
  }

  @Test
  void shouldReplaceBothAtTheirOwnNames() {
    dead.start();
    assertSoon(dead::isAnswering);
    assertEquals(Result.FAILED, put("other", "four"), "one is dead still");
    restartTheLivingInTurn();

    deadToo.start();
    assertSoon(() -> deadToo.isAnswering() && living.stream().allMatch(SimulatedReplica::isWhole));
    settle("five again");
    assertEquals("five again", get(dead));
    assertEquals("five again", get(deadToo));
  }

  @Test
  void shouldReplaceBothByNewNamesInTwoEditsOfWhichTheFirstTakesOutBoth() {
    list(fresh);
    fresh.start();
    assertSoon(() -> fresh.isAnswering() && living.stream().allMatch(SimulatedReplica::isWhole));
    settle("four");
    restartTheLivingInTurn();

    list(fresh, freshToo);
    restartTheLivingInTurn();
    freshToo.start();
    assertSoon(() -> freshToo.isAnswering() && living.stream().allMatch(SimulatedReplica::isWhole));
    settle("five again");
    assertEquals("five again", get(fresh));
    assertEquals("five again", get(freshToo));
  }

  /** Nobody can tell whether the dead one knows of the new name, and would go by its list. */
  @Test
  void shouldNotServeUnderANewNameBeforeTheOtherDeadOneIsTakenOut() {
    list(fresh, deadToo);
    fresh.start();
    assertSoon(() -> cluster.journal().lines().stream().anyMatch(this::saysWhyANewNameWaits));
    assertFalse(fresh.isServing());
    restartTheLivingInTurn();
    assertFalse(fresh.isServing());

    list(fresh, freshToo);
    freshToo.start();
    assertSoon(() -> fresh.isAnswering() && freshToo.isAnswering());
    restartTheLivingInTurn();
    assertSoon(() -> living.stream().allMatch(SimulatedReplica::isWhole));
    settle("five again");
    assertEquals("five again", get(fresh));
    assertEquals("five again", get(freshToo));
  }

  private boolean saysWhyANewNameWaits(String line) {
    return line.contains(fresh.machine() + ": ") && line.endsWith(NEW_NAME + deadToo.machine());
  }

  /** As a rolling restart does it: the next one only when this one answers again. */
  private void restartTheLivingInTurn() {
    for (SimulatedReplica replica : living) {
      String before = get(replica);
      replica.kill();
      replica.start();
      assertSoon(replica::isAnswering);
      assertEquals(before, get(replica));
    }
  }

  /** The files of all name the living and these. */
  private void list(SimulatedReplica... others) {
    List<SimulatedReplica> named = new ArrayList<>(living);
    named.addAll(List.of(others));
    cluster.list(named);
  }

  /** Returns when each of the living knows that all have it: so it can be read there. */
  private void settle(String value) {
    assertEquals(Result.OK, put("k", value));
    assertSoon(() -> living.stream().allMatch(replica -> replica.replica().unsettled() == 0));
  }

  private Result put(String key, String value) {
    return ask(living.get(0), new SimulatedClient.Request(Kind.PUT, key, value)).result();
  }

  private String get(SimulatedReplica at) {
    return ask(at, new SimulatedClient.Request(Kind.GET, "k", null)).value();
  }

  private Operation ask(SimulatedReplica at, SimulatedClient.Request request) {
    return cluster.ask(at, request, SOON_MILLIS);
  }

  private void assertSoon(BooleanSupplier condition) {
    cluster.assertWithinMillis(SOON_MILLIS, condition);
  }
}
