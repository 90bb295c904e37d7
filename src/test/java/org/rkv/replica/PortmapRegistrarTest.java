package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.oncrpc.blocking.ScriptedServer;
import org.rkv.portmap.FakeRpcbind;
import org.rkv.portmap.Mapping;
import org.rkv.portmap.Portmap;
import org.rkv.portmap.TestPortmapper;
import org.rkv.rpc.kv;
import org.slf4j.LoggerFactory;

/** Registering at the host's portmapper, and with whom we share it. */
@Timeout(60)
class PortmapRegistrarTest {
  private static final int OURS = 20456;

  private final InetAddress host = InetAddress.getLoopbackAddress();
  private final LogCapture log = new LogCapture(PortmapRegistrarTest.class.getName());
  private List<InetSocketAddress> others = List.of();
  private TestPortmapper portmapper;
  private PortmapRegistrar registration;

  @BeforeEach
  void start() throws Exception {
    portmapper = new TestPortmapper(host);
    registration = at(portmapper.port());
  }

  @AfterEach
  void stop() {
    portmapper.close();
    log.close();
  }

  private PortmapRegistrar at(int portmapPort) {
    return new PortmapRegistrar(
        host,
        List.of(tcp(OURS), udp(OURS)),
        () -> others,
        LoggerFactory.getLogger(PortmapRegistrarTest.class),
        FakeRpcbind.nowhere(),
        portmapPort);
  }

  @Test
  void shouldRegisterBothProtocolsWhereNobodyIsRegistered() {
    assertEquals(PortmapRegistrar.State.REGISTERED, registration.check());

    assertEquals(List.of(tcp(OURS), udp(OURS)), List.copyOf(portmapper.mappings()));
    assertTrue(log.contain("INFO: registered at the portmapper at 127.0.0.1"));
    assertFalse(log.contain("WARNING"), log::toString);
  }

  @Test
  void shouldLeaveARegistrationThatIsRightAlone() {
    registration.check();
    log.clear();

    assertEquals(PortmapRegistrar.State.REGISTERED, registration.check());

    assertEquals(2, portmapper.mappings().size());
    assertEquals(List.of(), log.all());
  }

  @Test
  void shouldRegisterAgainWhenThePortmapperHasForgotten() {
    registration.check();
    portmapper.mappings().clear();

    assertEquals(PortmapRegistrar.State.REGISTERED, registration.check());

    assertEquals(List.of(tcp(OURS), udp(OURS)), List.copyOf(portmapper.mappings()));
  }

  @Test
  void shouldTakeThePlaceOfADeadOwner() throws Exception {
    int dead = deadPort();
    portmapper.mappings().addAll(List.of(tcp(dead), udp(dead), foreign()));

    assertEquals(PortmapRegistrar.State.REGISTERED, registration.check());

    assertEquals(List.of(foreign(), tcp(OURS), udp(OURS)), List.copyOf(portmapper.mappings()));
  }

  @Test
  void shouldKeepWhatIsRightWhenOneProtocolHasADeadOwner() throws Exception {
    portmapper.mappings().addAll(List.of(tcp(OURS), udp(deadPort())));

    assertEquals(PortmapRegistrar.State.REGISTERED, registration.check());

    assertEquals(List.of(tcp(OURS), udp(OURS)), List.copyOf(portmapper.mappings()));
  }

  @Test
  void shouldTakeThePlaceOfAnOwnerThatIsNotOurProgram() throws Exception {
    String programUnavailable = "XID 00000001 00000000 00000000 00000000 00000001";
    try (ScriptedServer owner = ScriptedServer.answering(programUnavailable)) {
      portmapper.mappings().add(tcp(owner.port()));

      assertEquals(PortmapRegistrar.State.REGISTERED, registration.check());

      assertEquals(List.of(tcp(OURS), udp(OURS)), List.copyOf(portmapper.mappings()));
    }
  }

  @Test
  void shouldLeaveALiveOwnerAndWarnOnce() throws Exception {
    try (ScriptedServer owner = ScriptedServer.answering(ScriptedServer.OK)) {
      List<Mapping> theirs = List.of(tcp(owner.port()), udp(owner.port()));
      portmapper.mappings().addAll(theirs);

      assertEquals(PortmapRegistrar.State.NOT_REGISTERED, registration.check());
      assertEquals(PortmapRegistrar.State.NOT_REGISTERED, registration.check());

      assertEquals(theirs, List.copyOf(portmapper.mappings()));
      assertEquals(
          List.of(
              "WARNING: another server is registered at the portmapper, at port "
                  + owner.port()
                  + "; clients that ask there do not find this one"),
          log.all());
    }
  }

