package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rkv.net.Channel;
import org.rkv.net.ChannelInMemory;
import org.rkv.net.ChannelListener;
import org.rkv.net.HandMovedTimers;
import org.rkv.net.Hex;
import org.rkv.net.LogLines;
import org.rkv.protocol.KvProgram;
import org.slf4j.event.Level;

class DuplicateRequestsTest {
  private static final int PLACES_OF_A_NETWORK = 6250;
  private static final int NULL = 0;
  private static final int PUT = 1;
  private static final int GET = 2;
  private static final int DEL = 3;
  private static final String AUTH_NONE = "00000000 00000000 00000000 00000000";
  private static final String SYSTEM_ERR = "00000001 00000001 00000000 00000000 00000000 00000005";
  private static final int SENDER = 700;
  private static final int OTHER_SENDER = 701;

  private final HandMovedTimers timers = new HandMovedTimers();
  private final LogLines log = new LogLines();

  /** The channels that calls were executed on, so that they can be answered. */
  private final List<Channel> executed = new ArrayList<>();

  private final DuplicateRequests cache =
      new DuplicateRequests(
          new ChannelListener() {
            @Override
            public void opened(Channel channel) {}

            @Override
            public void received(Channel channel, byte[] buffer, int offset, int length) {
              executed.add(channel);
            }

            @Override
            public void closed(Channel channel, String reason) {}
          },
          KvProgram.PROGRAM,
          timers,
          log);

  private int cacheAnswered;

  @Test
  void shouldAnswerADuplicateWithTheFirstReplyAndNotExecuteIt() {
    receive(SENDER, 1, 3);
    answer(0, "01020304");
    ChannelInMemory again = receive(SENDER, 1, 3);
    assertEquals(1, executed.size());
    assertEquals(1, again.sent.size());
    assertEquals("01020304", Hex.words(again.sent.get(0)));
  }

  @Test
  void shouldDropADuplicateOfACallUnderWay() {
    ChannelInMemory first = receive(SENDER, 1, 3);
    ChannelInMemory again = receive(SENDER, 1, 3);
    assertEquals(1, executed.size());
    answer(0, "01020304");
    assertEquals(1, first.sent.size());
    assertEquals(0, again.sent.size());
  }

  @Test
  void shouldExecuteWhatDiffersInSenderXidOrProcedure() {
    receive(SENDER, 1, 3);
    receive(OTHER_SENDER, 1, 3);
    receive(SENDER, 2, 3);
    receive(SENDER, 1, 1);
    assertEquals(4, executed.size());
    assertEquals(4, cache.size());
  }

  /** As two programs may that share a port one after the other, or behind one NAT. */
  @Test
  void shouldExecuteACallWithOtherArguments() {
    receive(SENDER, 1, PUT, "6b000000");
    receive(SENDER, 1, PUT, "6c000000");
    receive(SENDER, 1, PUT, "6b000000");
    assertEquals(2, executed.size());
  }

  @Test
  void shouldExecuteACallThatDiffersAfterManyBytes() {
    receive(SENDER, 1, PUT, "61".repeat(2000) + "61");
    receive(SENDER, 1, PUT, "61".repeat(2000) + "62");
    assertEquals(2, executed.size());
  }

  @Test
  void shouldExecuteEachTimeWhatWritesNothing() {
    receive(SENDER, 1, GET);
    receive(SENDER, 1, GET);
    receive(SENDER, 1, NULL);
    assertEquals(3, executed.size());
    assertEquals(0, cache.size());
  }

  @Test
  void shouldTakeNoCallOfAnotherProgramForAWrite() {
    for (int i = 0; i < 2; i++) {
      new ChannelInMemory(SENDER, cache)
          .receive("00000001 00000000 00000002 0001e241 00000001 00000003" + AUTH_NONE);
    }
    assertEquals(2, executed.size());
    assertEquals(0, cache.size());
  }

  @Test
  void shouldRememberForAMinuteAndNoLonger() {
    receive(SENDER, 1, 3);
    answer(0, "01020304");
    timers.pass(60_000);
    assertEquals(1, receive(SENDER, 1, 3).sent.size());
    timers.pass(1);
    receive(SENDER, 1, 3);
    assertEquals(2, executed.size());
    assertEquals(1, cache.size());
  }

  @Test
  void shouldRememberTheLastEightWritesOfASender() {
    for (int xid = 0; xid < 9; xid++) {
      receive(SENDER, xid, DEL);
      answer(xid, "01020304");
    }
    assertEquals(8, cache.size());
    for (int xid = 1; xid < 9; xid++) {
      assertEquals(1, receive(SENDER, xid, DEL).sent.size(), "xid " + xid);
    }
    receive(SENDER, 0, DEL);
    assertEquals(10, executed.size(), "the first one is forgotten");
  }

