package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.XdrVoid;
import org.junit.jupiter.api.Test;
import org.rkv.net.ChannelInMemory;
import org.rkv.net.HandMovedTimers;
import org.rkv.net.NetworkInMemory;

class LinkTest {
  private static final long TIMEOUT_MILLIS = 2000;
  private static final int PORT = 20456;

  private final HandMovedTimers timers = new HandMovedTimers();
  private final NetworkInMemory network = new NetworkInMemory();
  private final List<String> events = new ArrayList<>();
  private final AnswerLines answers = new AnswerLines();
  private final Link link =
      new Link(
          "there",
          PORT,
          network,
          timers,
          TIMEOUT_MILLIS,
          new Link.Listener() {
            @Override
            public void connected() {
              events.add("connected");
            }

            @Override
            public void disconnected(String reason) {
              events.add(reason);
            }
          });

  @Test
  void shouldConnectWhenItIsOpened() {
    assertEquals(0, network.attemptsMade);
    link.open();
    assertEquals(1, network.attemptsMade);
    assertNull(link.remoteAddress());
    ChannelInMemory channel = network.accept();
    assertEquals(List.of("connected"), events);
    assertEquals(channel.remoteAddress(), link.remoteAddress());
  }

  @Test
  void shouldSayOfEachOfItsConnectionsWhatItCarries() {
    link.reserveForLargeCalls();
    link.open();
    ChannelInMemory first = network.accept();
    assertTrue(first.carriesLargeCallsOnly);
    first.end("gone");
    timers.pass(Link.FIRST_BACKOFF_MILLIS);
    assertTrue(network.accept().carriesLargeCallsOnly);
  }

  @Test
  void shouldSayWhereItsConnectionsLed() {
    link.open();
    ChannelInMemory first = network.accept();
    link.admit();
    assertEquals(List.of("there:20456 right at 127.0.0.1"), network.led);

    link.ledElsewhere("leads to beta");
    assertEquals("there:20456 elsewhere at 127.0.0.1", network.led.get(1));
    assertFalse(first.isOpen());
    assertEquals(List.of("connected", "leads to beta"), events);
    timers.pass(Link.FIRST_BACKOFF_MILLIS);
    assertEquals(1, network.attemptsUnderWay(), "another address may be the right one");
  }

  @Test
  void shouldSayNothingOfAConnectionThatIsGone() {
    link.open();
    link.admit();
    link.ledElsewhere("leads to beta");
    assertEquals(List.of(), network.led);
  }

  @Test
  void shouldCarryAnyCallUnlessItIsSaidToCarryLargeOnesOnly() {
    link.open();
    assertFalse(network.accept().carriesLargeCallsOnly);
  }

  @Test
  void shouldBackOffFrom50MillisecondsDoublingToASecond() {
    link.open();
    for (int millis : new int[] {50, 100, 200, 400, 800, 1000, 1000, 1000}) {
      network.refuse("refused");
      timers.pass(millis - 1);
      assertEquals(0, network.attemptsUnderWay(), "not before " + millis + " ms");
      timers.pass(1);
      assertEquals(1, network.attemptsUnderWay(), "after " + millis + " ms");
    }
  }

  @Test
  void shouldBackOffFurtherFromAServerThatOnlyAccepts() {
    link.open();
    for (int millis : new int[] {50, 100, 200}) {
      network.accept().end("gone");
      timers.pass(millis - 1);
      assertEquals(0, network.attemptsUnderWay(), "not before " + millis + " ms");
      timers.pass(1);
    }
    ChannelInMemory channel = network.accept();
    link.admit();
    channel.end("gone");
    timers.pass(50);
    assertEquals(1, network.attemptsUnderWay(), "an admitted server is asked again at once");
  }

  @Test
  void shouldTakeOrdinaryCallsOnlyOnceTheServerIsAdmitted() {
    link.open();
    assertFalse(greet(1), "there is no connection");
    ChannelInMemory channel = network.accept();
    assertFalse(call(1));
    assertTrue(greet(2));
    link.admit();
    assertTrue(call(3));
    assertEquals(2, channel.sent.size());

    channel.end("gone");
    assertFalse(link.isAdmitted());
    timers.pass(50);
    network.accept();
    assertFalse(call(4), "the next connection has to be admitted again");
  }

