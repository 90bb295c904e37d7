package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Names;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/**
 * Who may call what only replicas may. Of two replicas that list each other one runs; the test
 * stands in for the other, or calls as a stranger.
 */
class PeerAuthenticatorTest {
  @TempDir Path directory;
  private Cluster cluster;
  private TestReplica replica;
  private InetAddress stranger;
  private StandInReplica peer;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory, 3);
    replica = cluster.replica(0);
    stranger = cluster.replica(2).inetAddress();
    String[] both = {replica.host(), cluster.host(1)};
    peer = new StandInReplica(cluster.address(1), both);
    replica.lists(both).start();
  }

  @AfterEach
  void stop() {
    peer.close();
    cluster.close();
  }

  @Test
  void shouldSayWhoItIsToAnybodyAndNothingElse() throws Exception {
    try (Greeter greeter = peer.callsFrom(stranger, replica.address())) {
      Names names = greeter.hello();

      assertEquals(replica.shown(), names.name);
      assertEquals(replica.origin(), names.start);
      assertNotEquals(0, names.incarnation);
      assertEquals("", names.meant);
      assertEquals(StandInReplica.NONCE_BYTES, names.nonce.value.length);
      assertNotEquals(
          HexFormat.of().formatHex(names.nonce.value),
          HexFormat.of().formatHex(greeter.hello().nonce.value));
      assertAllRefused(greeter);
    }
  }

  @Test
  void shouldAdmitAReplicaOfItsFileThatItHasMetItself() throws Exception {
    try (Greeter greeter = calls()) {
      assertEquals(kv.ADMITTED, greeter.greet());

      Admission again = greeter.ask();

      assertEquals(kv.ADMITTED, again.code);
      assertEquals(kv.REPLICA_CATCHING_UP, again.callee.state);
      assertEquals(kv.KVSTORE_CAPACITY, again.callee.capacity);
      assertEquals(kv.MAX_LENGTH, again.callee.max_length);
      assertEquals(2, again.callee.list.length);
      assertEquals(replica.shown(), again.callee.list[0].text, "ourselves first");
      assertEquals(peer.names().name, again.callee.list[1].text);
      assertEquals(peer.names().name, again.callee.list[1].given_name);
      assertArrayEquals(new byte[0], again.callee.proof.value);
    }
  }

  @Test
  void shouldServeTheProceduresOfReplicasToOneThatItHasAdmitted() throws Exception {
    try (Greeter greeter = calls()) {
      greeter.greet();
      long clock = System.currentTimeMillis() << 16;

      assertEquals(kv.PUT_OK, greeter.rput("k", "v", clock));
      assertEquals("v", greeter.rget("k").value.value);
      assertEquals(clock, greeter.rget("k").stamp.clock);
      assertFalse(greeter.rget("k").settled);
      assertEquals(0, greeter.rsettled(clock));
      assertTrue(greeter.rget("k").settled, "by the origin's watermark");
      assertEquals(kv.DEL_OK, greeter.rdel("k", clock + 1));
      assertEquals(kv.DEL_KEY_NOT_FOUND, greeter.rdel("k", clock + 1));
      assertEquals(kv.GET_KEY_NOT_FOUND, greeter.rget("k").code);
      assertEquals(clock + 1, greeter.rget("k").stamp.clock, "the stamp of the tombstone");
      assertEquals(0, greeter.rget("never there").stamp.clock);
      assertEquals(kv.PUT_OK, greeter.rput("k", "late", clock));
      assertEquals(kv.GET_KEY_NOT_FOUND, greeter.rget("k").code, "the newer delete stays");
    }
  }

  @Test
  void shouldRefuseTheProceduresOfReplicasWithoutAGreeting() throws Exception {
    try (Greeter greeter = calls()) {
      assertAllRefused(greeter);
      assertEquals(kv.ADMIT_NOT_YET, greeter.ask(new byte[0]).code);
      assertAllRefused(greeter);
    }
    assertEquals(Map.of(), replica.contents());
  }

  @Test
  void shouldRefuseOneThatHasSaidItsNamesOnly() throws Exception {
    try (Greeter greeter = calls()) {
      greeter.hello();
      awaitMet();

      assertAllRefused(greeter);
    }
  }

  /** Two links each way, and what a cut has left behind. */
  @Test
  void shouldAdmitAFewConnectionsOfAPeerAndNotCloseThemForMore() throws Exception {
    List<Greeter> admitted = new ArrayList<>();
    try (Greeter oneTooMany = calls()) {
      for (int i = 0; i < 4; i++) {
        Greeter greeter = calls();
        admitted.add(greeter);
        assertEquals(kv.ADMITTED, greeter.greet());
      }
      for (Greeter each : admitted) {
        assertEquals(0, each.rsettled(1), "its heartbeat");
      }
      oneTooMany.hello();
      assertEquals(kv.ADMIT_NOT_YET, oneTooMany.ask().code);
      for (Greeter each : admitted) {
        assertFalse(each.isClosed());
      }
      assertEquals(kv.ADMITTED, oneTooMany.admission(), "those that are silent make room");
    } finally {
      admitted.forEach(Greeter::close);
    }
  }

  /** Or else it would never greet anew. */
  @Test
  void shouldCloseAConnectionWithTheOthersThatItAdmitsNoMore() throws Exception {
    try (Greeter before = calls();
        Greeter restarted = calls()) {
      assertEquals(kv.ADMITTED, before.greet());
      peer.says(self -> self.max_length = 1);
      assertEquals(kv.ADMIT_OTHER_LIMITS, before.ask().code);

      peer.restart();
      restarted.hello();

      Eventually.until("it is closed", () -> isClosed(before), cluster::describe);
    }
  }

  private static boolean isClosed(Greeter greeter) {
    try {
      return greeter.isClosed();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whatever it says, and from wherever it says so. */
  @Test
  void shouldNotAdmitOneThatItsOwnLinkDoesNotLeadTo() throws Exception {
    awaitMet();
    try (Greeter listed = calls()) {
      assertEquals(kv.ADMITTED, listed.greet());
      Names right = peer.names();
      for (InetAddress from : List.of(stranger, cluster.replica(1).inetAddress())) {
        try (Greeter greeter = peer.callsFrom(from, replica.address())) {
          Names names = StandInReplica.withNonce(right);
          names.incarnation++;
          assertNotMet(kv.ADMIT_OTHER_INCARNATION, greeter, names);
          names = StandInReplica.withNonce(right);
          names.start++; // another process may have a copy of its directory
          assertNotMet(kv.ADMIT_OTHER_INCARNATION, greeter, names);
          names.incarnation = replica.incarnation();
          assertNotMet(kv.ADMIT_OTHER_INCARNATION, greeter, names);
        }
      }
      assertEquals(kv.PUT_OK, listed.rput("k", "v", 1), "who was admitted is so still");
    }
  }

  private void assertNotMet(int code, Greeter greeter, Names names) throws Exception {
    greeter.hello(names);
    assertEquals(code, greeter.ask().code);
    assertAllRefused(greeter);
  }

  /** Without a secret only the address tells. */
  @Test
  void shouldRefuseOneThatCallsFromAnAddressOfNoEntry() throws Exception {
    try (Greeter greeter = peer.callsFrom(stranger, replica.address())) {
      assertEquals(kv.ADMIT_OTHER_ADDRESS, greeter.greet());
      assertAllRefused(greeter);
    }
  }

  /**
   * It said that it is not listed: the whole cluster stopped serving for one resolver's failure.
   */
  @Test
  void shouldNotDisownAReplicaWhoseNameItCannotResolveYet() throws Exception {
    String[] three = {replica.host(), cluster.host(1), "lost.invalid"};
    replica.lists(three);
    Eventually.until("it has read the file", () -> replica.peers() == 2, replica::toString);
    peer.lists(three);
    try (Greeter greeter = peer.callsFrom(stranger, replica.address())) {
      Names names = StandInReplica.withNonce(peer.names());
      names.name = peer.text("lost.invalid");
      names.incarnation++;
      assertNotMet(kv.ADMIT_NOT_YET, greeter, names);
    }
    try (Greeter greeter = calls()) {
      assertEquals(kv.ADMITTED, greeter.greet());
    }
  }

  /** The names say nothing: where the file's entry leads is what counts. */
  @Test
  void shouldRefuseOneThatListensAtAnotherPortThanTheFileSays() throws Exception {
    InetSocketAddress elsewhere = new InetSocketAddress(cluster.replica(1).inetAddress(), 0);
    try (StandInReplica other = new StandInReplica(elsewhere, replica.host(), cluster.host(1));
        Greeter greeter = other.calls(replica.address())) {
      other.call(peer.names().name);
      awaitMet();
      assertNotMet(kv.ADMIT_OTHER_INCARNATION, greeter, StandInReplica.withNonce(other.names()));
    }
  }

  @Test
  void shouldNotTakeAGreetingOnAnotherConnectionForOneOnThis() throws Exception {
    try (Greeter one = calls();
        Greeter other = calls()) {
      assertEquals(kv.ADMITTED, one.greet());

      assertAllRefused(other);
    }
  }

  @Test
  void shouldRefuseAReplicaWithOtherLimits() throws Exception {
    try (Greeter greeter = calls()) {
      peer.says(self -> self.capacity = 257);
      assertEquals(kv.ADMIT_OTHER_LIMITS, greeter.greet());
      assertAllRefused(greeter);

      peer.says(
          self -> {
            self.capacity = 256;
            self.max_length = 33;
          });
      assertEquals(kv.ADMIT_OTHER_LIMITS, greeter.greet());
      assertAllRefused(greeter);
    }
  }

  @Test
  void shouldRefuseAReplicaWithAnotherList() throws Exception {
    try (Greeter greeter = calls()) {
      peer.lists(replica.host(), cluster.host(1), cluster.host(2));
      assertEquals(kv.ADMIT_OTHER_LIST, greeter.greet());
      assertAllRefused(greeter);

      peer.lists(cluster.host(1));
      assertEquals(kv.ADMIT_OTHER_LIST, greeter.greet());
      assertAllRefused(greeter);

      peer.lists(cluster.host(1), replica.host());
      assertEquals(kv.ADMITTED, greeter.greet(), "the order does not matter");
    }
  }

  @Test
  void shouldRefuseAReplicaWithASecretIfItHasNoneItself() throws Exception {
    try (Greeter greeter = calls()) {
      peer.knows("a common secret 1");

      assertEquals(kv.ADMIT_OTHER_SECRET, greeter.greet());
      assertAllRefused(greeter);
    }
  }

  @Test
  void shouldNotAdmitItself() throws Exception {
    try (Greeter greeter = peer.callsFrom(stranger, replica.address())) {
      Names ours = StandInReplica.withNonce(greeter.hello());
      ours.meant = peer.names().name;

      assertNotMet(kv.ADMIT_NOT_YET, greeter, ours);
    }
  }

  @Test
  void shouldForgetAnAdmissionWhenALaterGreetingIsRefused() throws Exception {
    try (Greeter greeter = calls()) {
      assertEquals(kv.ADMITTED, greeter.greet());
      peer.says(self -> self.capacity = 1);

      assertEquals(kv.ADMIT_OTHER_LIMITS, greeter.ask().code);

      assertAllRefused(greeter);
      peer.says(self -> self.capacity = kv.KVSTORE_CAPACITY);
      assertEquals(kv.ADMITTED, greeter.ask().code);
      greeter.hello();
      assertAllRefused(greeter);
    }
  }

  @Test
  void shouldHangUpOnOneThatIsTakenOutOfTheFile() throws Exception {
    try (Greeter greeter = calls()) {
      greeter.greet();
      assertEquals(kv.PUT_OK, greeter.rput("k", "v", 1));

      replica.lists(replica.host());
      Eventually.until("the file is read", () -> replica.peers() == 0, cluster::describe);

      Eventually.until("it has hung up", greeter::isClosed, cluster::describe);
      assertThrows(OncRpcException.class, () -> greeter.rput("k", "w", 2));
      assertTrue(replica.contents().get("k").endsWith("=v"));
    }
    try (Greeter greeter = calls()) {
      greeter.hello();
      assertEquals(kv.ADMIT_NOT_YET, greeter.ask().code);
      assertAllRefused(greeter);
    }
  }

  @Test
  void shouldRefuseTheProceduresOfReplicasOverUdp() throws Exception {
    try (Greeter greeted = calls();
        Greeter greeter =
            new Greeter(
                TestClient.overUdpFrom(cluster.replica(1).inetAddress(), replica.address()),
                peer)) {
      assertEquals(kv.ADMITTED, greeted.greet());

      assertRefused(greeter::hello);
      assertRefused(() -> greeter.ask(new byte[0]));
      assertAllRefused(greeter);
    }
    assertEquals(Map.of(), replica.contents());
  }

  @Test
  void shouldRefuseWhatIsTooLargeAlsoFromAReplica() throws Exception {
    try (Greeter greeter = calls()) {
      greeter.greet();

      assertEquals(kv.PUT_KEY_IS_TOO_LARGE, greeter.rput("x".repeat(31), "v", 1));
      assertEquals(kv.PUT_VALUE_IS_TOO_LARGE, greeter.rput("k", "x".repeat(31), 1));
      assertEquals(kv.DEL_KEY_IS_TOO_LARGE, greeter.rdel("x".repeat(31), 1));
      assertEquals(Map.of(), replica.contents());
    }
  }

  @Test
  void shouldTakeMoreThanItsCapacityFromAReplica() throws Exception {
    try (Greeter greeter = calls()) {
      greeter.greet();
      for (int i = 0; i < 300; i++) {
        assertEquals(kv.PUT_OK, greeter.rput("key" + i, "v", i + 1));
      }
      assertEquals(300, replica.liveEntries());
    }
  }

  private Greeter calls() throws IOException {
    return peer.calls(replica.address());
  }

  private void awaitMet() {
    Eventually.until("it has met the peer", () -> peer.admissions() > 0, cluster::describe);
  }

  private static void assertAllRefused(Greeter greeter) {
    assertRefused(() -> greeter.rput("k", "v", 1));
    assertRefused(() -> greeter.rdel("k", 1));
    assertRefused(() -> greeter.rget("k"));
    assertRefused(greeter::rscan);
    assertRefused(() -> greeter.rsettled(1));
    assertRefused(greeter::rtakenOut);
  }

  private static void assertRefused(Executable call) {
    OncRpcException refusal = assertThrows(OncRpcException.class, call);
    assertTrue(refusal.getMessage().startsWith(Greeter.REFUSED), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("too weak"), refusal.getMessage());
  }
}
