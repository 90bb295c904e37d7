package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.ReplicaAddress;
import org.rkv.rpc.Names;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;

/**
 * Who a replica takes for the one that an entry of its file means. Of three replicas one runs; the
 * test stands in for the second, and the third is away.
 */
class WhoAnswersTest {
  private static final int MANY_ATTEMPTS = 5;

  @TempDir Path directory;
  private Cluster cluster;
  private TestReplica replica;
  private StandInReplica peer;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory, 3);
    peer = new StandInReplica(cluster.address(1), cluster.names());
    replica = cluster.replica(0).start();
  }

  @AfterEach
  void stop() {
    peer.close();
    cluster.close();
  }

  @Test
  void shouldNotReachAnEntryWhereTheReplicaOfAnotherOneAnswers() throws Exception {
    String right = peer.names().name;
    try (Greeter greeter = peer.calls(replica.address())) {
      assertEquals(kv.ADMITTED, greeter.greet());
      peer.call(peer.text(cluster.host(2)));
      peer.restart();
      int before = peer.greetings();
      peer.hangUp();

      greeter.hello();
      Eventually.until(
          "it says where the name leads",
          () ->
              replica
                  .log()
                  .contain(
                      "WARNING: replica "
                          + cluster.host(1)
                          + " is not reachable: the name leads to replica "
                          + cluster.host(2)),
          cluster::describe);
      Eventually.until(
          "it tries again", () -> peer.greetings() > before + MANY_ATTEMPTS, cluster::describe);

      assertEquals(2, replica.peers(), "no entry is dropped");
      assertFalse(peer().isReached());
      assertEquals(kv.ADMIT_NOT_YET, greeter.ask().code);

      peer.call(right);
      assertEquals(kv.ADMITTED, greeter.greet());
    }
  }

  /** A container has a new host name at each start. */
  @Test
  void shouldTakeOverANewHostName() throws Exception {
    for (String name : List.of("container-1:7", "container-2:7")) {
      peer.call(name);
      peer.restart();
      try (Greeter greeter = peer.calls(replica.address())) {
        assertEquals(kv.ADMITTED, greeter.greet());
        assertEquals(name, greeter.ask().callee.list[1].given_name);
        assertEquals(peer.text(cluster.host(1)), greeter.ask().callee.list[1].text);
      }
    }
  }

  /** Clones may all be called so; it is no name of any. */
  @Test
  void shouldCallOneByItsAddressThatCallsItselfLocalhost() throws Exception {
    peer.call("localhost:7");
    try (Greeter greeter = peer.calls(replica.address())) {
      assertEquals(kv.ADMITTED, greeter.greet());
      assertEquals(peer.text(cluster.host(1)), greeter.ask().callee.list[1].given_name);
    }
  }

  @Test
  void shouldTakeItsOwnGreetingBackForNobody() throws Exception {
    peer.close();
    try (StandInReplica mirror = new Mirror()) {
      Eventually.until(
          "it has tried often", () -> mirror.greetings() > MANY_ATTEMPTS, cluster::describe);

      assertTrue(replica.log().contain("the name leads to ourselves"), cluster::describe);
      assertEquals(2, replica.peers());
      assertFalse(peer().isReached());
      assertFalse(replica.isServing());
    }
    peer = new StandInReplica(cluster.address(1), cluster.names());
    try (Greeter greeter = peer.calls(replica.address())) {
      assertEquals(kv.ADMITTED, greeter.greet());
    }
  }

  /** Stands where the peer should, and passes on to the replica what it says itself. */
  private final class Mirror extends StandInReplica {
    Mirror() throws Exception {
      super(cluster.address(1), cluster.names());
    }

    @Override
    Names answerTo(Names caller) throws IOException, OncRpcException {
      try (Greeter passing = calls(replica.address())) {
        Names answer = passing.hello(caller);
        answer.incarnation++; // so that it is known by its nonce alone
        return answer;
      }
    }
  }

  @Test
  void shouldAdmitARestartedReplicaAtOnceAndEndWhatItsFormerProcessMade() throws Exception {
    try (Greeter former = peer.calls(replica.address())) {
      assertEquals(kv.ADMITTED, former.greet());
      peer.restart();
      try (Greeter greeter = peer.calls(replica.address())) {
        assertEquals(kv.ADMITTED, greeter.greet());
        assertEquals(kv.PUT_OK, greeter.rput("k", "v", 1));
      }
      Eventually.until("it is closed", former::isClosed, cluster::describe);
    }
    assertFalse(replica.log().contain("two of its name"), cluster::describe);
  }

  @Test
  void shouldKeepTheOneThatItsLinkLeadsToWhateverAnotherOfItsNameSays() throws Exception {
    InetAddress elsewhere = cluster.replica(2).inetAddress();
    try (Greeter right = peer.calls(replica.address());
        StandInReplica other =
            new StandInReplica(new InetSocketAddress(elsewhere, 0), cluster.names());
        Greeter wrong = other.calls(replica.address())) {
      assertEquals(kv.ADMITTED, right.greet());
      other.call(peer.names().name);
      for (int i = 0; i < MANY_ATTEMPTS; i++) {
        int before = peer.greetings();
        wrong.hello();
        assertEquals(kv.ADMIT_OTHER_INCARNATION, wrong.ask().code);
        Eventually.until(
            "it has looked who answers", () -> peer.greetings() > before, cluster::describe);
      }

      assertEquals(kv.ADMIT_OTHER_INCARNATION, wrong.ask().code);
      assertEquals(kv.PUT_OK, right.rput("k", "v", 1));
    }
    assertFalse(replica.log().contain("two of its name"), cluster::describe);
  }

  /** Of a look that had begun before, it was taken for answered. */
  @Test
  void shouldLookOnceMoreForOneThatGreetsWhileItLooks() throws Exception {
    peer.close();
    InetAddress elsewhere = cluster.replica(2).inetAddress();
    HeldBack held = new HeldBack();
    peer = held;
    try (Greeter right = held.calls(replica.address());
        StandInReplica other =
            new StandInReplica(new InetSocketAddress(elsewhere, 0), cluster.names());
        Greeter wrong = other.calls(replica.address())) {
      assertEquals(kv.ADMITTED, right.greet());
      other.call(held.names().name);
      held.mayAnswer = new CountDownLatch(1);
      int before = held.greetings();
      wrong.hello();
      Eventually.until("it looks", () -> held.greetings() > before, cluster::describe);
      wrong.hello();
      held.mayAnswer.countDown();
      Eventually.until("and again", () -> held.greetings() > before + 1, cluster::describe);
    }
  }

  /** The peer, whose answers to greetings may take a while. */
  private final class HeldBack extends StandInReplica {
    private volatile CountDownLatch mayAnswer = new CountDownLatch(0);

    HeldBack() throws Exception {
      super(cluster.address(1), cluster.names());
    }

    @Override
    Names answerTo(Names caller) throws IOException, OncRpcException {
      try {
        mayAnswer.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
      return super.answerTo(caller);
    }
  }

  @Test
  void shouldAdmitNeitherOfTwoThatLookUpsLeadToInTurnUntilOneIsSilent() throws Exception {
    Names one = peer.names();
    try (Greeter first = peer.calls(replica.address())) {
      assertEquals(kv.ADMITTED, first.greet());
    }
    peer.restart();
    Names other = peer.names();
    try (Greeter second = peer.calls(replica.address())) {
      assertEquals(kv.ADMITTED, second.greet(), "it may have restarted");
    }
    peer.be(one);
    peer.answers(kv.ADMITTED);
    try (Greeter first = peer.calls(replica.address())) {
      assertEquals(kv.ADMIT_TWO_OF_ONE_NAME, first.greet());
      Eventually.until(
          "it says so",
          () -> replica.log().contain("there are two of its name, at "),
          cluster::describe);
      assertFalse(peer().isAdmitted());
      peer.be(other);
      try (Greeter second = peer.calls(replica.address())) {
        assertEquals(kv.ADMIT_TWO_OF_ONE_NAME, second.greet());

        Eventually.until(
            "the other is silent", () -> second.ask().code == kv.ADMITTED, cluster::describe);
      }
      Eventually.until("it is admitted", () -> peer().isAdmitted(), cluster::describe);
    }
  }

  @Test
  void shouldEndNoLinkWhenAnEntryIsWrittenInAnotherWay() throws Exception {
    peer.answers(kv.ADMITTED);
    try (Greeter greeter = peer.calls(replica.address())) {
      assertEquals(kv.ADMITTED, greeter.greet());
      Eventually.until("it is admitted", () -> peer().isAdmitted(), cluster::describe);
      int before = peer.greetings();

      setPeers(entry(2, cluster.host(2)), entry(1, "beta.example.org"));

      List<Peer> peers = replica.look(life -> life.peers().all());
      assertEquals(
          List.of(cluster.host(2), "beta.example.org"), peers.stream().map(Peer::name).toList());
      assertTrue(peers.get(1).isAdmitted());
      assertEquals(kv.PUT_OK, greeter.rput("k", "v", 1));
      assertEquals(before, peer.greetings());
    }
  }

  /** The new name may be a better one: the old one need not lead there any more. */
  @Test
  void shouldCallAnEntryAsItIsWrittenNow() throws Exception {
    peer.answers(kv.ADMITTED);
    Eventually.until("it is admitted", () -> greets(peer) == kv.ADMITTED, cluster::describe);
    byte[] moved = cluster.replica(1).inetAddress().getAddress();
    moved[3] = 99;
    InetAddress address = InetAddress.getByAddress(moved);
    String host = address.getHostAddress();
    List<InetAddress> both = List.of(cluster.replica(1).inetAddress(), address);
    setPeers(new ReplicaAddress(host, host, both, cluster.port()), entry(2, cluster.host(2)));

    peer.close();
    peer = new StandInReplica(new InetSocketAddress(address, cluster.port()), cluster.names());
    Eventually.until("it is called there", () -> peer.greetings() > 0, cluster::describe);
  }

  private int greets(StandInReplica standIn) throws IOException, OncRpcException {
    try (Greeter greeter = standIn.calls(replica.address())) {
      return greeter.greet();
    }
  }

  private void setPeers(ReplicaAddress... entries) {
    replica.look(
        life -> {
          try {
            life.setPeers(List.of(entries));
            return null;
          } catch (IOException | OncRpcException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private ReplicaAddress entry(int index, String host) {
    InetAddress address = cluster.replica(index).inetAddress();
    return new ReplicaAddress(host, host, List.of(address), cluster.port());
  }

  @Test
  void shouldEndAllLinksAndGreetAnewWhenAnotherReplicaIsListed() throws Exception {
    peer.answers(kv.ADMITTED);
    try (Greeter greeter = peer.calls(replica.address())) {
      assertEquals(kv.ADMITTED, greeter.greet());
      Eventually.until("it is admitted", () -> peer().isAdmitted(), cluster::describe);
      int before = peer.greetings();

      replica.lists(cluster.host(0), cluster.host(1), cluster.host(2), "fourth.invalid");

      Eventually.until("it greets anew", () -> peer.greetings() > before, cluster::describe);
      Eventually.until("it has ended our link", greeter::isClosed, cluster::describe);
    }
    try (Greeter greeter = peer.calls(replica.address())) {
      assertEquals(kv.ADMIT_OTHER_LIST, greeter.greet());
      peer.lists(cluster.host(0), cluster.host(1), cluster.host(2), "fourth.invalid");
      assertEquals(kv.ADMITTED, greeter.greet());
    }
  }

  /** The entry that the stand-in answers at. */
  private Peer peer() {
    return replica.look(life -> life.peers().all().get(0));
  }
}
