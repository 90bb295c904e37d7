package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.replica.peer.Secret;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Names;
import org.rkv.rpc.kv;
import org.rkv.store.Limits;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** How replicas find out who is at the other end of a link, and what they do about it. */
@ParameterizedClass(name = "maximal length {0}")
@ValueSource(ints = {Limits.DEFAULT_MAX_LENGTH, GreetingTest.LARGE_MAX_LENGTH})
class GreetingTest {
  /** There are two links to each peer. */
  static final int LARGE_MAX_LENGTH = 64 * 1024;

  private static final int MANY_ATTEMPTS = 5;

  @Parameter int maxLength;

  @TempDir Path directory;
  private Cluster cluster;

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void shouldNeverTakeAwayAnEntryThatLeadsToItself() throws Exception {
    cluster = cluster(2);
    TestReplica replica = cluster.replica(0);
    TestReplica other = cluster.replica(1);
    try (Forwarder itself = new Forwarder(other.address(), replica.address())) {
      replica.start();

      Eventually.until(
          "it has tried often", () -> itself.connections() > MANY_ATTEMPTS, cluster::describe);

      assertFalse(replica.isServing(), "nor does it serve alone");
      assertEquals(1, replica.peers());
      assertEquals(1, replica.log().count("the name leads to ourselves"), cluster::describe);
      try (TestClient client = replica.client()) {
        assertEquals(kv.PUT_FAILED, client.put("k", "v"));
        assertFalse(client.stub().REPLICAS_1().value[1].reachable);
      }
    }
    startWhereSomebodyElseListened(other);
    awaitAllLinked();
  }

  /** A name that is looked up wrongly is one replica more, not one less. */
  @Test
  void shouldNotTakeAReplicaForTheOneThatAnotherEntryMeans() throws Exception {
    cluster = cluster(3);
    TestReplica replica = cluster.replica(0).start();
    TestReplica peer = cluster.replica(1).start();
    TestReplica third = cluster.replica(2);
    try (Forwarder wrong = new Forwarder(third.address(), peer.address())) {
      Eventually.until(
          "it has tried often", () -> wrong.connections() > 2 * MANY_ATTEMPTS, cluster::describe);

      assertEquals(2, replica.peers());
      assertFalse(replica.isServing());
      assertEquals(
          1,
          replica
              .log()
              .count(
                  "WARNING: replica "
                      + third.host()
                      + " is not reachable: the name leads to replica "
                      + peer.host()),
          cluster::describe);
      assertTrue(peer.log().contain("the name leads to ourselves"), cluster::describe);
      Eventually.until("the others are linked", () -> replica.reaches(peer), cluster::describe);
    }
    startWhereSomebodyElseListened(third);
    awaitAllLinked();
  }

  /** The system may need a moment to take back the address. */
  private void startWhereSomebodyElseListened(TestReplica starting) {
    Eventually.until("its address is free", () -> starting.start().isRunning(), cluster::describe);
  }

  private void awaitAllLinked() throws Exception {
    cluster.awaitLinked();
    try (TestClient client = cluster.replica(0).client()) {
      assertEquals(kv.PUT_OK, client.put("k", "v"));
    }
    cluster.awaitEqual();
  }

  @Test
  void shouldAdmitAReplicaAtOnceThatRestartsAtOnce() throws Exception {
    cluster = Cluster.serving(directory, 3, this::limited);
    TestReplica restarted = cluster.replica(2);
    for (int i = 0; i < 3; i++) {
      restarted.stop();
      restarted.start();
      cluster.awaitLinked();
    }
    for (TestReplica replica : cluster.all()) {
      assertFalse(replica.log().contain("two of its name"), cluster::describe);
    }
  }

  @Test
  void shouldRefuseReplicasWithOtherLimitsAndSaySoOnce() throws Exception {
    cluster = cluster(2);
    TestReplica replica = cluster.replica(0).start();
    TestReplica other = cluster.replica(1).limits(1000, maxLength).start();

    awaitManyAttempts(other);

    for (TestReplica each : List.of(replica, other)) {
      assertFalse(each.isServing());
      assertEquals(
          1, each.log().count(" is of no use to us: its capacity or maximal length is not ours"));
    }
    assertEquals(1, warnings(other), "it started last, so everybody was there");
  }

