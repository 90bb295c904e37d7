package org.rkv.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.net.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The embedded portmapper, byte by byte, over TCP and UDP. */
@Timeout(60)
class PortmapServerTest {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final String XID = "1234abcd";
  private static final String OK = XID + " 00000001 00000000 00000000 00000000 00000000 ";
  private static final String NO_SUCH_PROCEDURE =
      XID + " 00000001 00000000 00000000 00000000 00000003";

  private static final List<Mapping> MAPPINGS =
      List.of(
          new Mapping(123456, 1, Portmap.TCP, 20456), new Mapping(123456, 1, Portmap.UDP, 20456));

  private final Logger log = LoggerFactory.getLogger(PortmapServerTest.class);
  private EventLoop loop;
  private PortmapServer server;
  private InetSocketAddress address;

  @BeforeEach
  void start() throws Exception {
    loop = new EventLoop("portmap server test", log);
    loop.start();
    server = onLoop(this::bound);
    address = server.address();
  }

  private PortmapServer bound() throws IOException {
    byte[] host = {127, 0, 0, 0};
    host[1] = (byte) (1 + new Random().nextInt(254));
    host[3] = 1;
    return boundTo(InetAddress.getByAddress(host));
  }

  /** An ephemeral port that is free over TCP may be taken over UDP: then another. */
  private PortmapServer boundTo(InetAddress host) throws IOException {
    for (int attempt = 0; ; attempt++) {
      try {
        return new PortmapServer(loop, log, new InetSocketAddress(host, 0), MAPPINGS);
      } catch (IOException e) {
        if (attempt == 10) {
          throw e;
        }
      }
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    loop.close();
    loop.awaitEnd(TIMEOUT_MILLIS);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldAnswerNull(boolean tcp) throws Exception {
    assertEquals(bytes(OK), ask(tcp, call(2, 0, "")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldTellThePortOfAProgram(boolean tcp) throws Exception {
    assertEquals(bytes(OK + "00004fe8"), ask(tcp, call(2, 3, mapping(123456, 1, 6))));
    assertEquals(bytes(OK + "00004fe8"), ask(tcp, call(2, 3, mapping(123456, 1, 17))));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldTellThePortOfAnotherVersionAsRpcbindDoes(boolean tcp) throws Exception {
    assertEquals(bytes(OK + "00004fe8"), ask(tcp, call(2, 3, mapping(123456, 7, 6))));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldTellZeroForWhatIsNotThere(boolean tcp) throws Exception {
    assertEquals(bytes(OK + "00000000"), ask(tcp, call(2, 3, mapping(123457, 1, 6))));
    assertEquals(bytes(OK + "00000000"), ask(tcp, call(2, 3, mapping(123456, 1, 132))));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldListItselfAndAllMappings(boolean tcp) throws Exception {
    String own = String.format("%08x", address.getPort());
    assertEquals(
        bytes(
            OK
                + ("00000001 000186a0 00000002 00000006 " + own)
                + ("00000001 000186a0 00000002 00000011 " + own)
                + "00000001 0001e240 00000001 00000006 00004fe8"
                + "00000001 0001e240 00000001 00000011 00004fe8"
                + "00000000"),
        ask(tcp, call(2, 4, "")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldLetNobodySetOrUnset(boolean tcp) throws Exception {
    String before = ask(tcp, call(2, 4, ""));

    assertEquals(bytes(OK + "00000000"), ask(tcp, call(2, 1, mapping(200001, 1, 6) + "00000050")));
    assertEquals(bytes(OK + "00000000"), ask(tcp, call(2, 2, mapping(123456, 1, 6))));

    assertEquals(before, ask(tcp, call(2, 4, "")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldNotHaveCallit(boolean tcp) throws Exception {
    String callNullOfRkv = "0001e240 00000001 00000000 00000000";

    assertEquals(bytes(NO_SUCH_PROCEDURE), ask(tcp, call(2, 5, callNullOfRkv)));
    assertEquals(bytes(NO_SUCH_PROCEDURE), ask(tcp, call(2, 6, "")));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, -1})
  void shouldTellCallersOfOtherVersionsWhichThereAre(int version) throws Exception {
    String mismatch = XID + " 00000001 00000000 00000000 00000000 00000002 00000002 00000004";

    assertEquals(bytes(mismatch), ask(true, call(version, 3, "")));
    assertEquals(bytes(mismatch), ask(false, call(version, 9, "")));
  }

  @ParameterizedTest
  @CsvSource({"3, true", "3, false", "4, true", "4, false"})
  void shouldTellTheAddressOfAProgramOverTheTransportOfTheCall(int version, boolean tcp)
      throws Exception {
    String host = address.getAddress().getHostAddress();

    assertEquals(bytes(OK), ask(tcp, call(version, 0, "")));
    for (String asked : List.of("tcp", "udp", "tcp6", "")) {
      assertEquals(
          bytes(OK + string(host + ".79.232")),
          ask(tcp, call(version, 3, place(123456, 1, asked))));
    }
    assertEquals(
        bytes(OK + string(host + ".79.232")), ask(tcp, call(version, 3, place(123456, 7, "tcp"))));
    assertEquals(bytes(OK + string("")), ask(tcp, call(version, 3, place(123457, 1, "tcp"))));
  }

  @Test
  void shouldTellTheAddressOfAVersionInVersionFourOnly() throws Exception {
    String there = OK + string(address.getAddress().getHostAddress() + ".79.232");

    assertEquals(bytes(there), ask(true, call(4, 9, place(123456, 1, "tcp"))));
    assertEquals(bytes(OK + string("")), ask(true, call(4, 9, place(123456, 7, "tcp"))));
    assertEquals(bytes(NO_SUCH_PROCEDURE), ask(true, call(3, 9, place(123456, 1, "tcp"))));
  }

  @ParameterizedTest
  @CsvSource({"3, true", "3, false", "4, true", "4, false"})
  void shouldLetNobodySetOrUnsetAsRpcbind(int version, boolean tcp) throws Exception {
    String before = ask(tcp, call(version, 4, ""));

    String other = place(200001, 1, "tcp", "127.0.0.1.0.80");
    assertEquals(bytes(OK + "00000000"), ask(tcp, call(version, 1, other)));
    assertEquals(bytes(OK + "00000000"), ask(tcp, call(version, 2, place(123456, 1, "tcp"))));

    assertEquals(before, ask(tcp, call(version, 4, "")));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldNotHaveWhatCallsOthersOrIsNotThere(int version) throws Exception {
    for (int procedure : new int[] {5, 7, 8, 10, 11, 12, 13, -1}) {
      assertEquals(bytes(NO_SUCH_PROCEDURE), ask(true, call(version, procedure, "")));
    }
  }

  @Test
  void shouldTellTheTime() throws Exception {
    String reply = ask(true, call(3, 6, ""));

    long seconds = Long.parseLong(reply.substring(reply.length() - 8), 16);
    assertEquals(System.currentTimeMillis() / 1000.0, seconds, 60);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void shouldRefuseTextsThatAreCutOffOrTooLong(int version) throws Exception {
    String garbage = bytes(XID + " 00000001 00000000 00000000 00000000 00000004");

    assertEquals(garbage, ask(true, call(version, 3, "0001e240 00000001")));
    assertEquals(garbage, ask(true, call(version, 3, "0001e240 00000001 7fffffff")));
    assertEquals(garbage, ask(true, call(version, 3, "0001e240 00000001 ffffffff 00000000")));
    assertEquals(garbage, ask(false, call(version, 3, place(123456, 1, "n".repeat(33)))));
    assertEquals(garbage, ask(true, call(version, 3, place(123456, 1, "tcp", "a".repeat(129)))));
  }

  @Test
  void shouldListItselfAndAllProgramsAsRpcbindDoes() throws Exception {
    String host = address.getAddress().getHostAddress();
    RpcbindClient client = RpcbindClient.overTcp(address, TIMEOUT_MILLIS);

    assertEquals(
        List.of(
            place(100000, 4, "tcp", host, address.getPort()),
            place(100000, 4, "udp", host, address.getPort()),
            place(100000, 3, "tcp", host, address.getPort()),
            place(100000, 3, "udp", host, address.getPort()),
            place(100000, 2, "tcp", host, address.getPort()),
            place(100000, 2, "udp", host, address.getPort()),
            place(123456, 1, "tcp", host, 20456),
            place(123456, 1, "udp", host, 20456)),
        client.registrations());
  }

  @Test
  void shouldBeFoundOverIpv6WhereItIsAtAnAddressOfIt() throws Exception {
    address = onLoop(() -> boundTo(InetAddress.getByName("::1"))).address();

    assertEquals(bytes(OK + string("::1.79.232")), ask(true, call(4, 3, place(123456, 1, ""))));
    assertEquals(bytes(OK + string("::1.79.232")), ask(false, call(4, 3, place(123456, 1, ""))));
    assertEquals(20456, new PortmapClient(address, TIMEOUT_MILLIS).getPort(123456, 1, Portmap.TCP));
    assertEquals(
        List.of("tcp6", "udp6"),
        RpcbindClient.overTcp(address, TIMEOUT_MILLIS).registrations().stream()
            .filter(each -> each.program() == 123456)
            .map(Registration::netId)
            .toList());
  }

  @Test
  void shouldTellTheAddressThatLeadsToTheCallerWhereItIsAtAllAddresses() throws Exception {
    int port = onLoop(() -> boundTo(InetAddress.getByName("0.0.0.0"))).address().getPort();

    address = new InetSocketAddress(InetAddress.getByName("::1"), port);
    assertEquals(bytes(OK + string("::1.79.232")), ask(true, call(4, 3, place(123456, 1, ""))));
    assertEquals(bytes(OK + string("::1.79.232")), ask(false, call(4, 3, place(123456, 1, ""))));

    address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
    String ipv4 = bytes(OK + string("127.0.0.1.79.232"));
    assertEquals(ipv4, ask(true, call(4, 3, place(123456, 1, ""))));
    assertEquals(ipv4, ask(false, call(4, 3, place(123456, 1, ""))));
    assertEquals(
        List.of("0.0.0.0.79.232", "0.0.0.0.79.232", "::.79.232", "::.79.232"),
        RpcbindClient.overTcp(address, TIMEOUT_MILLIS).registrations().stream()
            .filter(each -> each.program() == 123456)
            .map(Registration::address)
            .toList());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldRefuseAQuestionThatIsCutOff(boolean tcp) throws Exception {
    assertEquals(
        bytes(XID + " 00000001 00000000 00000000 00000000 00000004"),
        ask(tcp, call(2, 3, "0001e240 00000001 00000006")));
  }

  /** So much longer than its call is DUMP that a forged sender would be flooded with it. */
  @Test
  void shouldHaveDumpGuardedOverUdp() {
    assertTrue(Portmap.SHAPES.procedure(Portmap.DUMP).amplifies());
    assertFalse(Portmap.SHAPES.procedure(Portmap.GETPORT).amplifies());
  }

  @Test
  void shouldNotBeAnotherProgram() throws Exception {
    String callToRkv = XID + " 00000000 00000002 0001e240 00000001 00000000" + "00000000".repeat(4);

    assertEquals(
        bytes(XID + " 00000001 00000000 00000000 00000000 00000001"), ask(true, callToRkv));
  }

  @Test
  void shouldAnswerOurOwnClient() throws Exception {
    PortmapClient client = new PortmapClient(address, TIMEOUT_MILLIS);

    assertEquals(20456, client.getPort(123456, 1, Portmap.TCP));
    assertEquals(20456, client.getPort(123456, 1, Portmap.UDP));
    assertFalse(client.set(new Mapping(1, 1, Portmap.TCP, 1)));
    assertFalse(client.unset(123456, 1));
  }

  @Test
  void shouldAnswerNobodyOnceItIsClosed() throws Exception {
    onLoop(
        () -> {
          server.close();
          return null;
        });

    PortmapClient client = new PortmapClient(address, TIMEOUT_MILLIS);
    PortmapException refusal = refusalOf(client);
    while (refusal.reason() == PortmapException.Reason.BROKEN) {
      // The selector lets go of a closed socket in its next round; until then nobody answers there.
      refusal = refusalOf(client);
    }
    assertEquals(PortmapException.Reason.REFUSED, refusal.reason());
  }

  @Test
  void shouldSayThatAPortIsTaken() throws Exception {
    assertThrows(
        IOException.class, () -> onLoop(() -> new PortmapServer(loop, log, address, MAPPINGS)));

    assertEquals(bytes(OK), ask(true, call(2, 0, "")), "the first one serves on");
  }

  private static PortmapException refusalOf(PortmapClient client) {
    return assertThrows(
        PortmapException.class, () -> client.getPort(Portmap.PROGRAM, 2, Portmap.TCP));
  }

  private <T> T onLoop(Callable<T> task) throws Exception {
    CompletableFuture<T> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            done.complete(task.call());
          } catch (Exception e) {
            done.completeExceptionally(e);
          }
        });
    try {
      return done.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  private static String call(int version, int procedure, String arguments) {
    return String.format("%s 00000000 00000002 000186a0 %08x %08x ", XID, version, procedure)
        + "00000000".repeat(4)
        + arguments;
  }

  /** A mapping in a question, but for the port if the procedure has use for one. */
  private static String mapping(int program, int version, int protocol) {
    String question = String.format("%08x %08x %08x", program, version, protocol);
    return program == 200001 ? question : question + "00000000";
  }

  /** A place in a question to rpcbind. */
  private static String place(int program, int version, String netId) {
    return place(program, version, netId, "");
  }

  private static String place(int program, int version, String netId, String address) {
    return String.format("%08x %08x ", program, version)
        + string(netId)
        + string(address)
        + string("");
  }

  private static Registration place(int program, int version, String netId, String host, int port)
      throws IOException {
    String address = UniversalAddress.text(InetAddress.getByName(host), port);
    return new Registration(program, version, netId, address, "superuser");
  }

  private static String string(String text) {
    String padded = text + "\0".repeat((4 - text.length() % 4) % 4);
    return String.format("%08x", text.length())
        + HexFormat.of().formatHex(padded.getBytes(StandardCharsets.ISO_8859_1));
  }

  private String ask(boolean tcp, String call) throws IOException {
    byte[] message = HexFormat.of().parseHex(bytes(call));
    return HexFormat.of().formatHex(tcp ? overTcp(message) : overUdp(message));
  }

  private byte[] overTcp(byte[] message) throws IOException {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      String mark = String.format("%08x", 0x80000000 | message.length);
      socket
          .getOutputStream()
          .write(HexFormat.of().parseHex(mark + HexFormat.of().formatHex(message)));
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] reply = new byte[in.readInt() & 0x7fffffff];
      in.readFully(reply);
      return reply;
    }
  }

  private byte[] overUdp(byte[] message) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.send(new DatagramPacket(message, message.length, address));
      DatagramPacket reply = new DatagramPacket(new byte[2000], 2000);
      socket.receive(reply);
      byte[] bytes = new byte[reply.getLength()];
      System.arraycopy(reply.getData(), 0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  private static String bytes(String hex) {
    return hex.replace(" ", "");
  }
}