  @Test
  void shouldNotAdmitAServerThatIsGone() {
    link.open();
    link.admit();
    assertFalse(link.isAdmitted());
  }

  @Test
  void shouldMatchAnswersThatComeInAnyOrder() {
    ChannelInMemory channel = admitted();
    for (int xid = 1; xid <= 4; xid++) {
      assertTrue(call(xid, xid));
    }
    channel.receive(reply(3, 30));
    channel.receive(reply(1, 10));
    channel.receive(reply(4, 40));
    channel.receive(reply(2, 20));
    assertEquals(List.of("3: 30", "1: 10", "4: 40", "2: 20"), answers.lines);
    assertEquals(0, link.callsUnderWay());
  }

  @Test
  void shouldReportWhyACallWasRefusedAndKeepTheConnection() {
    ChannelInMemory channel = admitted();
    call(1);
    channel.receive("00000001 00000001 00000000 00000000 00000000 00000005");
    call(2);
    channel.receive("00000002 00000001 00000001 00000001 00000002");
    call(3);
    channel.receive("00000003 00000001 00000000 00000000 00000000 00000000 0000");
    call(4);
    channel.receive("00000004 00000000 00000000");
    call(5);
    channel.receive(reply(5, 50));
    assertEquals(
        List.of(
            "0: Remote system error",
            "0: Authentication error; why = Server rejected credential",
            "0: Can't decode result",
            "0: Can't decode result",
            "0: 50"),
        answers.lines);
  }

  @Test
  void shouldDropAConnectionThatRepliesToNoCallOfOurs() {
    ChannelInMemory channel = admitted();
    call(1);
    channel.receive(reply(2, 20));
    assertEquals("an answer to no call of ours", channel.closedWith);
    assertEquals(List.of("0: an answer to no call of ours"), answers.lines);
    assertEquals(List.of("connected", "an answer to no call of ours"), events);
  }

  @Test
  void shouldDropAConnectionThatRepliesTwice() {
    ChannelInMemory channel = admitted();
    call(1);
    channel.receive(reply(1, 10));
    channel.receive(reply(1, 10));
    assertFalse(channel.isOpen());
    assertEquals(List.of("0: 10"), answers.lines);
  }

  @Test
  void shouldDropAConnectionThatSendsNoMessage() {
    ChannelInMemory channel = admitted();
    call(1);
    channel.receive("000000");
    assertFalse(channel.isOpen());
    assertEquals(1, answers.lines.size());
  }

  @Test
  void shouldCondemnTheConnectionWhenOneCallIsNotAnsweredInTime() {
    ChannelInMemory channel = admitted();
    call(1, 1);
    timers.pass(TIMEOUT_MILLIS - 1);
    call(2, 2);
    assertEquals(List.of(), answers.lines);
    timers.pass(1);
    assertEquals("no answer within 2000 ms", channel.closedWith);
    assertEquals(
        List.of("1: no answer within 2000 ms", "2: no answer within 2000 ms"), answers.lines);
    assertFalse(call(3), "new calls fail at once");
    timers.pass(50);
    assertEquals(1, network.attemptsUnderWay());
  }

  @Test
  void shouldGiveEachCallItsOwnDeadline() {
    ChannelInMemory channel = admitted();
    call(1, 1);
    timers.pass(1500);
    call(2, 2);
    channel.receive(reply(1, 10));
    timers.pass(1999);
    assertTrue(channel.isOpen());
    timers.pass(2); // rounded up, so that it is due for certain
    assertFalse(channel.isOpen());
    assertEquals(List.of("1: 10", "2: no answer within 2000 ms"), answers.lines);
  }

  @Test
  void shouldHaveNoDeadlineLeftWhenAllIsAnswered() {
    ChannelInMemory channel = admitted();
    call(1);
    channel.receive(reply(1, 10));
    timers.pass(10 * TIMEOUT_MILLIS);
    assertTrue(channel.isOpen());
    assertEquals(0, timers.scheduled());
  }

  @Test
  void shouldNotCarryADeadlineOverToTheNextConnection() {
    ChannelInMemory first = admitted();
    call(1);
    timers.pass(TIMEOUT_MILLIS - 100);
    first.end("gone");
    timers.pass(50);
    ChannelInMemory second = network.accept();
    link.admit();
    call(2);
    timers.pass(TIMEOUT_MILLIS - 1);
    assertTrue(second.isOpen());
  }