  @Test
  void shouldRefuseAServerThatDoesNotListUsAndSaySoOnce() throws Exception {
    cluster = cluster(2);
    TestReplica replica = cluster.replica(0);
    TestReplica other = cluster.replica(1);
    other.lists(other.host()).start();
    replica.start();

    awaitManyAttempts(other);

    assertFalse(replica.isServing());
    assertTrue(other.isServing());
    assertEquals(
        1,
        replica
            .log()
            .count(
                "no use to us: its replica file is not ours: " + replica.shown() + " is missing"),
        cluster::describe);
    assertEquals(1, warnings(replica), cluster::describe);
  }

  /** They have nothing in common with it any more: it alone still holds what was acknowledged. */
  @Test
  void shouldKeepAndAnswerWhatItHoldsWhenTheOthersHaveBegunWithoutIt() throws Exception {
    cluster = Cluster.serving(directory, 3, this::limited);
    TestReplica out = cluster.replica(0);
    List<TestReplica> others = cluster.all().subList(1, 3);
    try (TestClient client = out.client()) {
      assertEquals(kv.PUT_OK, client.put("k", "v"));
      cluster.awaitEqual();
      for (TestReplica other : others) {
        other.stop();
        other.lists(cluster.host(1), cluster.host(2));
      }
      for (TestReplica other : others) {
        other.start();
      }
      Eventually.until(
          "the others serve",
          () -> others.stream().allMatch(other -> other.isServing() && other.isWhole()),
          cluster::describe);
      try (TestClient another = others.get(0).client()) {
        assertEquals(kv.PUT_OK, another.put("k", "w"));
      }
      awaitManyAttempts(others.get(0));

      assertEquals("=v", client.get("k"));
      assertEquals(kv.PUT_FAILED, client.put("k", "x"));
    }
  }

  private void awaitManyAttempts(TestReplica at) throws Exception {
    try (TestClient client = at.client()) {
      Eventually.until(
          "it was asked often",
          () -> client.stub().STATUS_1().calls[kv.RADMIT_1] > MANY_ATTEMPTS,
          cluster::describe);
    }
  }

  /** Beside the one that there is no secret, which has nothing to do with anybody's greeting. */
  private static int warnings(TestReplica replica) {
    return replica
        .log()
        .matching(line -> line.startsWith("WARNING") && !line.startsWith("WARNING: no secret: "))
        .size();
  }

  @Test
  void shouldWorkWithEqualSecrets() throws Exception {
    cluster =
        Cluster.serving(
            directory, 3, replica -> limited(replica).secret(secret("a common secret 1")));
    try (TestClient client = cluster.replica(0).client();
        TestClient other = cluster.replica(2).client()) {
      assertEquals(kv.PUT_OK, client.put("k", "v"));
      assertEquals("=v", other.get("k"));
    }
    cluster.awaitEqual();
  }

  @Test
  void shouldRefuseAReplicaWithAnotherSecret() throws Exception {
    assertRefused(secret("a common secret 1"), secret("a common secret 2"));
  }

  @Test
  void shouldRefuseAReplicaWithoutASecret() throws Exception {
    assertRefused(secret("a common secret 1"), Secret.NONE);
  }

  private void assertRefused(Secret one, Secret another) throws Exception {
    cluster = cluster(2);
    TestReplica first = cluster.replica(0).secret(one).start();
    TestReplica second = cluster.replica(1).secret(another).start();
    for (TestReplica replica : cluster.all()) {
      Eventually.until(
          "both say so",
          () -> replica.log().contain("is of no use to us: it has no secret, or another one"),
          cluster::describe);
    }
    assertFalse(first.isServing());
    assertFalse(second.isServing());
    assertFalse(first.reaches(second));
    assertFalse(second.reaches(first));
  }

