package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rkv.oncrpc.blocking.ScriptedServer;
import org.rkv.portmap.FakeRpcbind;
import org.rkv.portmap.Mapping;
import org.rkv.portmap.Portmap;
import org.rkv.portmap.Registration;
import org.rkv.rpc.kv;
import org.slf4j.LoggerFactory;

/** Registering with rpcbind: who owns what is there, and over which transports we are found. */
@Timeout(60)
class RpcbindRegistrationTest {
  private static final int OURS = 20456;

  /** Nobody listens there: below the ports that the system gives away. */
  private static final int DEAD = 11_112;

  @TempDir private Path directory;

  private final LogCapture log = new LogCapture(RpcbindRegistrationTest.class.getName());
  private final InetAddress ipv4 = InetAddress.getLoopbackAddress();
  private List<InetSocketAddress> others = List.of();
  private FakeRpcbind rpcbind;

  @BeforeEach
  void start() throws Exception {
    rpcbind = new FakeRpcbind(ipv4, directory.resolve("rpcbind.sock"));
  }

  @AfterEach
  void stop() throws Exception {
    rpcbind.close();
    log.close();
  }

  private PortmapRegistrar at(InetAddress address) {
    return new PortmapRegistrar(
        address,
        List.of(
            new Mapping(kv.KVPROGRAM, kv.KVVERSION, Portmap.TCP, OURS),
            new Mapping(kv.KVPROGRAM, kv.KVVERSION, Portmap.UDP, OURS)),
        () -> others,
        LoggerFactory.getLogger(RpcbindRegistrationTest.class),
        FakeRpcbind.at(directory.resolve("rpcbind.sock")),
        rpcbind.port());
  }

  @Test
  void shouldRegisterThroughTheLocalSocketAsTheUserThatWeAre() {
    rpcbind.setLocalUser("1001");

    assertEquals(PortmapRegistrar.State.REGISTERED, at(ipv4).check());

    assertEquals(
        List.of(place("tcp", "0.0.0.0.79.232", "1001"), place("udp", "0.0.0.0.79.232", "1001")),
        rpcbind.registrations());
    assertEquals(List.of("INFO: registered at the portmapper at 127.0.0.1"), log.all());
  }

  /**
   * Who has registered a server that died, and who we are. Over TCP nobody can take away what is
   * owned, though the answer is that it is done.
   */
  @ParameterizedTest
  @CsvSource({
    "superuser, superuser, true",
    "superuser, 1001, false",
    "1001, superuser, true",
    "1001, 1001, true",
    "1002, superuser, true",
    "1002, 1001, false",
    "unknown, superuser, true",
    "unknown, 1001, true"
  })
  void shouldTakeThePlaceOfADeadServerWhereItIsAllowedTo(
      String owner, String user, boolean isAllowed) {
    register(DEAD, owner);
    rpcbind.setLocalUser(user);
    PortmapRegistrar registrar = at(ipv4);

    PortmapRegistrar.State state = registrar.check();

    assertEquals(
        isAllowed ? PortmapRegistrar.State.REGISTERED : PortmapRegistrar.State.NOT_REGISTERED,
        state);
    assertEquals(isAllowed, rpcbind.registrations().get(0).address().endsWith(".79.232"));
    registrar.check();
    if (!isAllowed) {
      String who = owner.equals("1002") ? "user 1002" : owner;
      assertEquals(
          List.of(
              "WARNING: the portmapper does not let us register: tcp is registered at"
                  + " 0.0.0.0.43.104 by "
                  + who
                  + ", where nobody answers; \"rpcinfo -d 123456 1\" as that user or as root takes"
                  + " it out"),
          log.all());
    }
  }

  @ParameterizedTest
  @CsvSource({"superuser, 1001", "1002, 1001", "unknown, 1001", "1001, superuser"})
  void shouldBeRegisteredWhereADeadServerOfAnybodyHadTheSamePort(String owner, String user) {
    register(OURS, owner);
    rpcbind.setLocalUser(user);

    assertEquals(PortmapRegistrar.State.REGISTERED, at(ipv4).check());

    assertEquals(owner, rpcbind.registrations().get(0).owner());
    assertEquals(List.of(), log.all());
  }

  @Test
  void shouldLeaveALiveOwnerThoughWeMightTakeItsPlace() throws Exception {
    try (ScriptedServer owner = ScriptedServer.answering(ScriptedServer.OK)) {
      register(owner.port(), "1002");
      List<Registration> before = List.copyOf(rpcbind.registrations());

      assertEquals(PortmapRegistrar.State.NOT_REGISTERED, at(ipv4).check());

      assertEquals(before, rpcbind.registrations());
      assertTrue(log.contain("another server is registered at the portmapper"), log::toString);
    }
  }

