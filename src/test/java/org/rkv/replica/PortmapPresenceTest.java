package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.net.EventLoop;
import org.rkv.oncrpc.blocking.ScriptedServer;
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
  private static final List<Mapping> MAPPINGS =
      List.of(
          new Mapping(123456, 1, Portmap.TCP, 20456), new Mapping(123456, 1, Portmap.UDP, 20456));

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

  private PortmapPresence at(int portmapPort) {
    PortmapRegistrar registration =
        new PortmapRegistrar(host, MAPPINGS, List::of, log, portmapPort);
    return new PortmapPresence(loop, log, host, MAPPINGS, registration, portmapPort);
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