  @Test
  void shouldForgetNoWriteUnderWay() {
    for (int xid = 0; xid < 100; xid++) {
      receive(SENDER, xid, DEL);
    }
    timers.pass(120_000);
    for (int xid = 0; xid < 100; xid++) {
      receive(SENDER, xid, DEL);
    }
    assertEquals(100, executed.size());
    for (int call = 0; call < 100; call++) {
      answer(call, "01020304");
    }
    assertEquals(0, cache.size(), "all are old");
  }

  /** 273 writes a second in sum over all clients were once too many. */
  @Test
  void shouldRefuseNobodyWhileOldSendersCanBeForgotten() {
    for (int port = 1; port <= 20_000; port++) {
      assertNotRefused(receive(port, 1, DEL));
      answer(executed.size() - 1, "01020304");
      timers.pass(2); // 500 new senders of one network a second
    }
    assertEquals(20_000, executed.size());
    assertEquals(PLACES_OF_A_NETWORK, cache.size());
  }

  @Test
  void shouldRefuseAWriteWhenItsNetworkHasSentTooManyAndNoOtherNetworks() {
    for (int port = 1; port <= PLACES_OF_A_NETWORK; port++) {
      receive(port, 1, DEL);
      answer(port - 1, "01020304");
    }
    timers.pass(10_000);
    assertEquals(SYSTEM_ERR, Hex.words(receive(60_000, 1, DEL).sent.get(0)));
    assertEquals(
        List.of(
            "too many writes over UDP to remember each: refusing those of "
                + new ChannelInMemory(60_000, cache).remoteAddress()),
        log.texts(Level.WARN));
    assertEquals(0, receiveFrom("192.0.2.1", 1).sent.size(), "is under way");
    timers.pass(1);
    assertNotRefused(receive(60_000, 1, DEL));
    assertEquals(PLACES_OF_A_NETWORK + 1, cache.size());
  }

  @Test
  void shouldBoundWhatItRemembersInAll() {
    int networks = 20;
    for (int network = 0; network < networks; network++) {
      for (int port = 1; port <= PLACES_OF_A_NETWORK; port++) {
        receiveFrom("10.0." + network + ".1", port);
        if (executed.size() > cacheAnswered) {
          answer(cacheAnswered++, "01020304");
        }
      }
    }
    assertEquals(100_000, cache.size());
    timers.pass(10_001);
    assertEquals(0, receiveFrom("10.1.0.1", 1).sent.size(), "is under way");
    assertEquals(100_000, cache.size());
  }

  @Test
  void shouldForgetWhatTheServerTakesForNoCall() {
    ChannelInMemory channel = receive(SENDER, 1, DEL);
    executed.get(0).close("not an RPC call");
    assertEquals("not an RPC call", channel.closedWith);
    assertEquals(0, cache.size());
  }

  @Test
  void shouldPassOnWhatIsTooShortToBeACall() {
    ChannelInMemory channel = new ChannelInMemory(SENDER, cache);
    channel.receive("00000001 00000000");
    channel.receive("00000001 00000000");
    assertEquals(2, executed.size());
    assertEquals(0, cache.size());
  }

  @Test
  void shouldNotTakeACallForADuplicateOfWhatWasNone() {
    new ChannelInMemory(SENDER, cache)
        .receive("00000001 00000001 00000000 00000000 00000000 00000003 00000000");
    receive(SENDER, 1, 3);
    assertEquals(2, executed.size());
  }

  private ChannelInMemory receive(int senderPort, int xid, int procedure) {
    return receive(senderPort, xid, procedure, "");
  }

  private ChannelInMemory receive(int senderPort, int xid, int procedure, String arguments) {
    return receive(new ChannelInMemory(senderPort, cache), xid, procedure, arguments);
  }

  private ChannelInMemory receiveFrom(String address, int port) {
    return receive(new ChannelInMemory(new InetSocketAddress(address, port), cache), 1, DEL, "");
  }

  private static ChannelInMemory receive(
      ChannelInMemory channel, int xid, int procedure, String arguments) {
    channel.receive(
        String.format("%08x 00000000 00000002 0001e240 00000001 %08x", xid, procedure)
            + AUTH_NONE
            + arguments);
    return channel;
  }

  private static void assertNotRefused(ChannelInMemory channel) {
    assertEquals(0, channel.sent.size(), "is under way");
  }

  private void answer(int call, String digits) {
    byte[] reply = Hex.bytes(digits);
    executed.get(call).send(reply, 0, reply.length);
  }
}
