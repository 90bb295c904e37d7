package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.Listed;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/**
 * What two replicas do when an operator takes one of them out of the file. The test stands in for
 * the second of two, which holds nothing, so that both start together.
 */
class TakenOutTest {
  private static final long PEER_TIMEOUT_MILLIS = 3_000;

  @TempDir Path directory;
  private Cluster cluster;
  private TestReplica replica;
  private StandInReplica peer;
  private Greeter greeter;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory, 2);
    peer = new StandInReplica(cluster.address(1), cluster.names());
    peer.answers(kv.ADMITTED);
    replica = cluster.replica(0).peerTimeoutMillis(PEER_TIMEOUT_MILLIS).start();
    greeter = peer.calls(replica.address());
    assertEquals(kv.ADMITTED, greeter.greet());
    Eventually.until("it serves", replica::isServing, cluster::describe);
  }

  @AfterEach
  void stop() {
    greeter.close();
    peer.close();
    cluster.close();
  }

  @Test
  void shouldTellTheOneThatIsTakenOutAndThenGoOnWithoutIt() throws Exception {
    try (TestClient client = replica.client()) {
      assertEquals(kv.PUT_FAILED, client.put("k", "v"));

      replica.lists(replica.host());

      Eventually.until("it is told", () -> !peer.leftOut().isEmpty(), cluster::describe);
      assertEquals(List.of(replica.shown()), peer.leftOut());
      Eventually.until("it has hung up", greeter::isClosed, cluster::describe);
      Eventually.until("it has the answer", replica::isWhole, cluster::describe);
      assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, client.put("k", "w"));
      assertEquals("=w", client.get("k"));
    }
  }

  /** It may still answer clients from what it holds. */
  @Test
  void shouldSettleNothingUntilTheOneThatIsTakenOutIsSilentForAPeerTimeout() throws Exception {
    peer.beSilent();
    try (TestClient client = replica.client()) {
      replica.lists(replica.host());
      Eventually.until("it is told", () -> !peer.leftOut().isEmpty(), cluster::describe);
      long toldNanos = System.nanoTime();

      assertEquals(kv.PUT_FAILED, client.put("k", "v"));
      Eventually.until(
          "it goes on", () -> client.put("k", "v") != kv.PUT_FAILED, cluster::describe);

      long waitedMillis = (System.nanoTime() - toldNanos) / 1_000_000;
      assertTrue(waitedMillis > PEER_TIMEOUT_MILLIS / 2, "after ms " + waitedMillis);
    }
  }

  /** It is told again, since whoever vouches for it may come to the new list at any time. */
  @Test
  void shouldSettleNothingWhileTheOneThatIsTakenOutAnswersClients() throws Exception {
    peer.answersWhenTakenOut(kv.TAKEN_OUT_ANSWERS_STILL);
    try (TestClient client = replica.client()) {
      replica.lists(replica.host());
      for (int i = 0; i < 3; i++) {
        Eventually.until("it is told", () -> !peer.leftOut().isEmpty(), cluster::describe);
        assertEquals(kv.PUT_FAILED, client.put("k", "v"));
        peer.answersWhenTakenOut(kv.TAKEN_OUT_ANSWERS_STILL);
      }

      peer.answersWhenTakenOut(kv.TAKEN_OUT_STOPPED);

      Eventually.until(
          "it goes on", () -> client.put("k", "v") != kv.PUT_FAILED, cluster::describe);
      assertEquals(List.of(replica.shown()), peer.leftOut());
    }
  }

  /** Its file was wrong for a while, and right again before anybody else had taken it over. */
  @Test
  void shouldSettleAgainWhenTheOneThatAnswersClientsIsPutBack() throws Exception {
    peer.answersWhenTakenOut(kv.TAKEN_OUT_ANSWERS_STILL);
    try (TestClient client = replica.client()) {
      replica.lists(replica.host());
      Eventually.until("it is told", () -> !peer.leftOut().isEmpty(), cluster::describe);

      replica.lists(cluster.names());

      Eventually.until("it is back", replica::isWhole, cluster::describe);
      assertEquals(kv.PUT_FAILED, client.put("k", "v"), "it answers no RPUT");
    }
  }

  /** Alone it asks nobody, but what it reads becomes settled all the same. */
  @Test
  void shouldNotReadAloneWhatIsUnsettledWhileTheOneThatIsTakenOutMayNotKnowIt() throws Exception {
    assertEquals(kv.PUT_OK, greeter.rput("k", "v", 1));
    peer.beSilent();
    try (TestClient client = replica.client()) {
      replica.lists(replica.host());
      Eventually.until("it is told", () -> !peer.leftOut().isEmpty(), cluster::describe);
      long toldNanos = System.nanoTime();

      assertEquals("1", client.get("k"));
      Eventually.until("it goes on", () -> client.get("k").equals("=v"), cluster::describe);

      long waitedMillis = (System.nanoTime() - toldNanos) / 1_000_000;
      assertTrue(waitedMillis > PEER_TIMEOUT_MILLIS / 2, "after ms " + waitedMillis);
    }
  }

  @Test
  void shouldAnswerNoClientWhenItIsToldThatItWasTakenOutAndKeepWhatItHolds() throws Exception {
    assertEquals(kv.PUT_OK, greeter.rput("k", "v", 1));
    assertEquals(0, greeter.rsettled(1));
    try (TestClient client = replica.client()) {
      assertEquals("=v", client.get("k"));

      peer.lists(cluster.host(1));
      assertEquals(0, greeter.rtakenOut(peer.particulars().list));

      assertEquals("1", client.get("k"));
      assertEquals(kv.PUT_FAILED, client.put("k", "w"));
      assertTrue(replica.isServing(), "others may take over what it holds");
      assertTrue(
          replica.log().contain("no client is answered: waiting for replica " + cluster.host(1)),
          cluster::describe);

      peer.lists(cluster.names());
      peer.hangUp();
      Eventually.until("it is listed again", () -> client.get("k").equals("=v"), cluster::describe);
    }
    assertFalse(replica.log().contain("two histories"), cluster::describe);
  }

  /** It was put back while the message was on its way: seed 56675 of the simulator. */
  @Test
  void shouldAnswerAgainWhenItIsToldOnlyNowThatItWasTakenOut() throws Exception {
    assertEquals(kv.PUT_OK, greeter.rput("k", "v", 1));
    assertEquals(0, greeter.rsettled(1));
    Listed[] before = {peer.particulars().list[1]};

    assertEquals(0, greeter.rtakenOut(before));

    answersAgain();
  }

  /** So does what it tells of itself on a connection of its own: seed 60606. */
  @Test
  void shouldAnswerAgainWhenItIsToldOnlyNowOfAListThatLacksIt() throws Exception {
    assertEquals(kv.PUT_OK, greeter.rput("k", "v", 1));
    assertEquals(0, greeter.rsettled(1));
    Particulars before = peer.particulars();
    before.list = new Listed[] {before.list[1]};
    before.state = kv.REPLICA_SERVING;

    assertEquals(kv.ADMIT_OTHER_LIST, greeter.pass(before).code);

    answersAgain();
  }

  /** It admits nobody until an operator has acted, and would be waited for no more than if away. */
  @Test
  void shouldAnswerAgainWhenItIsListedAgainThoughAThirdIsDamaged() throws Exception {
    try (Cluster three = new Cluster(directory, 3);
        StandInReplica other = new StandInReplica(three.address(1), three.names());
        StandInReplica damaged = new StandInReplica(three.address(2), three.names())) {
      other.answers(kv.ADMITTED);
      damaged.answers(kv.ADMITTED);
      TestReplica it = three.replica(0).peerTimeoutMillis(PEER_TIMEOUT_MILLIS).start();
      try (Greeter fromOther = other.calls(it.address());
          Greeter fromDamaged = damaged.calls(it.address())) {
        assertEquals(kv.ADMITTED, fromOther.greet());
        assertEquals(kv.ADMITTED, fromDamaged.greet());
        Eventually.until("it serves", it::isServing, three::describe);
      }
      damaged.answers(kv.ADMIT_DAMAGED);
      damaged.says(self -> self.standing = kv.STANDING_DAMAGED);
      damaged.restart();
      damaged.hangUp();
      Eventually.until(
          "it knows", () -> it.log().contain("its data directory is damaged"), three::describe);
      try (Greeter fromOther = other.calls(it.address())) {
        assertEquals(kv.ADMITTED, fromOther.greet());
        other.lists(three.host(1), three.host(2));
        assertEquals(0, fromOther.rtakenOut(other.particulars().list));
        Eventually.until(
            "it is silent", () -> it.log().contain("no client is answered"), three::describe);

        other.lists(three.names());
        other.hangUp();

        Eventually.until(
            "it answers", () -> it.log().contain("clients are answered again"), three::describe);
      }
    }
  }

  private void answersAgain() throws Exception {
    try (TestClient client = replica.client()) {
      Eventually.until("it has asked", () -> client.get("k").equals("=v"), cluster::describe);
    }
    assertTrue(replica.log().contain("clients are answered again"), cluster::describe);
  }
}
