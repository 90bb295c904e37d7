package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rkv.net.Channel;
import org.rkv.net.ChannelInMemory;
import org.rkv.net.ChannelListener;
import org.rkv.net.HandMovedTimers;
import org.rkv.net.Hex;

class DuplicateRequestsTest {
  private static final int MAX_CALLS = 16 * 1024;
  private static final int SENDER = 700;
  private static final int OTHER_SENDER = 701;

  private final HandMovedTimers timers = new HandMovedTimers();

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
          timers);

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
    receive(SENDER, 1, 2);
    assertEquals(4, executed.size());
    assertEquals(4, cache.size());
  }

  /** As two programs may that share a port one after the other, or behind one NAT. */
  @Test
  void shouldExecuteACallWithOtherArguments() {
    byte[] one = new byte[32];
    byte[] other = one.clone();
    other[31] = 1;
    cache.received(new ChannelInMemory(SENDER, cache), one, 0, one.length);
    cache.received(new ChannelInMemory(SENDER, cache), other, 0, other.length);
    cache.received(new ChannelInMemory(SENDER, cache), one, 0, one.length);
    assertEquals(2, executed.size());
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
  void shouldForgetTheOldestWhenItIsFull() {
    for (int xid = 0; xid <= MAX_CALLS; xid++) {
      receive(SENDER, xid, 3);
    }
    assertEquals(MAX_CALLS, cache.size());
    receive(SENDER, 1, 3);
    assertEquals(MAX_CALLS + 1, executed.size(), "the second one is remembered");
    receive(SENDER, 0, 3);
    assertEquals(MAX_CALLS + 2, executed.size(), "the first one is not");
  }

  @Test
  void shouldBoundTheBytesOfTheReplies() {
    byte[] large = new byte[1024 * 1024];
    for (int xid = 0; xid < 100; xid++) {
      receive(SENDER, xid, 3);
      executed.get(xid).send(large, 0, large.length);
    }
    assertTrue(cache.size() <= 8, cache.size() + " replies of 1 MiB");
    assertEquals(1, receive(SENDER, 99, 3).sent.size(), "the last one is still there");
  }

  @Test
  void shouldNotCountTheReplyOfACallThatIsForgotten() {
    byte[] large = new byte[1024 * 1024];
    receive(SENDER, 0, 3);
    for (int xid = 1; xid <= 20; xid++) {
      receive(SENDER, xid, 3);
    }
    timers.pass(60_001);
    receive(SENDER, 100, 3); // forgets all of the above
    for (int xid = 0; xid <= 20; xid++) {
      executed.get(xid).send(large, 0, large.length);
    }
    answer(21, "01020304");
    receive(SENDER, 101, 3);
    assertEquals(1, receive(SENDER, 100, 3).sent.size(), "what is remembered takes few bytes");
    assertEquals(2, cache.size());
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
    ChannelInMemory channel = new ChannelInMemory(senderPort, cache);
    channel.receive(
        String.format("%08x 00000000 00000002 0001e240 00000001 %08x", xid, procedure)
            + "00000000 00000000 00000000 00000000");
    return channel;
  }

  private void answer(int call, String digits) {
    byte[] reply = Hex.bytes(digits);
    executed.get(call).send(reply, 0, reply.length);
  }
}