  @Test
  void shouldAdmitACallerThatProvesToKnowTheSecretOnly() throws Exception {
    cluster = cluster(2);
    TestReplica replica = cluster.replica(0).secret(secret("a common secret 1")).start();
    try (StandInReplica standIn = new StandInReplica(cluster.address(1), cluster.names());
        Greeter greeter = standIn.calls(replica.address())) {
      standIn.says(self -> self.max_length = maxLength);
      standIn.knows("a common secret 1");
      greeter.hello();
      Admission welcome = greeter.ask();
      byte[] theirs = welcome.callee.proof.value;
      assertArrayEquals(greeter.proofOf(welcome), theirs, "it proves itself, whatever it answers");

      assertEquals(kv.ADMIT_OTHER_SECRET, greeter.ask(new byte[0]).code);
      assertEquals(kv.ADMIT_OTHER_SECRET, greeter.ask(new byte[32]).code);
      assertEquals(kv.ADMIT_OTHER_SECRET, greeter.ask(theirs).code, "sent back");
      standIn.knows("a common secret 2");
      assertEquals(kv.ADMIT_OTHER_SECRET, greeter.ask().code);
      assertEquals(0, greeter.ask().callee.list.length, "it tells such a one nothing");
      assertNotAdmitted(greeter);
      assertEquals(0, replica.liveEntries());

      standIn.knows("a common secret 1");
      assertEquals(kv.ADMITTED, greeter.admission());
      byte[] proof = greeter.proof();
      assertEquals(kv.PUT_OK, greeter.rput("k", "v", 1));

      greeter.hello();
      assertNotAdmitted(greeter);
      assertEquals(kv.ADMIT_OTHER_SECRET, greeter.ask(proof).code, "the nonce is another now");
      assertNotAdmitted(greeter);
    }
  }

  /** Each wrong proof has a right one computed. */
  @Test
  void shouldJudgeOneThatItHasMetBesideManyThatOnlyKnowItsName() throws Exception {
    cluster = cluster(2);
    TestReplica replica = cluster.replica(0).secret(secret("a common secret 1")).start();
    try (StandInReplica standIn = new StandInReplica(cluster.address(1), cluster.names());
        Greeter stranger = standIn.calls(replica.address());
        Greeter greeter = standIn.calls(replica.address())) {
      standIn.says(self -> self.max_length = maxLength);
      standIn.knows("a common secret 1");
      Names invented = StandInReplica.withNonce(standIn.names());
      invented.incarnation++;
      stranger.hello(invented);
      long askedNanos = System.nanoTime();
      while (!isRefusedUnseen(stranger)) {
        askedNanos = System.nanoTime();
      }

      greeter.hello();
      assertEquals(kv.ADMITTED, greeter.admission());
      isRefusedUnseen(stranger);
      assertLeftUnreadSince(askedNanos);
    }
  }

  /** What many would have a replica do that are answered at once, and call again. */
  @Test
  void shouldLeaveOneUnreadForASecondThatGreetsAgain() throws Exception {
    cluster = cluster(2);
    TestReplica replica = cluster.replica(0).start();
    try (StandInReplica standIn = new StandInReplica(cluster.address(1), cluster.names());
        Greeter stranger = standIn.calls(replica.address())) {
      stranger.hello();
      long greetedAgainNanos = System.nanoTime();
      stranger.hello();
      stranger.hello();
      assertLeftUnreadSince(greetedAgainNanos);
    }
  }

  private static void assertLeftUnreadSince(long nanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    assertTrue(millis >= 1000, () -> "the next call was answered after " + millis + " ms");
  }

  private static boolean isRefusedUnseen(Greeter stranger) throws IOException {
    try {
      assertEquals(kv.ADMIT_OTHER_SECRET, stranger.ask(new byte[32]).code);
      return false;
    } catch (OncRpcException systemError) {
      return true;
    }
  }

  private Cluster cluster(int size) throws IOException {
    Cluster made = new Cluster(directory, size);
    made.all().forEach(this::limited);
    return made;
  }

  private TestReplica limited(TestReplica replica) {
    return replica.limits(Limits.DEFAULT_CAPACITY, maxLength);
  }

  private static void assertNotAdmitted(Greeter greeter) {
    Exception refusal = assertThrows(OncRpcException.class, () -> greeter.rput("k", "w", 2));
    assertTrue(refusal.getMessage().startsWith(Greeter.REFUSED), refusal.getMessage());
  }

  private Secret secret(String text) {
    try {
      return Secrets.of(text, directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
