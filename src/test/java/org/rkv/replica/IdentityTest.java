package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rkv.net.AddressLiteral;
import org.rkv.net.StubResolver;
import org.rkv.replica.peer.ReplicaAddress;

/**
 * Which replica of the file this one is. The host is called vm.example.org and has the addresses
 * 10.0.0.1 and 10.0.0.2, and those of the loopback; the others are somebody else's.
 */
class IdentityTest {
  private static final int PORT = 20456;
  private static final ThisHost HOST = host("vm.example.org");

  private final StubResolver names = new StubResolver();

  private static ThisHost host(String name) {
    return new ThisHost(
        name,
        address ->
            address.isLoopbackAddress()
                || List.of("10.0.0.1", "10.0.0.2").contains(address.getHostAddress()));
  }

  @Test
  void shouldBeTheOneLiteralThatIsAnAddressOfThisMachine() throws Exception {
    Identity identity = find(null, "240.0.0.1 127.0.0.3 240.0.0.2");

    assertIs("127.0.0.3", "127.0.0.3", PORT, identity);
    assertEquals(new InetSocketAddress("127.0.0.3", PORT), identity.listenAddress());
    assertTrue(identity.isCertain());
  }

  @Test
  void shouldListenAtThePortThatTheFileGivesIt() throws Exception {
    assertEquals(7, find(null, "240.0.0.1:9 127.0.0.3:7").port());
    assertEquals(7, find("127.0.0.3", "127.0.0.2:6 127.0.0.3:7").port());
    assertEquals(PORT, find("127.0.0.4", "127.0.0.2:6 127.0.0.3:7").port());
    assertEquals(7, find("127.0.0.03", "127.0.0.3:7").port());
    assertEquals(7, find(null, "VM:7 beta:9").port());
  }

  @Test
  void shouldBeTheHostAndPortGiven() throws Exception {
    String file = "127.0.0.1:1 127.0.0.1:2 127.0.0.1:3";

    Identity second = find("127.0.0.1:2", file);

    assertIs("127.0.0.1", "127.0.0.1", 2, second);
    assertEquals(List.of("127.0.0.1:1", "127.0.0.1:3"), others(second, file));
    assertEquals(9, find("127.0.0.1:9", file).port());
  }

  @Test
  void shouldAskWhichOneIsMeantWhenSeveralLiteralsAreThisMachines() {
    assertEquals(
        "several names in the replica file are this machine's (127.0.0.1, 127.0.0.2:7): say with"
            + " --host which one is meant",
        refusal(null, "127.0.0.1 240.0.0.1 127.0.0.2:7"));
    assertEquals(
        "several names in the replica file are this machine's (localhost:1, localhost:2): say with"
            + " --host which one is meant",
        refusal(null, "localhost:1 localhost:2"));
  }

  @Test
  void shouldBeTheHostGivenAlsoIfSeveralAreThisMachines() throws Exception {
    assertEquals("127.0.0.2", find("127.0.0.2", "127.0.0.1 127.0.0.2").name());
  }

  @Test
  void shouldBeTheHostGivenAlsoIfTheFileDoesNotNameIt() throws Exception {
    Identity identity = find("127.0.0.9", "127.0.0.1 127.0.0.2");

    assertIs("127.0.0.9", "127.0.0.9", PORT, identity);
    assertEquals(List.of("127.0.0.1", "127.0.0.2"), others(identity, "127.0.0.1 127.0.0.2"));
  }

  /** As where /etc/hosts has two lines for it, one of them that of Debian's installer. */
  @Test
  void shouldListenRatherWhereOtherHostsCanReachIt() throws Exception {
    names.says("alpha", "127.0.1.1", "10.0.0.1");

    assertIs("alpha", "10.0.0.1", PORT, find("alpha", "alpha beta"));
  }

  @Test
  void shouldRefuseAHostThatIsNotThisMachine() {
    assertEquals(
        "--host 240.0.0.1 is not an address of this machine", refusal("240.0.0.1", "240.0.0.1"));
    names.says("elsewhere", "240.0.0.1");
    assertEquals(
        "--host elsewhere is not an address of this machine", refusal("elsewhere", "elsewhere"));
  }

  @Test
  void shouldRefuseAHostThatNobodyKnows() {
    assertEquals("unknown host: no.such.host.invalid", refusal("no.such.host.invalid", ""));
  }

  @Test
  void shouldRefuseAHostThatIsNoName() {
    assertEquals("--host a/b is not the name of a replica", refusal("a/b", ""));
    assertEquals("--host a b is not the name of a replica", refusal("a b", ""));
    assertEquals("--host  is not the name of a replica", refusal("", ""));
  }

  @Test
  void shouldBeTheMachineItselfOnAllAddressesWhenNoNameIsIts() throws Exception {
    Identity identity = find(null, "240.0.0.1 240.0.0.2");

    assertEquals("vm.example.org", identity.name());
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
    assertEquals(List.of(), others(identity, "127.0.0.02"));
    assertEquals(List.of(), others(identity, ""));
  }

