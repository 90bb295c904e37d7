package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.replica.peer.ReplicaAddress;

/** A replica is paused, as by SIGSTOP or a suspended machine, for longer than the grace period. */
class PauseTest {
  private static final long SOON_MILLIS = 5000;
  private static final long PAUSE_MILLIS = 200_000;

  private final SimulatedCluster cluster = SimulatedCluster.ofThree();
  private final List<SimulatedReplica> replicas = cluster.replicas();
  private final SimulatedReplica first = replicas.get(0);
  private final SimulatedReplica last = replicas.get(2);

  @BeforeEach
  void deleteAKey() {
    replicas.forEach(SimulatedReplica::start);
    await(() -> replicas.stream().allMatch(SimulatedReplica::isServing));
    ask(first, new SimulatedClient.Request(Kind.PUT, "k", "v"));
    ask(first, new SimulatedClient.Request(Kind.DEL, "k", null));
    await(() -> replicas.stream().allMatch(replica -> replica.replica().unsettled() == 0));
  }

  @Test
  void shouldNotCountAPauseTowardsTheGracePeriodOfATombstone() {
    last.pause();
    cluster.scheduler().runForMillis(PAUSE_MILLIS);
    assertEquals(0, first.replica().store().tombstones(), "the others have forgotten the delete");

    last.resume();
    cluster.scheduler().runForMillis(SOON_MILLIS);
    assertEquals(1, last.replica().store().tombstones(), "an older write may be about to be read");

    cluster.scheduler().runForMillis(PAUSE_MILLIS);
    assertEquals(0, last.replica().store().tombstones());
  }

  @Test
  void shouldAnswerNothingOldWhenThawedAfterAnotherOneHadItsName() {
    thawAfterAnotherOneHadItsName();

    cluster.scheduler().runForMillis(SOON_MILLIS);
    assertFalse(isAnsweringOld());
    rest().forEach(replica -> replica.machine().names().mend());
    assertAnswersNew();
  }

  /** What a peer has said is not forgotten with the way its name was spelled. */
  @Test
  void shouldAnswerNothingOldWhenThawedAndItsFileIsSpelledInAnotherWay() {
    thawAfterAnotherOneHadItsName();
    await(() -> last.replica().waitingFor().endsWith("it has met another one of our name"));

    last.peers(
        rest().stream().map(each -> entry(each.machine().address().getHostAddress())).toList());

    assertFalse(isAnsweringOld());
    cluster.scheduler().runForMillis(SOON_MILLIS);
    assertFalse(isAnsweringOld());
  }

  @Test
  void shouldAnswerNothingOldWhenThawedAndItsFileThenLacksWhoKnowsBetter() {
    thawAfterAnotherOneHadItsName();
    SimulatedReplica starter = replicas.get(1);
    starter.kill();
    starter.peers(List.of(entry(last.machine().name()), entry("nobody")));
    starter.start();
    await(() -> last.replica().waitingFor().endsWith("it has met another one of our name"));

    last.peers(List.of(entry(starter.machine().name())));

    for (int i = 0; i < 20; i++) {
      cluster.scheduler().runForMillis(SOON_MILLIS / 20);
      assertFalse(isAnsweringOld());
    }
  }

  /** They have an entry for it that has met nobody yet, and say so: seed 59671 of the simulator. */
  @Test
  void shouldAnswerNothingOldWhenThawedThoughTheOthersHaveNotMetItSince() {
    goOnWithoutLastWhileItIsFrozen();
    rest().forEach(each -> each.machine().names().lie(last.machine().name(), List.of(nobody())));
    rest().forEach(each -> each.peers(SimulatedCluster.othersOf(each, replicas)));

    thawAndAssertNothingOld();

    rest().forEach(each -> each.machine().names().mend());
    assertAnswersNew();
  }

  /** Somebody new may be it under another name, but they have gone on without it: seed 1284. */
  @Test
  void shouldAnswerNothingOldWhenThawedThoughTheOthersListSomebodyWhomTheyNeverMet() {
    goOnWithoutLastWhileItIsFrozen();
    for (SimulatedReplica each : rest()) {
      List<ReplicaAddress> list = new ArrayList<>(SimulatedCluster.othersOf(each, rest()));
      list.add(entry("nobody"));
      each.peers(list);
    }

    thawAndAssertNothingOld();

    rest().forEach(each -> each.peers(SimulatedCluster.othersOf(each, replicas)));
    assertAnswersNew();
  }

  private void goOnWithoutLastWhileItIsFrozen() {
    ask(first, new SimulatedClient.Request(Kind.PUT, "k", "old"));
    await(() -> replicas.stream().allMatch(replica -> replica.replica().unsettled() == 0));
    last.pause();
    rest().forEach(this::silence);
    rest().forEach(each -> each.peers(SimulatedCluster.othersOf(each, rest())));
    await(() -> rest().stream().allMatch(SimulatedReplica::isWhole));
    ask(first, new SimulatedClient.Request(Kind.PUT, "k", "new"));
    assertEquals(Result.OK, lastResult().result());
  }

  private void thawAndAssertNothingOld() {
    cluster.scheduler().runForMillis(SOON_MILLIS);
    rest().forEach(this::unsilence);
    last.resume();
    for (int i = 0; i < 20; i++) {
      assertFalse(isAnsweringOld());
      cluster.scheduler().runForMillis(SOON_MILLIS / 20);
    }
  }

  private void assertAnswersNew() {
    await(last::isAnswering);
    ask(last, new SimulatedClient.Request(Kind.GET, "k", null));
    assertEquals("new", lastResult().value());
  }

  private void thawAfterAnotherOneHadItsName() {
    ask(first, new SimulatedClient.Request(Kind.PUT, "k", "old"));
    await(() -> replicas.stream().allMatch(replica -> replica.replica().unsettled() == 0));
    last.startTwin(cluster.spareMachine(last.machine().name()), true);
    await(() -> last.isServing() && replicas.stream().allMatch(SimulatedReplica::isWhole));
    ask(first, new SimulatedClient.Request(Kind.PUT, "k", "new"));
    assertEquals(Result.OK, lastResult().result());

    cluster.scheduler().runForMillis(PAUSE_MILLIS);
    rest()
        .forEach(
            replica -> replica.machine().names().lie(last.machine().name(), List.of(nobody())));
    last.killTwin();
  }

  private void silence(SimulatedReplica one) {
    cluster.fabric().silenceBetween(one.machine(), last.machine());
  }

  private void unsilence(SimulatedReplica one) {
    cluster.fabric().unsilenceBetween(one.machine(), last.machine());
  }

  private List<SimulatedReplica> rest() {
    return replicas.subList(0, 2);
  }

  private ReplicaAddress entry(String host) {
    return new ReplicaAddress(host, host, List.of(), last.peers().get(0).port());
  }

  private boolean isAnsweringOld() {
    ask(last, new SimulatedClient.Request(Kind.GET, "k", null));
    return lastResult().result() != Result.FAILED;
  }

  private InetAddress nobody() {
    return cluster.nobody().address();
  }

  private Operation lastResult() {
    return cluster.history().operations().get(cluster.history().size() - 1);
  }

  private void ask(SimulatedReplica at, SimulatedClient.Request request) {
    cluster.ask(at, request, SOON_MILLIS);
  }

  private void await(BooleanSupplier condition) {
    cluster.assertWithinMillis(SOON_MILLIS, condition);
  }
}