  @Test
  void shouldFailAllCallsWhenTheConnectionEnds() {
    ChannelInMemory channel = admitted();
    call(1, 1);
    call(2, 2);
    channel.end("reset");
    assertEquals(List.of("1: reset", "2: reset"), answers.lines);
    assertEquals(0, link.callsUnderWay());
  }

  @Test
  void shouldBoundTheCallsUnderWay() {
    admitted();
    for (int xid = 0; xid < Link.MAX_CALLS; xid++) {
      assertTrue(call(xid));
    }
    assertFalse(call(-1));
    assertEquals(Link.MAX_CALLS, link.callsUnderWay());
  }

  @Test
  void shouldBoundTheBytesQueued() {
    ChannelInMemory channel = admitted();
    channel.queuedBytes = Link.MAX_QUEUED_BYTES - 40;
    assertTrue(call(1));
    channel.queuedBytes++;
    assertFalse(call(2));
  }

  @Test
  void shouldHearNothingOfAnAbandonedConnection() {
    ChannelInMemory first = admitted();
    call(1);
    link.disconnect("enough");
    timers.pass(50);
    ChannelInMemory second = network.accept();
    link.admit();
    call(2);

    first.receive(reply(2, 99));
    first.receive(reply(1, 99));
    assertEquals(List.of("0: enough"), answers.lines);
    assertTrue(second.isOpen());
    second.receive(reply(2, 20));
    assertEquals(List.of("0: enough", "0: 20"), answers.lines);
  }

  @Test
  void shouldStaySuspendedUntilItIsOpenedAgain() {
    ChannelInMemory channel = admitted();
    link.suspend("enough");
    assertFalse(channel.isOpen());
    timers.pass(60_000);
    assertEquals(1, network.attemptsMade);

    link.open();
    link.suspend("enough");
    assertFalse(network.accept().isOpen(), "it came up when it was not wanted any more");

    link.open();
    assertTrue(network.accept().isOpen());
    link.admit();
    assertTrue(call(1));
  }

  @Test
  void shouldCloseAConnectionThatComesUpAfterItWasClosed() {
    link.open();
    link.close("no longer a replica");
    ChannelInMemory channel = network.accept();
    assertFalse(channel.isOpen());
    assertEquals(List.of(), events);
    timers.pass(10_000);
    assertEquals(1, network.attemptsMade);
  }

  @Test
  void shouldFailItsCallsAndNotConnectAgainOnceClosed() {
    ChannelInMemory channel = admitted();
    call(1);
    link.close("no longer a replica");
    assertFalse(channel.isOpen());
    assertEquals(List.of("0: no longer a replica"), answers.lines);
    timers.pass(10_000);
    assertEquals(1, network.attemptsMade);
    assertEquals(0, timers.scheduled());
  }

  @Test
  void shouldNotConnectAgainWhenClosedDuringTheBackOff() {
    link.open();
    network.refuse("refused");
    link.close("no longer a replica");
    timers.pass(10_000);
    assertEquals(1, network.attemptsMade);
  }

  private ChannelInMemory admitted() {
    link.open();
    ChannelInMemory channel = network.accept();
    link.admit();
    return channel;
  }

  private boolean call(int xid) {
    return call(xid, 0);
  }

  private boolean call(int xid, int index) {
    return link.send(encoded(xid), pending(index));
  }

  private boolean greet(int xid) {
    return link.sendBeforeAdmission(encoded(xid), pending(0));
  }

  /** A call to a group in which this link has so many before it. */
  private PendingCall pending(int index) {
    List<Link> called = new ArrayList<>(Collections.nCopies(index, (Link) null));
    called.add(link);
    return new PendingCall(Shape.INT, new XdrInt(), called, answers);
  }

  private static XdrOutput encoded(int xid) {
    XdrOutput call = new XdrOutput(64);
    try {
      RpcMessage.encodeCall(call, xid, 1, 1, 1, XdrVoid.XDR_VOID);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return call;
  }

  private static String reply(int xid, int result) {
    return String.format("%08x 00000001 00000000 00000000 00000000 00000000 %08x", xid, result);
  }
}