  @Test
  void shouldTakeTheSameAddressAtAnotherPortForAnotherReplica() throws Exception {
    String file = "127.0.0.1:7001 127.0.0.1:7002 127.0.0.1:7003";
    Identity identity = find("127.0.0.1:7001", file);

    List<ReplicaAddress> others = identity.othersIn(entries(file));

    assertEquals(
        List.of(
            new ReplicaAddress("127.0.0.1:7002", "127.0.0.1", List.of(address("127.0.0.1")), 7002),
            new ReplicaAddress("127.0.0.1:7003", "127.0.0.1", List.of(address("127.0.0.1")), 7003)),
        others);
  }

  @Test
  void shouldCountTwoSpellingsOfOneEntryOnceAndNothingElse() throws Exception {
    Identity identity = find("127.0.0.2", "127.0.0.2");

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
    names.says("me.invalid", "127.0.0.2");
    Identity identity = find("me.invalid", "");

    List<ReplicaAddress> others =
        identity.othersIn(entries("later.invalid me.invalid other.invalid:7"));

    assertEquals(
        List.of(
            new ReplicaAddress("later.invalid", "later.invalid", List.of(), PORT),
            new ReplicaAddress("other.invalid:7", "other.invalid", List.of(), 7)),
        others);
  }

  /** Only who we are decides; where the others lead, at some moment, does not. */
  @Test
  void shouldKeepOthersThatLeadToThisMachineOrToOneAnother() throws Exception {
    Identity identity = find("10.0.0.1", "10.0.0.1 beta gamma delta");
    names.says("beta", "10.0.0.1").says("gamma", "10.9.9.9").says("delta", "10.9.9.9");

    assertEquals(List.of("beta", "gamma", "delta"), others(identity, "10.0.0.1 beta gamma delta"));
  }

  @ParameterizedTest
  @CsvSource({
    "vm.example.org, vm.example.org",
    "vm.example.org, VM.Example.Org.",
    "vm.example.org, vm",
    "vm, vm.example.org",
    "VM, vm",
    "vm.example.org, 10.0.0.2",
    "vm.example.org, 10.0.0.02"
  })
  void shouldKnowItsEntryInAnySpelling(String hostName, String spelled) throws Exception {
    String file = "alpha " + spelled + " gamma";

    Identity identity = Identity.find(null, PORT, ReplicaFile.parse(file), names, host(hostName));

    assertEquals(spelled, identity.name());
    assertTrue(identity.isCertain());
    assertEquals(0, names.lookUpsOf("alpha"), "nobody has to be asked");
    assertEquals(List.of("alpha", "gamma"), others(identity, file));
  }

  @Test
  void shouldGiveALiteralPrecedenceOverItsHostNameAndThatOverItsOtherForm() throws Exception {
    assertEquals("10.0.0.1", find(null, "vm 10.0.0.1 vm.example.org").name());
    assertEquals("vm.example.org", find(null, "vm beta vm.example.org").name());
    assertEquals("10.0.0.1", find(null, "vm 10.0.0.1 beta").name());
  }

  @Test
  void shouldNotTakeANameInAnotherDomainForItsOwn() throws Exception {
    Identity identity = find(null, "vm.example.com beta");

    assertEquals("vm.example.org", identity.name());
    assertEquals(List.of("vm.example.com", "beta"), others(identity, "vm.example.com beta"));
  }

  @Test
  void shouldKnowItsEntryByTheHostGivenInAnotherForm() throws Exception {
    names.says("alpha.example.org", "10.0.0.1");

    Identity short1 = find("alpha.example.org", "alpha beta");
    Identity literal = find("alpha.example.org", "10.0.0.1 beta");
    Identity atAnotherAddress = find("alpha.example.org", "10.0.0.2 beta");

    assertEquals("alpha:20456", short1.givenName());
    assertEquals("10.0.0.1:20456", literal.givenName());
    assertEquals("alpha.example.org:20456", atAnotherAddress.givenName(), "that one is another's");
  }

  @Test
  void shouldBindWhatItsHostNameLeadsToUnlessThatIsNotOursOrALoopbackAddress() throws Exception {
    names.says("vm", "10.0.0.2");
    assertEquals(address("10.0.0.2"), find(null, "vm beta").address());
    names.says("vm", "127.0.1.1");
    assertNull(find(null, "vm beta").address());
    names.says("vm", "240.0.0.9");
    assertNull(find(null, "vm beta").address());
    names.says("vm");
    assertNull(find(null, "vm beta").address());
  }

