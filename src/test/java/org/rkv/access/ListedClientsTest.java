package org.rkv.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rkv.net.AddressLiteral;
import org.rkv.net.ChannelInMemory;
import org.rkv.net.LogLines;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.kv;
import org.slf4j.event.Level;

/** What the mechanism takes for granted, and what happens where that does not hold. */
class ListedClientsTest {
  private static final String REPLICA = "10.0.0.1";

  private final LogLines log = new LogLines();
  private final Map<String, List<InetAddress>> names = new HashMap<>();
  private final ListedClients clients =
      new ListedClients(address -> address.equals(address(REPLICA)), log);

  private static InetAddress address(String literal) {
    return AddressLiteral.parse(literal).orElseThrow();
  }

  private void hold(String... lines) {
    clients.hold(
        ClientList.parse(String.join("\n", lines)), name -> names.getOrDefault(name, List.of()));
  }

  private static ChannelInMemory channel(String literal, boolean isConnection) {
    ChannelInMemory channel =
        new ChannelInMemory(new InetSocketAddress(address(literal), 700), null);
    channel.isConnection = isConnection;
    return channel;
  }

  private boolean maySend(ChannelInMemory channel, int procedure) {
    return clients.isGiven(channel, procedure);
  }

  private Right rightOf(ChannelInMemory channel) {
    if (maySend(channel, kv.PUT_1)) {
      return Right.WRITE;
    }
    return maySend(channel, kv.GET_1) ? Right.READ : Right.NONE;
  }

  private Right rightOf(String literal) {
    return rightOf(channel(literal, true));
  }

  @Test
  void shouldLetNobodyCallUnlessHeIsListed() {
    assertEquals(Right.NONE, rightOf("10.0.0.2"));
    hold("");
    assertEquals(Right.NONE, rightOf("10.0.0.2"), "an empty list is not everybody");
    assertEquals(Right.WRITE, rightOf(REPLICA));
  }

  @Test
  void shouldKnowWhatEachProcedureNeeds() {
    hold("10.0.0.2 ro");
    ChannelInMemory reader = channel("10.0.0.2", true);
    ChannelInMemory stranger = channel("10.0.0.3", true);
    List<Integer> written = List.of(kv.PUT_1, kv.DEL_1);
    List<Integer> read =
        List.of(kv.GET_1, kv.REPLICAS_1, kv.STATUS_1, kv.DIGEST_1, kv.LIST_1, kv.WHY_1);
    int last = KvProgram.PROGRAM.procedures().length - 1;
    for (int procedure : IntStream.rangeClosed(0, last).toArray()) {
      boolean isForClients = written.contains(procedure) || read.contains(procedure);
      assertEquals(!isForClients, maySend(stranger, procedure), "procedure " + procedure);
      assertEquals(!written.contains(procedure), maySend(reader, procedure), "" + procedure);
    }
  }

  @Test
  void shouldHaveTheLongestPrefixDecideWhateverTheOrder() {
    hold("10.0.0.0/8 rw", "10.2.0.0/16 ro", "10.2.3.4 rw", "10.2.3.0/24 ro");
    assertEquals(Right.WRITE, rightOf("10.3.0.1"));
    assertEquals(Right.READ, rightOf("10.2.0.1"));
    assertEquals(Right.READ, rightOf("10.2.3.5"));
    assertEquals(Right.WRITE, rightOf("10.2.3.4"));
    assertEquals(Right.NONE, rightOf("11.0.0.1"));
  }

  @Test
  void shouldNotTakeAllOfIpv6ForIpv4() {
    hold("::/0 rw");
    assertEquals(Right.NONE, rightOf("10.0.0.2"));
    assertEquals(Right.WRITE, rightOf("2001:db8::1"));
    hold("0.0.0.0/0 rw");
    assertEquals(Right.WRITE, rightOf("10.0.0.2"));
    assertEquals(Right.NONE, rightOf("2001:db8::1"));
    hold("* ro");
    assertEquals(Right.READ, rightOf("10.0.0.2"));
    assertEquals(Right.READ, rightOf("2001:db8::1"));
  }

  @Test
  void shouldTakeAnOpenConnectionsRightAtItsNextCall() {
    hold("10.0.0.2 rw");
    ChannelInMemory open = channel("10.0.0.2", true);
    ChannelInMemory datagram = channel("10.0.0.2", false);
    assertEquals(Right.WRITE, rightOf(open));
    hold("10.0.0.2 ro");
    assertEquals(Right.READ, rightOf(open));
    assertEquals(Right.READ, rightOf(datagram));
    hold("");
    assertEquals(Right.NONE, rightOf(open));
    hold("10.0.0.0/24 rw");
    assertEquals(Right.WRITE, rightOf(open));
  }

  @Test
  void shouldFollowANameToItsAddressesAndNowhereElse() {
    hold("app ro");
    assertEquals(Right.NONE, rightOf("10.0.0.2"), "it was never resolved");
    names.put("app", List.of(address("10.0.0.2"), address("2001:db8::2")));
    hold("app ro");
    assertEquals(Right.READ, rightOf("10.0.0.2"));
    assertEquals(Right.READ, rightOf("2001:db8::2"));
    names.put("app", List.of(address("10.0.0.3")));
    hold("app ro");
    assertEquals(Right.NONE, rightOf("10.0.0.2"));
  }

  @Test
  void shouldGiveTheLesserRightWhereANameLeadsToAnotherLine() {
    names.put("app", List.of(address("10.0.0.2")));
    hold("app rw", "10.0.0.2 ro");
    assertEquals(Right.READ, rightOf("10.0.0.2"));
    hold("app ro", "10.0.0.2 rw");
    assertEquals(Right.READ, rightOf("10.0.0.2"));
  }

  @Test
  void shouldGiveAForgedDatagramNoMoreThanTheListSays() {
    hold("10.0.0.2 ro");
    assertEquals(Right.NONE, rightOf(channel(REPLICA, false)), "as if from a replica");
    assertEquals(Right.READ, rightOf(channel("10.0.0.2", false)));
  }

  @Test
  void shouldLetDatagramsOfThisHostCallWhereAReplicaIs() {
    ListedClients here = new ListedClients(InetAddress::isLoopbackAddress, log);
    here.hold(ClientList.parse(""), name -> List.of());
    assertTrue(here.isGiven(channel("127.0.0.1", false), kv.PUT_1));
  }

  @Test
  void shouldForgetAddressesBeforeTheyFillTheMemory() {
    hold("10.0.0.0/8 ro");
    for (int i = 0; i < 40_000; i++) {
      String literal = "10.1." + (i >> 8) % 256 + "." + i % 256;
      assertFalse(maySend(channel(literal, false), kv.PUT_1));
    }
    assertEquals(Right.READ, rightOf("10.1.0.0"));
  }

  @Test
  void shouldSayWhoWasRefusedWithoutFillingTheLog() {
    hold("10.0.0.2 ro");
    for (int i = 0; i < 1000; i++) {
      maySend(channel("10.0.0.2", true), kv.PUT_1);
    }
    List<String> lines = log.texts(Level.WARN);
    assertEquals(
        "/10.0.0.2:700 may not write, as the list of clients has it: its call is refused",
        lines.get(0));
    assertTrue(lines.size() < 20, lines::toString); // one a second
  }
}
