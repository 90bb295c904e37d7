package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.net.Calls;
import org.rkv.net.Hex;
import org.slf4j.event.Level;

/** What a server answers to datagrams, and what it does with those that come twice. */
@Timeout(60)
class UdpAnswersTest {
  private static final int TIMEOUT_MILLIS = 30_000;

  /** What libtirpc's clients have room for. */
  private static final int MAX_REPLY_BYTES = 8800;

  private static final String SUCCESS = "00000007 00000001 00000000 00000000 00000000 00000000";
  private static final String SYSTEM_ERR = "00000007 00000001 00000000 00000000 00000000 00000005";

  private WireServer server;
  private DatagramSocket client;

  @BeforeEach
  void open() throws Exception {
    server = new WireServer();
    client = newClient();
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    server.close();
  }

  @Test
  void shouldAnswerCalls() throws Exception {
    send(client, Calls.nothing(7));
    assertEquals(SUCCESS, receive(client));
    send(client, Calls.put(7, "ab", "xyz"));
    assertEquals(SUCCESS + " 00000000", receive(client));
    send(client, Calls.get(7, "ab"));
    assertEquals(SUCCESS + " 00000000 00000003 78797a00", receive(client));
    send(client, Calls.del(7, "ab"));
    assertEquals(SUCCESS + " 00000000", receive(client));
  }

  @Test
  void shouldAnswerErrorsAsOverTcp() throws Exception {
    send(client, Arrays.copyOf(Calls.get(7, "ab"), 46));
    assertEquals("00000007 00000001 00000000 00000000 00000000 00000004", receive(client));
    send(client, Hex.bytes("00000007 00000000 00000003"));
    assertEquals("00000007 00000001 00000001 00000000 00000002 00000002", receive(client));
    send(client, Calls.get(8, KvDispatcher.FAIL));
    assertEquals(SYSTEM_ERR.replace("00000007", "00000008"), receive(client));
  }

  @Test
  void shouldAnswerARepeatedDeleteAsTheFirstTime() throws Exception {
    send(client, Calls.put(6, "ab", "xyz"));
    receive(client);
    for (int times = 0; times < 3; times++) {
      send(client, Calls.del(7, "ab"));
      assertEquals(SUCCESS + " 00000000", receive(client), "deleted, and not: not found");
    }
    assertEquals(2, server.executed());
  }

  @Test
  void shouldLeaveOutCallsBeyondThoseThatMayWait() throws Exception {
    sendLater(4_000);
    assertTrue(
        server.log.texts(Level.WARN).stream()
            .anyMatch(line -> line.startsWith("too many calls over UDP wait for their turn")));
    send(client, Calls.nothing(7));
    assertEquals(SUCCESS, receive(client));
  }

  /** So that the system has room for each, waits for an answer now and then. */
  private void sendLater(int calls) throws Exception {
    for (int i = 0; i < calls; i++) {
      send(client, Calls.put(1_000 + i, KvDispatcher.LATER, ""));
      if (i % 50 == 49 || i == calls - 1) {
        send(client, Calls.nothing(7));
        assertEquals(SUCCESS, receive(client));
      }
    }
  }

  /** So many reads once pushed the DEL out of the cache. */
  @Test
  void shouldNotExecuteARepeatedDeleteAgainAfterManyReads() throws Exception {
    send(client, Calls.put(6, "ab", "xyz"));
    receive(client);
    send(client, Calls.del(7, "ab"));
    assertEquals(SUCCESS + " 00000000", receive(client));
    try (DatagramSocket other = newClient()) {
      for (int xid = 0; xid < 17_200; xid++) {
        send(other, Calls.get(xid, "ab"));
        receive(other);
      }
      send(other, Calls.put(7, "ab", "new"));
      assertEquals(SUCCESS + " 00000000", receive(other));

      send(client, Calls.del(7, "ab"));
      assertEquals(SUCCESS + " 00000000", receive(client), "what it was answered");

      send(other, Calls.get(7, "ab"));
      assertEquals(SUCCESS + " 00000000 00000003 6e657700", receive(other), "still there");
    }
  }

