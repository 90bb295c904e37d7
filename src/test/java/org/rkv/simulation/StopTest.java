package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;

/** A replica is told to stop right after it has acknowledged a write. */
class StopTest {
  private static final long SOON_MILLIS = 5000;

  private final SimulatedCluster cluster = SimulatedCluster.ofThree();
  private final List<SimulatedReplica> replicas = cluster.replicas();
  private final SimulatedReplica first = replicas.get(0);
  private final SimulatedReplica second = replicas.get(1);
  private final SimulatedReplica last = replicas.get(2);

  @BeforeEach
  void writeAKey() {
    replicas.forEach(SimulatedReplica::start);
    await(() -> replicas.stream().allMatch(SimulatedReplica::isServing));
    put(first, "v");
    await(() -> resultOf("v") == Result.OK);
  }

  @Test
  void shouldTellTheOthersThatTheyMayAnswerWhatItHasAcknowledged() {
    first.stop();
    await(() -> !first.isRunning());

    assertEquals("v", get(second).value());
    assertEquals("v", get(last).value());
  }

  /** It is only the last watermark that makes them answer. */
  @Test
  void shouldLeaveTheOthersInDoubtWhenItIsKilledInstead() {
    first.kill();

    assertEquals(Result.FAILED, get(second).result());
    assertEquals(Result.FAILED, get(last).result());
  }

  @Test
  void shouldTellTheOthersAlsoWhenOneOfThemIsFrozen() {
    last.pause();
    first.stop();
    await(() -> !first.isRunning());

    assertEquals("v", get(second).value());
    last.resume();
    await(last::isAnswering);
    assertEquals("v", get(last).value());
  }

  @Test
  void shouldAnswerTheOthersAndNoClientWhileItStops() {
    cluster.fabric().silence(first.machine(), last.machine());
    put(first, "under way");
    await(() -> holds(first, "under way"));
    first.stop();

    put(first, "too late");
    put(second, "by another");
    await(() -> resultOf("by another") == Result.OK);
    assertTrue(first.isRunning(), "it waits for the last one");
    assertTrue(holds(first, "by another"));

    cluster.fabric().unsilence(first.machine(), last.machine());
    await(() -> !first.isRunning());
    await(() -> resultOf("under way") == Result.OK);
    await(() -> resultOf("too late") == Result.UNKNOWN);
    assertEquals("by another", get(last).value());
  }

  private static boolean holds(SimulatedReplica replica, String value) {
    return replica.replica().store().find("k").value().equals(value);
  }

  private void put(SimulatedReplica at, String value) {
    begin(at, new SimulatedClient.Request(Kind.PUT, "k", value));
  }

  /** Null while it is under way. */
  private Result resultOf(String value) {
    return cluster.history().operations().stream()
        .filter(operation -> operation.kind() == Kind.PUT && operation.value().equals(value))
        .map(Operation::result)
        .findFirst()
        .orElse(null);
  }

  private Operation get(SimulatedReplica at) {
    int before = cluster.history().size();
    begin(at, new SimulatedClient.Request(Kind.GET, "k", null));
    await(() -> cluster.history().size() > before);
    return cluster.history().operations().get(before);
  }

  private void begin(SimulatedReplica at, SimulatedClient.Request request) {
    SimulatedClient client = cluster.reader();
    client.use(at);
    client.ask(request, SOON_MILLIS, () -> {});
  }

  private void await(BooleanSupplier condition) {
    cluster.assertWithinMillis(SOON_MILLIS, condition);
  }
}
