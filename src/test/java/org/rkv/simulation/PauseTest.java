package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;

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
    ask(first, new SimulatedClient.Request(Kind.PUT, "k", "old"));
    await(() -> replicas.stream().allMatch(replica -> replica.replica().unsettled() == 0));
    last.startTwin(cluster.spareMachine(last.machine().name()), true);
    await(() -> last.isServing() && replicas.stream().allMatch(SimulatedReplica::isWhole));
    ask(first, new SimulatedClient.Request(Kind.PUT, "k", "new"));
    assertEquals(Result.OK, lastResult().result());

    cluster.scheduler().runForMillis(PAUSE_MILLIS);
    List<SimulatedReplica> rest = replicas.subList(0, 2);
    rest.forEach(
        replica -> replica.machine().names().lie(last.machine().name(), List.of(nobody())));
    last.killTwin();

    cluster.scheduler().runForMillis(SOON_MILLIS);
    ask(last, new SimulatedClient.Request(Kind.GET, "k", null));
    assertEquals(Result.FAILED, lastResult().result());
    rest.forEach(replica -> replica.machine().names().mend());
    await(last::isAnswering);
    ask(last, new SimulatedClient.Request(Kind.GET, "k", null));
    assertEquals("new", lastResult().value());
  }

  private InetAddress nobody() {
    return cluster.nobody().address();
  }

  private Operation lastResult() {
    return cluster.history().operations().get(cluster.history().size() - 1);
  }

  private void ask(SimulatedReplica at, SimulatedClient.Request request) {
    int before = cluster.history().size();
    SimulatedClient client = cluster.reader();
    client.use(at);
    client.ask(request, SOON_MILLIS, () -> {});
    await(() -> cluster.history().size() > before);
  }

  private void await(BooleanSupplier condition) {
    cluster.assertWithinMillis(SOON_MILLIS, condition);
  }
}
