package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.net.ConnectionLimits;
import org.rkv.net.NameResolver;
import org.rkv.net.StubResolver;
import org.rkv.replica.core.OperationLog;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.Secret;
import org.rkv.rpc.kv;
import org.rkv.store.Limits;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** The start and the end of a server. */
class ReplicaServerTest {
  private static final long STOP_MILLIS = 20_000;

  @TempDir Path directory;
  private Cluster cluster;
  private TestReplica replica;

  @BeforeEach
  void makeOne() throws Exception {
    cluster = new Cluster(directory, 1);
    replica = cluster.replica(0);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void shouldSayWithOneLineThatThePortIsTaken() throws Exception {
    try (ServerSocket taken =
        new ServerSocket(replica.address().getPort(), 1, replica.inetAddress())) {
      assertEquals(
          "cannot listen at " + at(taken.getLocalPort()) + ": Address already in use",
          refusal(replica.host()));
    }
    replica.start();
    cluster.awaitLinked();
  }

  @Test
  void shouldLeaveTheTcpPortFreeIfTheUdpPortIsTaken() throws Exception {
    int port = replica.address().getPort();
    try (DatagramSocket taken = new DatagramSocket(port, replica.inetAddress())) {
      String message = refusal(replica.host());
      assertTrue(message.startsWith("cannot listen at " + at(taken.getLocalPort())), message);

      new ServerSocket(port, 1, replica.inetAddress()).close();
    }
  }

  @Test
  void shouldLeaveTheUdpPortAloneWithoutUdp() throws Exception {
    int port = replica.address().getPort();
    try (DatagramSocket taken = new DatagramSocket(port, replica.inetAddress())) {
      ReplicaServer server =
          new ReplicaServer(
              settings(replica.host(), false), OperationLog.OFF, NameResolver.ofTheSystem());
      server.start();
      try (TestClient client = replica.client()) {
        assertEquals(kv.PUT_OK, client.put("k", "v"));
      }
      assertTrue(server.stop(STOP_MILLIS));
      assertFalse(taken.isClosed());
    }
  }

  @Test
  void shouldSayThatThereIsNoReplicaFile() throws Exception {
    replica.removeFile();

    assertEquals("no replica file: " + directory.resolve("replica0"), refusal(replica.host()));
  }

  @Test
  void shouldSayThatTheHostIsNotThisMachine() {
    assertEquals("--host 240.0.0.1 is not an address of this machine", refusal("240.0.0.1"));
  }

  /** Where a machine starts before its network. */
  @Test
  void shouldAskAgainForTheHostGivenWhenTheNameServiceIsWrongAtTheStart() throws Exception {
    StubResolver names = new StubResolver().says("alpha", "240.0.0.1");
    NameResolver wrongAtFirst =
        host -> {
          List<InetAddress> addresses = names.resolve(host);
          names.says("alpha", replica.host());
          return addresses;
        };
    replica.lists("alpha");
    LogCapture log = new LogCapture("alpha");
    ReplicaServer server = new ReplicaServer(settings("alpha"), OperationLog.OFF, wrongAtFirst);
    try {
      assertTrue(
          log.contain("not listening yet: --host alpha is not an address of this machine;"),
          log::toString);
      server.start();
      assertEquals(replica.address(), server.address());
      assertEquals("alpha", server.inspect(life -> life.self().name()).get());
      assertTrue(names.lookUpsOf("alpha") >= 2);
    } finally {
      server.stop(STOP_MILLIS);
      log.close();
    }
  }

  /** Restarted at that moment it began another cluster, answered its clients, and stayed apart. */
  @Test
  void shouldNotBeginAloneWhileItsReplicaFileIsHalfWritten() throws Exception {
    Path file = directory.resolve("replica0");
    for (String half : List.of(replica.host(), "")) {
      Files.writeString(file, half);
      assertTrue(isFresh(file), "or a moment ago, for all that it says");
      replica.log().clear();
      CompletableFuture<ReplicaServer> starting = starting(replica.host());
      replica
          .log()
          .await("WARNING: not listening yet: " + file + " names no other replica, and may be");
      assertFalse(starting.isDone(), replica.log()::toString);

      replica.lists(replica.host(), "240.0.0.2");

      ReplicaServer server = starting.get(STOP_MILLIS, TimeUnit.MILLISECONDS);
      try {
        server.start();
        assertEquals(List.of("240.0.0.2"), peersOf(server));
      } finally {
        server.stop(STOP_MILLIS);
      }
    }
  }

  private static boolean isFresh(Path file) throws IOException {
    Instant modified = Files.getLastModifiedTime(file).toInstant();
    return Duration.between(modified, Instant.now()).getSeconds() < 5;
  }

  private CompletableFuture<ReplicaServer> starting(String host) {
    return starting(host, NameResolver.ofTheSystem());
  }

  private CompletableFuture<ReplicaServer> starting(String host, NameResolver resolver) {
    CompletableFuture<ReplicaServer> starting = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                starting.complete(new ReplicaServer(settings(host), OperationLog.OFF, resolver));
              } catch (IOException | OncRpcException | RuntimeException e) {
                starting.completeExceptionally(e);
              }
            },
            "starting")
        .start();
    return starting;
  }

  /** The name service was wrong when it started: a process of another replica listens there. */
  @Test
  void shouldTryAgainToListenWhereItsNameLeads() throws Exception {
    StubResolver names = new StubResolver().says("alpha", "127.0.0.1");
    replica.lists("alpha", "240.0.0.2");
    try (ServerSocket beta =
            new ServerSocket(replica.address().getPort(), 1, InetAddress.getByName("127.0.0.1"));
        LogCapture log = new LogCapture("alpha")) {
      CompletableFuture<ReplicaServer> starting = starting("alpha", names);
      log.await(
          "WARNING: not listening yet: alpha leads to 127.0.0.1:"
              + beta.getLocalPort()
              + ", where we cannot listen: Address already in use; it is tried again for some"
              + " seconds");

      names.says("alpha", replica.host());

      ReplicaServer server = starting.get(STOP_MILLIS, TimeUnit.MILLISECONDS);
      assertEquals(replica.address(), server.address());
      server.start();
      assertTrue(server.stop(STOP_MILLIS));
    }
  }

  @Test
  void shouldListenElsewhereWhenItsNameLedToAWrongAddressOfThisMachineAtTheStart()
      throws Exception {
    StubResolver names = new StubResolver().says("alpha", "127.0.0.1");
    replica.lists("alpha", "240.0.0.2");
    ReplicaServer server = new ReplicaServer(settings("alpha"), OperationLog.OFF, names);
    try (LogCapture log = new LogCapture("alpha")) {
      server.start();
      InetSocketAddress wrong = server.address();
      assertEquals("127.0.0.1", wrong.getAddress().getHostAddress());

      names.says("alpha", replica.host());

      log.await(
          "WARNING: our own name alpha leads to "
              + replica.host()
              + ": listening there from now on, and not at 127.0.0.1, where no replica has admitted"
              + " us");
      assertEquals(replica.address(), server.address());
      assertEquals(List.of("240.0.0.2"), peersOf(server));
      replica.client().close();
      new ServerSocket(wrong.getPort(), 1, wrong.getAddress()).close();
    } finally {
      assertTrue(server.stop(STOP_MILLIS));
    }
  }

  @Test
  void shouldBecomeWhoItIsWhenTheNameServiceIsRightAgain() throws Exception {
    StubResolver names = new StubResolver().says("beta", "127.0.0.1").says("gamma", "240.0.0.3");
    replica.lists("alpha", "beta", "gamma");
    ReplicaServer server = new ReplicaServer(settings(null), OperationLog.OFF, names);
    try {
      server.start();
      assertEquals("beta", server.inspect(life -> life.self().name()).get());
      assertEquals(List.of("alpha", "gamma"), peersOf(server));

      names.says("alpha", "127.0.0.1").says("beta", "240.0.0.2");

      Eventually.until(
          "it is alpha",
          () -> server.inspect(life -> life.self().name()).get().equals("alpha"),
          replica::log);
      assertEquals(List.of("beta", "gamma"), peersOf(server));
    } finally {
      server.stop(STOP_MILLIS);
    }
  }

  /** What waits for a name service would wait for as long as that is silent. */
  @Test
  void shouldStartAndSeeTheFileChangeWhileTheNameServiceIsSilent() throws Exception {
    StubResolver names = new StubResolver().says("beta", "240.0.0.2").isSilentAbout("beta");
    replica.lists(replica.host(), "beta");
    ReplicaServer server = new ReplicaServer(settings(replica.host()), OperationLog.OFF, names);
    try {
      server.start();
      assertEquals(List.of("beta"), peersOf(server));

      replica.lists(replica.host(), "beta", "240.0.0.3");

      Eventually.until(
          "it has the new list",
          () -> peersOf(server).equals(List.of("beta", "240.0.0.3")),
          replica::log);
    } finally {
      server.stop(STOP_MILLIS);
    }
  }

  private static List<String> peersOf(ReplicaServer server) throws Exception {
    return server.inspect(life -> life.peers().all().stream().map(Peer::name).toList()).get();
  }

  @Test
  void shouldStopOnceAndSayThatItIsStopped() throws Exception {
    ReplicaServer server =
        new ReplicaServer(settings(replica.host()), OperationLog.OFF, NameResolver.ofTheSystem());
    server.start();
    assertEquals(replica.address(), server.address());
    server.inspect(life -> life).get();

    assertTrue(server.stop(STOP_MILLIS));

    assertFalse(server.stop(STOP_MILLIS), "it has ended before");
    server.awaitEnd();
    assertThrows(RejectedExecutionException.class, () -> server.inspect(life -> life));
    assertTrue(replica.log().contain("INFO: stopped"));
  }

  @Test
  void shouldServeAgainAtTheSamePortAtOnceAfterAStop() throws Exception {
    for (int i = 0; i < 10; i++) {
      replica.start();
      cluster.awaitLinked();
      try (TestClient client = replica.client()) {
        assertEquals(kv.PUT_OK, client.put("k", "v"));
        assertTrue(replica.stopGracefully());
      }
    }
  }

  private String at(int port) {
    return replica.host() + ":" + port;
  }

  private String refusal(String host) {
    return assertThrows(IOException.class, () -> new ReplicaServer(settings(host))).getMessage();
  }

  private Settings settings(String host) {
    return settings(host, true);
  }

  private Settings settings(String host, boolean useUdp) {
    return new Settings(
        host,
        replica.address().getPort(),
        directory.resolve("replica0"),
        Settings.DEFAULT_PEER_TIMEOUT_MILLIS,
        Limits.ofTheCSystem(),
        1 << 20,
        Settings.DEFAULT_TOMBSTONE_GRACE_MILLIS,
        Secret.NONE,
        null,
        null,
        ConnectionLimits.forRecords(Settings.defaultMaxRecordBytes(Limits.ofTheCSystem())),
        false,
        useUdp,
        PortmapperUse.NONE,
        null,
        0,
        null,
        EffectiveOptions.NONE);
  }
}
