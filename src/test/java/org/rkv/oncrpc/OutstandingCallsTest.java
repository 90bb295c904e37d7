package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrVoid;
import org.junit.jupiter.api.Test;
import org.rkv.net.Channel;
import org.rkv.net.ChannelInMemory;
import org.rkv.net.ChannelListener;
import org.rkv.net.Hex;

class OutstandingCallsTest {
  private static final int CALL_BYTES = 40;
  private static final String ACCEPTED = " 00000001 00000000 00000000 00000000 ";

  private final List<String> events = new ArrayList<>();
  private final ChannelInMemory channel = new ChannelInMemory(1, new Unheard());
  private final OutstandingCalls<String> calls = new OutstandingCalls<>(channel, new Noting());

  @Test
  void shouldHandEachReplyToItsCall() throws Exception {
    send(1, "one");
    send(2, "two");
    assertEquals(2, channel.sent.size());
    assertTrue(received("00000002" + ACCEPTED + "00000000 00000014"));
    assertTrue(received("00000001" + ACCEPTED + "00000000 0000000a"));
    assertEquals(List.of("two: 20, 1 left", "one: 10, 0 left"), events);
  }

  @Test
  void shouldSayWhyACallBroughtNoResults() throws Exception {
    send(1, "one");
    send(2, "two");
    assertTrue(received("00000001" + ACCEPTED + "00000003"));
    assertTrue(received("00000002" + ACCEPTED + "00000000 0000"));
    assertEquals(
        List.of("one: Procedure unavailable, 1 left", "two: Can't decode result, 0 left"), events);
  }

  @Test
  void shouldLeaveACallUnderWayWhenWhatComesIsNoReply() throws Exception {
    send(1, "one");
    assertFalse(received("0000"));
    assertFalse(received("00000001"));
    assertFalse(received("00000001 00000000 00000000"), "a call");
    assertFalse(received("00000002" + ACCEPTED + "00000000 00000014"), "of another xid");
    assertEquals(List.of(), events);
    assertEquals("one", calls.oldest());
  }

  @Test
  void shouldTakeTheReplyToACallThatWasGivenUpForNone() throws Exception {
    send(1, "one");
    send(2, "two");
    assertEquals("one", calls.giveUp(1));
    assertNull(calls.giveUp(1));
    assertFalse(received("00000001" + ACCEPTED + "00000000 0000000a"));
    assertEquals("two", calls.oldest());
  }

  @Test
  void shouldKnowWhichCallsTheSystemHasNotWhollyTaken() throws Exception {
    channel.queuedBytes = CALL_BYTES;
    send(1, "one");
    channel.queuedBytes = 2 * CALL_BYTES;
    send(2, "two");
    channel.takenBytes = 2 * CALL_BYTES - 1;
    calls.giveUpAll((call, isTaken) -> events.add(call + (isTaken ? " taken" : " not taken")));
    assertEquals(List.of("one taken", "two not taken"), events);
    assertEquals(0, calls.size());
    assertNull(calls.oldest());
  }

  private void send(int xid, String name) throws OncRpcException, IOException {
    XdrOutput message = new XdrOutput(CALL_BYTES);
    RpcMessage.encodeCall(message, xid, 1, 1, 1, XdrVoid.XDR_VOID);
    calls.send(message, name);
  }

  private boolean received(String digits) {
    byte[] message = Hex.bytes("99999999" + digits); // not at offset 0
    return calls.received(message, 4, message.length - 4);
  }

  private final class Noting implements OutstandingCalls.ReplyHandler<String> {
    @Override
    public Shape resultsOf(String call) {
      return Shape.INT;
    }

    @Override
    public void answered(String call, XdrInput results) {
      note(call, "" + results.nextInt());
    }

    @Override
    public void refused(String call, String reason) {
      note(call, reason);
    }

    private void note(String call, String what) {
      events.add(call + ": " + what + ", " + calls.size() + " left");
    }
  }

  private static final class Unheard implements ChannelListener {
    @Override
    public void opened(Channel channel) {}

    @Override
    public void received(Channel channel, byte[] buffer, int offset, int length) {}

    @Override
    public void closed(Channel channel, String reason) {}
  }
}