  @Test
  void shouldNotTakeAwayWhatIsOfTheOtherFamily() throws Exception {
    rpcbind.registrations().add(place("tcp6", "::1.79.232", FakeRpcbind.ROOT));
    rpcbind.registrations().add(place("udp6", "::1.79.232", FakeRpcbind.ROOT));
    List<Registration> theirs = List.copyOf(rpcbind.registrations());
    register(DEAD, FakeRpcbind.UNKNOWN);
    PortmapRegistrar registrar = at(ipv4);

    registrar.check();
    assertEquals(theirs, rpcbind.registrations().subList(0, 2));
    assertEquals(4, rpcbind.registrations().size());
    registrar.remove();

    assertEquals(theirs, rpcbind.registrations());
  }

  @Test
  void shouldNotLeaveARegistrationToAReplicaOfTheOtherFamily() throws Exception {
    try (ScriptedServer other =
        ScriptedServer.start(
            new InetSocketAddress(InetAddress.getByName("::1"), 0),
            connection -> {
              while (connection.readCall()) {
                connection.reply(ScriptedServer.OK);
              }
            })) {
      others = List.of(other.address());
      PortmapRegistrar registrar = at(ipv4);
      registrar.check();

      registrar.remove();

      assertEquals(List.of(), rpcbind.registrations());
    }
  }

  @Test
  void shouldSayThatARegistrationWhichIsNotOursStays() {
    register(OURS, FakeRpcbind.ROOT);
    rpcbind.setLocalUser("1001");

    at(ipv4).remove();

    assertEquals(2, rpcbind.registrations().size());
    assertEquals(
        List.of("INFO: not unregistered: another user has registered this replica"), log.all());
  }

  @Test
  void shouldRegisterOverIpv6WhatIsAtAnAddressOfIpv6() throws Exception {
    rpcbind.close();
    InetAddress ipv6 = InetAddress.getByName("::1");
    rpcbind = new FakeRpcbind(ipv6, directory.resolve("second.sock"));

    assertEquals(PortmapRegistrar.State.REGISTERED, at(ipv6).check());

    assertEquals(
        List.of(
            place("tcp6", "::1.79.232", FakeRpcbind.UNKNOWN),
            place("udp6", "::1.79.232", FakeRpcbind.UNKNOWN)),
        rpcbind.registrations());
  }

  @Test
  void shouldRegisterOverBothFamiliesWhatIsAtAllAddresses() {
    assertEquals(PortmapRegistrar.State.REGISTERED, at(null).check());

    assertEquals(
        List.of("tcp 0.0.0.0.79.232", "udp 0.0.0.0.79.232", "tcp6 ::.79.232", "udp6 ::.79.232"),
        rpcbind.registrations().stream().map(each -> each.netId() + " " + each.address()).toList());
  }

  @Test
  void shouldBeRegisteredOverIpv4ThoughIpv6IsRefused() {
    rpcbind.refuseIpv6();
    PortmapRegistrar registrar = at(null);

    assertEquals(PortmapRegistrar.State.REGISTERED, registrar.check());
    assertEquals(PortmapRegistrar.State.REGISTERED, registrar.check());

    assertEquals(2, rpcbind.registrations().size());
    assertEquals(1, log.count("the portmapper does not let us register over IPv6"));
    assertEquals(1, log.count("INFO: registered at the portmapper"));
  }

  @Test
  void shouldRegisterWhereOnlyTheLocalSocketLeadsToRpcbind() throws Exception {
    PortmapRegistrar registrar = at(ipv4);
    rpcbind.closeTcp();

    assertEquals(PortmapRegistrar.State.OUT_OF_SIGHT, registrar.check());
    assertTrue(registrar.isRpcbindThere());
    assertEquals(2, rpcbind.registrations().size());

    registrar.remove();
    assertEquals(List.of(), rpcbind.registrations());
  }

  @Test
  void shouldTellAPortmapperThatIsOnlyAwayFromNone() throws Exception {
    PortmapRegistrar registrar = at(ipv4);
    rpcbind.close();
    assertEquals(PortmapRegistrar.State.AWAITED, registrar.check());
    assertFalse(registrar.isRpcbindThere());

    rpcbind.remove();
    assertEquals(PortmapRegistrar.State.NO_PORTMAPPER, registrar.check());
  }

  private void register(int port, String owner) {
    String address = "0.0.0.0." + (port >> 8) + "." + (port & 255);
    rpcbind.registrations().add(place("tcp", address, owner));
    rpcbind.registrations().add(place("udp", address, owner));
  }

  private static Registration place(String netId, String address, String owner) {
    return new Registration(kv.KVPROGRAM, kv.KVVERSION, netId, address, owner);
  }
}