  @Test
  void shouldSayOnceThatThePortmapperDoesNotTakeUs() {
    portmapper.refuseRegistrations();

    assertEquals(PortmapRegistrar.State.NOT_REGISTERED, registration.check());
    assertEquals(PortmapRegistrar.State.NOT_REGISTERED, registration.check());

    assertEquals(List.of("WARNING: the portmapper does not let us register"), log.all());
  }

  @Test
  void shouldTellThatThereIsNoPortmapper() throws Exception {
    assertEquals(PortmapRegistrar.State.NO_PORTMAPPER, at(deadPort()).check());
    assertEquals(List.of(), log.all());
  }

  @Test
  void shouldGiveUpOnAPortmapperThatHangs() throws Exception {
    try (ScriptedServer hung = ScriptedServer.start(ScriptedServer.Connection::awaitClose)) {
      assertEquals(PortmapRegistrar.State.NOT_REGISTERED, at(hung.port()).check());

      assertEquals(1, hung.lastClient() == null ? 0 : 1, "it was asked");
      assertEquals(
          List.of("WARNING: the portmapper at 127.0.0.1 does not answer: Timed out"), log.all());
    }
  }

  @Test
  void shouldWarnThatAllLoopbackAddressesShareOnePlace() throws Exception {
    InetAddress second = InetAddress.getByName("127.0.0.2");
    try (TestPortmapper wildcard = new TestPortmapper(second)) {
      PortmapRegistrar registered =
          new PortmapRegistrar(
              second,
              List.of(tcp(OURS)),
              () -> others,
              LoggerFactory.getLogger(PortmapRegistrarTest.class),
              FakeRpcbind.nowhere(),
              wildcard.port());

      assertEquals(PortmapRegistrar.State.REGISTERED, registered.check());

      assertEquals(1, log.count("has one place for all loopback addresses"));
    }
  }

  @Test
  void shouldRemoveItsRegistration() {
    registration.check();
    portmapper.mappings().add(foreign());

    registration.remove();

    assertEquals(List.of(foreign()), List.copyOf(portmapper.mappings()));
  }

  @Test
  void shouldNotRemoveWhatIsNotItsOwn() {
    portmapper.mappings().addAll(List.of(tcp(OURS + 1), udp(OURS + 1)));

    registration.remove();

    assertEquals(List.of(tcp(OURS + 1), udp(OURS + 1)), List.copyOf(portmapper.mappings()));
  }

  @Test
  void shouldLeaveTheRegistrationToAnotherReplicaOfThisMachineThatLives() throws Exception {
    registration.check();
    try (ScriptedServer other = ScriptedServer.answering(ScriptedServer.OK)) {
      others = List.of(new InetSocketAddress(host, deadPort()), other.address());

      registration.remove();

      assertEquals(List.of(tcp(OURS), udp(OURS)), List.copyOf(portmapper.mappings()));
    }
    registration.remove();
    assertEquals(List.of(), List.copyOf(portmapper.mappings()), "now all are gone");
  }

  @Test
  void shouldNotMindAPortmapperThatIsGoneAtTheEnd() throws Exception {
    at(deadPort()).remove();

    assertEquals(1, log.count("INFO: not unregistered: "));
    assertFalse(log.contain("WARNING"), log::toString);
  }

  private static Mapping tcp(int port) {
    return new Mapping(kv.KVPROGRAM, kv.KVVERSION, Portmap.TCP, port);
  }

  private static Mapping udp(int port) {
    return new Mapping(kv.KVPROGRAM, kv.KVVERSION, Portmap.UDP, port);
  }

  private static Mapping foreign() {
    return new Mapping(100_003, 3, Portmap.TCP, 2049);
  }

  /** A port that nobody listens at, below those that the system gives away. */
  private int deadPort() throws Exception {
    for (int port = 11_111; ; port++) {
      try (ServerSocket free = new ServerSocket(port, 1, host)) {
        return free.getLocalPort();
      } catch (BindException e) {
        continue;
      }
    }
  }
}
