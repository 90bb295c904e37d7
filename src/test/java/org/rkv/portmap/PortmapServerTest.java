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

  /** An ephemeral port that is free over TCP may be taken over UDP: then another. */
  private PortmapServer bound() throws IOException {
    byte[] host = {127, 0, 0, 0};
    for (int attempt = 0; ; attempt++) {
      host[1] = (byte) (1 + new Random().nextInt(254));
      host[3] = 1;
      try {
        return new PortmapServer(
            loop, log, new InetSocketAddress(InetAddress.getByAddress(host), 0), MAPPINGS);
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
  @ValueSource(ints = {0, 1, 3, 4})
  void shouldMakeCallersOfOtherVersionsFallBackToTwo(int version) throws Exception {
    String mismatch = XID + " 00000001 00000000 00000000 00000000 00000002 00000002 00000002";

    assertEquals(bytes(mismatch), ask(true, call(version, 3, "")));
    assertEquals(bytes(mismatch), ask(false, call(version, 9, "")));
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