  @Test
  void shouldPresumeThatTheOneNameThatLeadsHereOnlyIsItsOwn() throws Exception {
    names.says("alpha", "10.0.0.1", "10.0.0.2").says("beta", "10.0.0.3", "10.0.0.1");

    Identity identity = find(null, "alpha beta gamma");

    assertIs("alpha", null, PORT, identity);
    assertFalse(identity.isCertain());
    assertEquals(List.of("beta", "gamma"), others(identity, "alpha beta gamma"));
  }

  /** It called itself beta until somebody restarted it. */
  @Test
  void shouldBeAnotherOneWhenTheNameServiceIsRightAgain() throws Exception {
    String file = "alpha beta gamma";
    names.says("beta", "10.0.0.1").says("gamma", "10.0.0.3");
    Identity identity = find(null, file);
    assertEquals("beta", identity.name());

    names.says("alpha", "10.0.0.1").says("beta", "10.0.0.2");
    assertEquals("vm.example.org", identity.askedAgain(entries(file)).name(), "two lead here");
    names.says("beta", "10.0.0.9");
    Identity right = identity.askedAgain(entries(file));

    assertEquals("alpha:20456", right.givenName());
    assertEquals(List.of("beta", "gamma"), others(right, file));
    Identity settled = right.settled();
    names.says("alpha", "10.0.0.9").says("beta", "10.0.0.1");
    assertSame(settled, settled.askedAgain(entries(file)), "it stays what it was admitted as");
  }

  /** All names led to it when it started; it served alone, and lost it all. */
  @Test
  void shouldNotBeAloneWhenAllNamesLeadHere() throws Exception {
    names.says("alpha", "10.0.0.1").says("beta", "10.0.0.1").says("gamma", "10.0.0.1");

    Identity identity = find(null, "alpha beta gamma");

    assertEquals(List.of("alpha", "beta", "gamma"), others(identity, "alpha beta gamma"));
    assertEquals(3, identity.leadingToUs(entries("alpha beta gamma")).size());
  }

  /** The file of the C system, in which the one other replica is named, looks the same. */
  @Test
  void shouldNotPresumeThatTheOnlyNameOfAFileIsItsOwn() throws Exception {
    names.says("beta", "10.0.0.1");

    Identity identity = find(null, "beta");

    assertEquals("vm.example.org:20456", identity.givenName());
    assertEquals(List.of("beta"), others(identity, "beta"));
    assertEquals(List.of(), others(find("beta", "beta"), "beta"));
    assertEquals(List.of(), others(find(null, "10.0.0.1"), "10.0.0.1"));
    assertEquals(List.of(), others(find(null, "localhost"), "localhost"));
  }

  @Test
  void shouldGoOnWithTheFormOfTheCSystemThatLeavesItOut() throws Exception {
    names.says("alpha", "10.0.0.3").says("beta", "10.0.0.4");

    Identity identity = find(null, "alpha beta");

    assertIs("vm.example.org", null, PORT, identity);
    assertEquals(List.of("alpha", "beta"), others(identity, "alpha beta"));
  }

  @Test
  void shouldCallItselfByAnAddressWhereItsNameIsLocalhost() throws Exception {
    assertEquals("127.0.0.1:7", find("localhost:7", "localhost:7 beta").givenName());
    ThisHost clone = host("localhost.localdomain");
    String name =
        Identity.find(null, PORT, ReplicaFile.parse("10.9.9.9"), names, clone).givenName();
    assertTrue(AddressLiteral.parse(name.substring(0, name.lastIndexOf(':'))).isPresent(), name);
  }

  @Test
  void shouldTellTheAddressesOfThisMachine() throws Exception {
    assertTrue(ThisHost.isOfThisMachine(address("127.0.0.1")));
    assertTrue(ThisHost.isOfThisMachine(address("127.1.2.3")));
    assertTrue(!ThisHost.isOfThisMachine(address("240.0.0.1")));
    assertEquals(InetAddress.getLocalHost().getHostName(), ThisHost.find().name());
  }

  private Identity find(String host, String file) throws IOException {
    return Identity.find(host, PORT, ReplicaFile.parse(file), names, HOST);
  }

  private List<ReplicaAddress> entries(String file) {
    return ReplicaFile.parse(file)
        .entries(
            PORT,
            host -> {
              Optional<InetAddress> literal = AddressLiteral.parse(host);
              try {
                return literal.isPresent() ? List.of(literal.get()) : names.resolve(host);
              } catch (IOException e) {
                return List.of();
              }
            });
  }

  private List<String> others(Identity identity, String file) throws IOException {
    return identity.othersIn(entries(file)).stream().map(ReplicaAddress::name).toList();
  }

  private String refusal(String host, String file) {
    return assertThrows(IOException.class, () -> find(host, file)).getMessage();
  }

  private static void assertIs(String name, String address, int port, Identity identity)
      throws IOException {
    assertEquals(name, identity.name());
    assertEquals(address == null ? null : address(address), identity.address());
    assertEquals(port, identity.port());
  }

  private static InetAddress address(String literal) throws IOException {
    return InetAddress.getByName(literal);
  }
}
