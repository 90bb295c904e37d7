package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.net.EventLoop;
import org.rkv.oncrpc.blocking.ScriptedServer;
import org.rkv.portmap.FakeRpcbind;
import org.rkv.portmap.LocalRpcbind;
import org.rkv.portmap.Mapping;
import org.rkv.portmap.Portmap;
import org.rkv.portmap.PortmapClient;
import org.rkv.portmap.PortmapException;
import org.rkv.portmap.TestPortmapper;
import org.rkv.testing.Eventually;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** With a portmapper on the host, without one, and with one that is of no use. */
class PortmapPresenceTest {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int PORT = 11_111;
  private static final long CHECK_MILLIS = 100;
  private static final long PATIENCE_MILLIS = 500;
  private static final List<Mapping> MAPPINGS =
      List.of(
          new Mapping(123456, 1, Portmap.TCP, 20456), new Mapping(123456, 1, Portmap.UDP, 20456));

  @TempDir private Path directory;

  private final LogCapture lines = new LogCapture(PortmapPresenceTest.class.getName());
  private final Logger log = LoggerFactory.getLogger(PortmapPresenceTest.class);
  private InetAddress host;
  private EventLoop loop;

  @BeforeEach
  void start() throws Exception {
    byte[] address = {127, 0, 0, 1};
    address[1] = (byte) (1 + new Random().nextInt(254));
    address[2] = (byte) new Random().nextInt(256);
    host = InetAddress.getByAddress(address);
    loop = new EventLoop("portmapping test", log);
    loop.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    loop.close();
    loop.awaitEnd(TIMEOUT_MILLIS);
    lines.close();
  }

  @Test
  void shouldServeAsAPortmapperWhereNoneAnswers() throws Exception {
    PortmapPresence portmapping = at(PORT);
    onLoop(portmapping::check);

    Eventually.until("it serves", () -> lines.contain("serving as one at port"), lines::toString);

    PortmapClient client = new PortmapClient(new InetSocketAddress(host, PORT), TIMEOUT_MILLIS);
    assertEquals(20456, client.getPort(123456, 1, Portmap.TCP));
    assertEquals(20456, client.getPort(123456, 1, Portmap.UDP));

    onLoop(portmapping::close);
    portmapping.remove();

    // The selector lets go of a closed socket in its next round.
    Eventually.until("nothing is left of it", () -> isRefused(client), lines::toString);
  }

  private static boolean isRefused(PortmapClient client) {
    return assertThrows(
                PortmapException.class,
                () -> client.getPort(Portmap.PROGRAM, Portmap.VERSION, Portmap.TCP))
            .reason()
        == PortmapException.Reason.REFUSED;
  }

  @Test
  void shouldRegisterAtThePortmapperThatIsThereAndUnregisterAtTheEnd() throws Exception {
    try (TestPortmapper portmapper = new TestPortmapper(host)) {
      PortmapPresence portmapping = at(portmapper.port());
      onLoop(portmapping::check);

      Eventually.until(
          "it is registered", () -> portmapper.mappings().size() == 2, lines::toString);
      assertEquals(MAPPINGS, List.copyOf(portmapper.mappings()));

      onLoop(portmapping::close);
      portmapping.remove();

      assertEquals(List.of(), List.copyOf(portmapper.mappings()));
    }
  }

  @Test
  void shouldNotBeDelayedByAPortmapperThatHangs() throws Exception {
    try (ScriptedServer hung =
        ScriptedServer.start(
            new InetSocketAddress(host, 0), ScriptedServer.Connection::awaitClose)) {
      PortmapPresence portmapping = at(hung.port());
      onLoop(portmapping::check);

      Eventually.until("it asks", () -> hung.lastClient() != null, lines::toString);
      onLoop(() -> {}); // the loop goes on, whatever the helper waits for
      Eventually.until(
          "it gives up", () -> lines.contain("does not answer: Timed out"), lines::toString);
      assertFalse(lines.contain("serving as one"), "somebody else has the port");
      onLoop(portmapping::close);
    }
  }

