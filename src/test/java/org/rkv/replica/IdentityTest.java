package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rkv.replica.peer.ReplicaAddress;

/** Which replica of the file this one is. 240.0.0.x is reserved for ever: no machine has it. */
class IdentityTest {
  private static final int PORT = 20456;

  @Test
  void shouldBeTheOneNameThatIsAnAddressOfThisMachine() throws Exception {
    Identity identity = find(null, "240.0.0.1 127.0.0.3 240.0.0.2");

    assertEquals(new Identity("127.0.0.3", address("127.0.0.3"), PORT), identity);
    assertEquals(new InetSocketAddress("127.0.0.3", PORT), identity.listenAddress());
  }

  @Test
  void shouldListenAtThePortThatTheFileGivesIt() throws Exception {
    assertEquals(7, find(null, "240.0.0.1:9 127.0.0.3:7").port());
    assertEquals(7, find("127.0.0.3", "127.0.0.2:6 127.0.0.3:7").port());
    assertEquals(PORT, find("127.0.0.4", "127.0.0.2:6 127.0.0.3:7").port());
  }

  @Test
  void shouldAskWhichOneIsMeantWhenSeveralNamesAreThisMachines() {
    assertEquals(
        "several names in the replica file are this machine's (127.0.0.1, 127.0.0.2:7): say with"
            + " --host which one is meant",
        refusal(null, "127.0.0.1 240.0.0.1 127.0.0.2:7"));
  }

  @Test
  void shouldBeTheHostGivenAlsoIfSeveralAreThisMachines() throws Exception {
    assertEquals("127.0.0.2", find("127.0.0.2", "127.0.0.1 127.0.0.2").name());
  }

  @Test
  void shouldBeTheHostGivenAlsoIfTheFileDoesNotNameIt() throws Exception {
    Identity identity = find("127.0.0.9", "127.0.0.1 127.0.0.2");

    assertEquals(new Identity("127.0.0.9", address("127.0.0.9"), PORT), identity);
    assertEquals(List.of("127.0.0.1", "127.0.0.2"), others(identity, "127.0.0.1 127.0.0.2"));
  }

  @Test
  void shouldRefuseAHostThatIsNotThisMachine() {
    assertEquals(
        "--host 240.0.0.1 is not an address of this machine", refusal("240.0.0.1", "240.0.0.1"));
  }

  @Test
  void shouldRefuseAHostThatNobodyKnows() {
    assertEquals("unknown host: no.such.host.invalid", refusal("no.such.host.invalid", ""));
  }

  @Test
  void shouldBeTheMachineItselfOnAllAddressesWhenNoNameIsIts() throws Exception {
    Identity identity = find(null, "240.0.0.1 240.0.0.2");

    assertEquals(InetAddress.getLocalHost().getHostName(), identity.name());
    assertNull(identity.address());
    assertTrue(identity.listenAddress().getAddress().isAnyLocalAddress());
    assertEquals(PORT, identity.listenAddress().getPort());
  }

  @Test
  void shouldLeaveItselfOutOfTheOthers() throws Exception {
    Identity identity = find("127.0.0.2", "127.0.0.1 127.0.0.2 127.0.0.3");

    assertEquals(
        List.of("127.0.0.1", "127.0.0.3"), others(identity, "127.0.0.1 127.0.0.2 127.0.0.3"));
    assertEquals(List.of(), others(identity, "127.0.0.2:20456"));
    assertEquals(List.of(), others(identity, ""));
  }

  @Test
  void shouldLeaveItselfOutUnderAnyAddressWhenItListensAtAll() throws Exception {
    Identity everywhere = new Identity("me", null, PORT);

    assertEquals(
        List.of("240.0.0.1", "127.0.0.5:7"),
        others(everywhere, "127.0.0.1 240.0.0.1 localhost 127.0.0.5:7"));
  }

  @Test
  void shouldTakeTheSameAddressAtAnotherPortForAnotherReplica() throws Exception {
    Identity identity = new Identity("127.0.0.1", address("127.0.0.1"), 7001);

    List<ReplicaAddress> others =
        identity.othersIn(ReplicaFile.parse("127.0.0.1:7001 127.0.0.1:7002 127.0.0.1:7003"), PORT);

    assertEquals(
        List.of(
            new ReplicaAddress("127.0.0.1:7002", "127.0.0.1", List.of(address("127.0.0.1")), 7002),
            new ReplicaAddress("127.0.0.1:7003", "127.0.0.1", List.of(address("127.0.0.1")), 7003)),
        others);
  }

  @Test
  void shouldCountTwoSpellingsOfOneEntryOnceAndNothingElse() throws Exception {
    Identity identity = new Identity("127.0.0.2", address("127.0.0.2"), PORT);

    assertEquals(
        List.of("240.0.0.1", "240.0.0.1:7"),
        others(identity, "240.0.0.1 240.0.0.1:20456 240.0.0.1:7"));
    assertEquals(
        List.of("240.0.0.1", "A.invalid"),
        others(identity, "240.0.0.1 240.0.0.01 A.invalid a.invalid. a.INVALID:20456"));
    assertEquals(List.of("127.0.0.1", "localhost"), others(identity, "127.0.0.1 localhost"));
  }

  @Test
  void shouldKeepANameThatCannotBeResolvedNow() throws Exception {
    Identity identity = new Identity("me.invalid", address("127.0.0.2"), PORT);

    List<ReplicaAddress> others =
        identity.othersIn(ReplicaFile.parse("later.invalid me.invalid other.invalid:7"), PORT);

    assertEquals(
        List.of(
            new ReplicaAddress("later.invalid", "later.invalid", List.of(), PORT),
            new ReplicaAddress("other.invalid:7", "other.invalid", List.of(), 7)),
        others);
  }

  @Test
  void shouldTellTheAddressesOfThisMachine() throws Exception {
    assertTrue(Identity.isOfThisMachine(address("127.0.0.1")));
    assertTrue(Identity.isOfThisMachine(address("127.1.2.3")));
    assertTrue(!Identity.isOfThisMachine(address("240.0.0.1")));
  }

  private static Identity find(String host, String file) throws IOException {
    return Identity.find(host, PORT, ReplicaFile.parse(file));
  }

  private static List<String> others(Identity identity, String file) {
    return identity.othersIn(ReplicaFile.parse(file), PORT).stream()
        .map(ReplicaAddress::name)
        .toList();
  }

  private static String refusal(String host, String file) {
    return assertThrows(IOException.class, () -> find(host, file)).getMessage();
  }

  private static InetAddress address(String literal) throws IOException {
    return InetAddress.getByName(literal);
  }
}
