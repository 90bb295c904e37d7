package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.store.Entry;

/** One replica completes what a cut left unsettled; another does if that one cannot. */
class CompletionTest {
  private static final long SOON_MILLIS = 10_000;

  /** After so long a silence nothing is sent any more. */
  private static final long NOTICED_MILLIS = 5000;

  private final SimulatedCluster cluster = SimulatedCluster.ofThree();
  private final List<SimulatedReplica> replicas = cluster.replicas();
  private final SimulatedReplica writer = replicas.get(0);
  private SimulatedReplica witness = replicas.get(1);
  private SimulatedReplica cutOff = replicas.get(2);
  private final Set<Machine> completing = new HashSet<>();

  @BeforeEach
  void start() {
    replicas.forEach(SimulatedReplica::start);
    await(() -> replicas.stream().allMatch(SimulatedReplica::isServing));
  }

  @Test
  void shouldLeaveItToTheOneThatWroteIt() {
    silence(cutOff, writer);
    silence(cutOff, witness);
    writeInVain();
    cluster.fabric().tap(this::arrives);
    unsilence(cutOff, writer);
    unsilence(cutOff, witness);

    await(this::areAllSettled);

    assertEquals(Set.of(writer.machine()), completing);
  }

  /** Of those that are left the lowest incarnation goes first; one that does not hold it cannot. */
  @Test
  void shouldLeaveItToOneWhenTheOneThatWroteItHasDied() {
    if (cutOff.replica().start() < witness.replica().start()) {
      SimulatedReplica lower = cutOff;
      cutOff = witness;
      witness = lower;
    }
    silence(cutOff, writer);
    silence(cutOff, witness);
    cluster.scheduler().runForMillis(NOTICED_MILLIS);
    writeInVain();
    writer.kill();
    writer.start();
    await(writer::isServing);
    unsilence(cutOff, writer);
    unsilence(cutOff, witness);
    // Before an operation has succeeded with the writer's new incarnation, who goes first cannot.
    await(() -> write("other") == Result.OK);
    assertFalse(areAllSettled(), "there is something left to complete");
    cluster.fabric().tap(this::arrives);

    await(this::areAllSettled);

    assertEquals(1, completing.size(), completing::toString);
  }

  @Test
  void shouldCompleteWhatTheOneThatWroteItCannot() {
    silence(cutOff, writer);
    writeInVain();

    await(() -> holds(cutOff) && witness.replica().unsettled() == 0);

    assertTrue(writer.replica().unsettled() > 0, "it cannot ask the last one");
    unsilence(cutOff, writer);
    await(this::areAllSettled);
  }

  /** Whoever goes first, one of the others is the only one that holds it. */
  @Test
  void shouldCompleteWhatTheOneThatGoesFirstDoesNotHold() {
    silence(writer, cutOff);
    cluster.scheduler().runForMillis(NOTICED_MILLIS);
    writeInVain();
    silence(witness, writer);
    silence(witness, cutOff);
    writer.kill();
    unsilence(writer, cutOff);
    writer.start();
    await(writer::isServing);
    assertFalse(holds(writer), "it has caught up with the one that was cut off");
    assertFalse(holds(cutOff), "only the witness holds it");
    unsilence(witness, writer);
    unsilence(witness, cutOff);

    await(this::areAllSettled);

    assertTrue(holds(writer) && holds(cutOff), "it has brought it to the others");
  }

  private void arrives(Machine from, Machine to, byte[] message) {
    if (Messages.isReplicaWrite(message)) {
      completing.add(from);
    }
  }

  private void silence(SimulatedReplica one, SimulatedReplica other) {
    cluster.fabric().silenceBetween(one.machine(), other.machine());
  }

  private void unsilence(SimulatedReplica one, SimulatedReplica other) {
    cluster.fabric().unsilenceBetween(one.machine(), other.machine());
  }

  /** Writes, and waits until that has failed. */
  private void writeInVain() {
    assertEquals(Result.FAILED, write("k"));
    await(() -> holds(witness));
  }

  private Result write(String key) {
    int before = cluster.history().size();
    SimulatedClient client = cluster.reader();
    client.use(writer);
    client.ask(new SimulatedClient.Request(Kind.PUT, key, "v"), SOON_MILLIS, () -> {});
    await(() -> cluster.history().size() > before);
    return cluster.history().operations().get(before).result();
  }

  private static boolean holds(SimulatedReplica replica) {
    Entry held = replica.replica().store().find("k");
    return held != null && "v".equals(held.value());
  }

  private boolean areAllSettled() {
    return replicas.stream().allMatch(each -> holds(each) && each.replica().unsettled() == 0);
  }

  private void await(BooleanSupplier condition) {
    cluster.assertWithinMillis(SOON_MILLIS, condition);
  }
}
