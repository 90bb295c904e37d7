package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.replica.peer.Secret;
import org.rkv.rpc.Welcome;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/**
 * Who may call what only replicas may. Of two replicas that list each other one runs; the test
 * stands in for the other, or for a stranger.
 */
class PeerAuthenticatorTest {
  @TempDir Path directory;
  private Cluster cluster;
  private TestReplica replica;
  private InetAddress peer;
  private InetAddress stranger;
  private int port;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory, 3);
    replica = cluster.replica(0);
    peer = cluster.replica(1).inetAddress();
    stranger = cluster.replica(2).inetAddress();
    port = replica.address().getPort();
    replica.lists(replica.host(), peer.getHostAddress()).start();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void shouldWelcomeAReplicaOfItsFile() throws Exception {
    try (TestClient client = TestClient.from(peer, replica.address())) {
      Welcome welcome = new Greeter(client, port).greet();

      assertEquals(kv.HELLO_OK, welcome.code);
      assertEquals(replica.host(), welcome.name);
      assertEquals(replica.origin(), welcome.origin);
      assertEquals(kv.REPLICA_CATCHING_UP, welcome.state);
      assertArrayEquals(new byte[0], welcome.nonce.value);
      assertArrayEquals(new byte[0], welcome.proof.value);
    }
  }

  @Test
  void shouldServeTheProceduresOfReplicasToOneThatItHasWelcomed() throws Exception {
    try (TestClient client = TestClient.from(peer, replica.address())) {
      Greeter greeter = new Greeter(client, port);
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
    try (TestClient client = TestClient.from(peer, replica.address())) {
      assertAllRefused(new Greeter(client, port));
    }
    assertEquals(Map.of(), replica.contents());
  }

  @Test
  void shouldRefuseAStrangerWhateverItSays() throws Exception {
    try (TestClient client = TestClient.from(stranger, replica.address())) {
      Greeter greeter = new Greeter(client, port);

      assertEquals(kv.HELLO_NOT_LISTED, greeter.greet().code);
      assertAllRefused(greeter);
      greeter.prove(new byte[0]);
      greeter.prove(new byte[32]);
      assertAllRefused(greeter);
    }
    assertEquals(Map.of(), replica.contents());
  }

  /**
   * It said that it is not listed: the whole cluster stopped serving for one resolver's failure.
   */
  @Test
  void shouldNotDisownAReplicaWhoseNameItCannotResolveYet() throws Exception {
    replica.lists(replica.host(), peer.getHostAddress(), "lost.invalid");
    Eventually.until("it has read the file", () -> replica.peers() == 2, replica::toString);
    try (TestClient client = TestClient.from(stranger, replica.address())) {
      assertEquals(kv.HELLO_NOT_YET, new Greeter(client, port).greet().code);
    }
    try (TestClient client = TestClient.from(peer, replica.address())) {
      assertEquals(kv.HELLO_OK, new Greeter(client, port).greet().code);
    }
  }

  @Test
  void shouldRefuseOneThatListensAtAnotherPortThanTheFileSays() throws Exception {
    try (TestClient client = TestClient.from(peer, replica.address())) {
      Greeter greeter = new Greeter(client, port + 1);

      assertEquals(kv.HELLO_NOT_LISTED, greeter.greet().code);
      assertAllRefused(greeter);
    }
  }

  @Test
  void shouldNotTakeAGreetingOnAnotherConnectionForOneOnThis() throws Exception {
    try (TestClient one = TestClient.from(peer, replica.address());
        TestClient other = TestClient.from(peer, replica.address())) {
      assertEquals(kv.HELLO_OK, new Greeter(one, port).greet().code);

      assertAllRefused(new Greeter(other, port));
    }
  }

  @Test
  void shouldRefuseAReplicaWithOtherLimits() throws Exception {
    try (TestClient client = TestClient.from(peer, replica.address())) {
      Greeter greeter = new Greeter(client, port);
      greeter.says().capacity = 257;
      assertEquals(kv.HELLO_OTHER_LIMITS, greeter.greet().code);
      assertAllRefused(greeter);

      greeter.says().capacity = 256;
      greeter.says().max_length = 33;
      assertEquals(kv.HELLO_OTHER_LIMITS, greeter.greet().code);
      assertAllRefused(greeter);
    }
  }

  @Test
  void shouldRefuseAReplicaWithASecretIfItHasNoneItself() throws Exception {
    try (TestClient client = TestClient.from(peer, replica.address())) {
      Greeter greeter = new Greeter(client, port).nonce(Secret.NONCE_BYTES);

      assertEquals(kv.HELLO_OTHER_SECRET, greeter.greet().code);
      assertEquals(kv.HELLO_OTHER_SECRET, greeter.prove(new byte[0]));
      assertAllRefused(greeter);
    }
  }

  @Test
  void shouldKnowItselfByItsOrigin() throws Exception {
    try (TestClient client = TestClient.from(stranger, replica.address())) {
      Greeter greeter = new Greeter(client, port);
      greeter.says().origin = replica.origin();

      assertEquals(kv.HELLO_ITSELF, greeter.greet().code);
      assertAllRefused(greeter);
    }
  }

  @Test
  void shouldForgetAWelcomeWhenALaterGreetingIsRefused() throws Exception {
    try (TestClient client = TestClient.from(peer, replica.address())) {
      Greeter greeter = new Greeter(client, port);
      assertEquals(kv.HELLO_OK, greeter.greet().code);
      greeter.says().capacity = 1;

      assertEquals(kv.HELLO_OTHER_LIMITS, greeter.greet().code);

      assertAllRefused(greeter);
    }
  }

  @Test
  void shouldHangUpOnOneThatIsTakenOutOfTheFile() throws Exception {
    try (TestClient client = TestClient.from(peer, replica.address())) {
      Greeter greeter = new Greeter(client, port);
      greeter.greet();
      assertEquals(kv.PUT_OK, greeter.rput("k", "v", 1));

      replica.lists(replica.host());
      Eventually.until("the file is read", () -> replica.peers() == 0, cluster::describe);

      assertThrows(OncRpcException.class, () -> greeter.rput("k", "w", 2));
      assertTrue(replica.contents().get("k").endsWith("=v"));
    }
    try (TestClient client = TestClient.from(peer, replica.address())) {
      assertEquals(kv.HELLO_NOT_LISTED, new Greeter(client, port).greet().code);
    }
  }

  @Test
  void shouldRefuseTheProceduresOfReplicasOverUdp() throws Exception {
    try (TestClient greeted = TestClient.from(peer, replica.address());
        TestClient client = TestClient.overUdpFrom(peer, replica.address())) {
      new Greeter(greeted, port).greet();
      Greeter greeter = new Greeter(client, port);

      assertRefused(greeter::greet);
      assertRefused(() -> greeter.prove(new byte[0]));
      assertAllRefused(greeter);
    }
    assertEquals(Map.of(), replica.contents());
  }

  @Test
  void shouldRefuseWhatIsTooLargeAlsoFromAReplica() throws Exception {
    try (TestClient client = TestClient.from(peer, replica.address())) {
      Greeter greeter = new Greeter(client, port);
      greeter.greet();

      assertEquals(kv.PUT_KEY_IS_TOO_LARGE, greeter.rput("x".repeat(31), "v", 1));
      assertEquals(kv.PUT_VALUE_IS_TOO_LARGE, greeter.rput("k", "x".repeat(31), 1));
      assertEquals(kv.DEL_KEY_IS_TOO_LARGE, greeter.rdel("x".repeat(31), 1));
      assertEquals(Map.of(), replica.contents());
    }
  }

  @Test
  void shouldTakeMoreThanItsCapacityFromAReplica() throws Exception {
    try (TestClient client = TestClient.from(peer, replica.address())) {
      Greeter greeter = new Greeter(client, port);
      greeter.greet();
      for (int i = 0; i < 300; i++) {
        assertEquals(kv.PUT_OK, greeter.rput("key" + i, "v", i + 1));
      }
      assertEquals(300, replica.liveEntries());
    }
  }

  private static void assertAllRefused(Greeter greeter) {
    assertRefused(() -> greeter.rput("k", "v", 1));
    assertRefused(() -> greeter.rdel("k", 1));
    assertRefused(() -> greeter.rget("k"));
    assertRefused(greeter::rscan);
    assertRefused(() -> greeter.rsettled(1));
  }

  private static void assertRefused(Executable call) {
    OncRpcException refusal = assertThrows(OncRpcException.class, call);
    assertTrue(refusal.getMessage().startsWith(Greeter.REFUSED), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("too weak"), refusal.getMessage());
  }
}