  @Test
  void shouldReadEachTime() throws Exception {
    send(client, Calls.get(7, "ab"));
    assertEquals(SUCCESS + " 00000004 00000000", receive(client));
    send(client, Calls.put(8, "ab", "xyz"));
    receive(client);
    send(client, Calls.get(7, "ab"));
    assertEquals(SUCCESS + " 00000000 00000003 78797a00", receive(client));
  }

  /** Whoever forges the sender of his calls would have others flooded. */
  @Test
  void shouldSendFewLongAnswersToANetwork() throws Exception {
    int bytes = 8000;
    for (int xid = 0; xid < 20; xid++) {
      send(client, Calls.get(xid, KvDispatcher.LARGE + bytes));
    }
    send(client, Calls.nothing(99));
    int answers = 0;
    while (!receive(client).startsWith("00000063")) {
      answers++;
    }
    assertTrue(answers >= 4 && answers < 20, answers + " of 8 KB, and 32 KB are allowed at once");
    assertEquals(
        "too many long answers over UDP for the network of " + client.getLocalSocketAddress(),
        server.log.texts(Level.WARN).get(0));
  }

  @Test
  void shouldExecuteTheSameCallOfAnotherSender() throws Exception {
    try (DatagramSocket other = newClient()) {
      send(client, Calls.put(7, "ab", "xyz"));
      assertEquals(SUCCESS + " 00000000", receive(client));
      send(other, Calls.put(7, "ab", "xyz"));
      assertEquals(SUCCESS + " 00000007", receive(other));
    }
  }

  @Test
  void shouldDropADuplicateOfAWriteUnderWay() throws Exception {
    send(client, Calls.put(7, KvDispatcher.LATER, "x"));
    send(client, Calls.put(7, KvDispatcher.LATER, "x"));
    send(client, Calls.nothing(8));
    assertEquals("00000008", receive(client).substring(0, 8));
    assertEquals(1, server.deferred());
    server.answerDeferredPut();
    assertEquals(SUCCESS + " 00000000", receive(client));
    send(client, Calls.nothing(9));
    assertEquals("00000009", receive(client).substring(0, 8), "one answer only");
  }

  @Test
  void shouldAnswerAnErrorInsteadOfAReplyThatIsTooLarge() throws Exception {
    int replyHeaderBytes = 32;
    int most = MAX_REPLY_BYTES - replyHeaderBytes;
    send(client, Calls.get(6, KvDispatcher.LARGE + most));
    assertEquals(2 * MAX_REPLY_BYTES, receive(client).replace(" ", "").length());
    send(client, Calls.get(7, KvDispatcher.LARGE + (most + 1)));
    assertEquals(SYSTEM_ERR, receive(client));
    send(client, Calls.get(7, KvDispatcher.LARGE + (most + 1)));
    assertEquals(SYSTEM_ERR, receive(client), "also when it is repeated");
    assertEquals(3, server.executed(), "reads are executed each time");
    assertEquals(
        List.of("a reply of 8804 bytes is too large for UDP; use TCP"),
        server.log.texts(Level.WARN).subList(0, 1));
  }

  @Test
  void shouldNotAnswerWhatIsNoCallAndGoOn() throws Exception {
    send(client, new byte[0]);
    send(client, Hex.bytes("00000007 00000001 00000000 00000000 00000000 00000000"));
    byte[] noise = new byte[20_000];
    Arrays.fill(noise, (byte) 0xff);
    send(client, noise);
    send(client, Calls.nothing(7));
    assertEquals(SUCCESS, receive(client));
    assertTrue(
        server.log.texts(Level.WARN).get(0).startsWith(client.getLocalSocketAddress().toString()),
        "the sender is named");
  }

  private DatagramSocket newClient() throws IOException {
    DatagramSocket socket = new DatagramSocket(0, server.address().getAddress());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  private void send(DatagramSocket from, byte[] message) throws IOException {
    from.send(new DatagramPacket(message, message.length, server.address()));
  }

  private static String receive(DatagramSocket at) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
    at.receive(packet);
    return Hex.words(Arrays.copyOf(packet.getData(), packet.getLength()));
  }
}