  @Test
  void shouldSayWhatItMeansThatThePortMayNotBeBound() throws Exception {
    // Nobody answers there, and it is taken over UDP all the same.
    try (DatagramSocket taken = new DatagramSocket(PORT, host)) {
      PortmapPresence portmapping = at(taken.getLocalPort());
      onLoop(portmapping::check);

      Eventually.until("it says so", () -> lines.contain("may not be bound"), lines::toString);

      assertTrue(
          lines.contain("C clients cannot find this replica; the Java rkv asks its default"));
      assertEquals(1, lines.all().size(), lines::toString);
      onLoop(portmapping::close);
    }
  }

  @Test
  void shouldWaitForAPortmapperBeforeItServesAsOne() throws Exception {
    PortmapPresence portmapping = at(PORT, FakeRpcbind.nowhere(), PortmapperUse.AUTO);
    onLoop(portmapping::check);

    Eventually.until("it waits", () -> lines.contain("waiting for one"), lines::toString);
    assertFalse(lines.contain("serving as one"), lines::toString);
    long sinceNanos = System.nanoTime();
    Eventually.until("it serves", () -> lines.contain("serving as one"), lines::toString);

    assertTrue(System.nanoTime() - sinceNanos > TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS / 2));
    onLoop(portmapping::close);
  }

  @Test
  void shouldNotTakeThePortOfAnRpcbindThatIsOnlyAway() throws Exception {
    Path socket = directory.resolve("rpcbind.sock");
    FakeRpcbind rpcbind = new FakeRpcbind(host, socket);
    rpcbind.close();
    PortmapPresence portmapping = at(rpcbind.port(), FakeRpcbind.at(socket), PortmapperUse.AUTO);
    onLoop(portmapping::check);

    Eventually.until(
        "it says so", () -> lines.contain("though this machine has an rpcbind"), lines::toString);

    assertFalse(lines.contain("serving as one"), lines::toString);
    onLoop(portmapping::close);
  }

  @Test
  void shouldServeAtOnceWhereItIsToldSoThoughAnRpcbindHasLeftItsSocket() throws Exception {
    Path socket = directory.resolve("rpcbind.sock");
    new FakeRpcbind(host, socket).close();
    PortmapPresence portmapping = at(PORT, FakeRpcbind.at(socket), PortmapperUse.EMBEDDED);
    onLoop(portmapping::check);

    Eventually.until("it serves", () -> lines.contain("serving as one"), lines::toString);
    assertFalse(lines.contain("waiting for one"), lines::toString);
    onLoop(portmapping::close);
  }

  @Test
  void shouldGiveWayForGoodToAnRpcbindThatComesUp() throws Exception {
    Path socket = directory.resolve("rpcbind.sock");
    PortmapPresence portmapping = at(PORT, FakeRpcbind.at(socket), PortmapperUse.EMBEDDED);
    onLoop(portmapping::check);
    Eventually.until("it serves", () -> lines.contain("serving as one"), lines::toString);

    try (FakeRpcbind rpcbind = new FakeRpcbind(host, socket)) { // which did not get PORT
      Eventually.until(
          "it names the command",
          () ->
              lines.contain(
                  "WARNING: rpcbind came up without IPv4 while we had its port: C clients cannot"
                      + " find this replica; restart it (systemctl restart rpcbind.socket"
                      + " rpcbind)"),
          lines::toString);
      assertEquals(2, rpcbind.registrations().size());
      assertTrue(isRefused(new PortmapClient(new InetSocketAddress(host, PORT), TIMEOUT_MILLIS)));
      rpcbind.remove();
    }
    Eventually.until("it misses it", () -> lines.contain("though this machine"), lines::toString);
    assertEquals(1, lines.count("serving as one"), "again only after a new start");
    assertEquals(1, lines.count("came up without IPv4"));
    onLoop(portmapping::close);
  }

  private PortmapPresence at(int portmapPort) {
    return at(portmapPort, FakeRpcbind.nowhere(), PortmapperUse.EMBEDDED);
  }

  private PortmapPresence at(int portmapPort, LocalRpcbind rpcbind, PortmapperUse use) {
    PortmapRegistrar registration =
        new PortmapRegistrar(host, MAPPINGS, List::of, log, rpcbind, portmapPort);
    return new PortmapPresence(
        loop,
        log,
        host,
        MAPPINGS,
        registration,
        use,
        portmapPort,
        100,
        CHECK_MILLIS,
        PATIENCE_MILLIS);
  }

  private void onLoop(Runnable task) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          task.run();
          done.complete(null);
        });
    done.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
  }
}
