package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.oncrpc.KvDispatcher;
import org.rkv.oncrpc.WireServer;
import org.rkv.testing.Eventually;

/** Callers that are slow, greedy, many, or gone: each costs itself, and nobody else. */
@Timeout(120)
class HostileCallersTest {
  private static final int MANY = 10_000;
  private static final long LONG_MILLIS = 600_000;
  private static final long SHORT_MILLIS = 200;
  private static final long MUCH_BYTES = 1L << 30;
  private static final int REPLY_HEADER_BYTES = 32;
  private static final int IDLE_SECONDS = 60;

  private WireServer server;

  @AfterEach
  void closeServer() throws InterruptedException {
    server.close();
  }

  @Test
  void shouldCloseAConnectionThatSendsHalfARecordAndNoMore() throws Exception {
    start(WireServer.limits(MANY, LONG_MILLIS, SHORT_MILLIS, MUCH_BYTES));
    byte[] call = Calls.record(Calls.put(7, "ab", "xyz"));
    try (RawClient idle = server.connect();
        RawClient half = server.connect();
        RawClient header = server.connect();
        RawClient fragment = server.connect()) {
      half.send(Arrays.copyOf(call, call.length - 1));
      header.send("80");
      fragment.send("00000000");
      expectToBeServed(idle);
      assertTrue(half.isEnded());
      assertTrue(header.isEnded());
      assertTrue(fragment.isEnded());
      expectToBeServed(idle);
    }
  }

  @Test
  void shouldCloseAConnectionThatSendsARecordByteByByteForEver() throws Exception {
    start(WireServer.limits(MANY, LONG_MILLIS, SHORT_MILLIS, MUCH_BYTES));
    try (RawClient slow = server.connect()) {
      slow.send("80100000");
      Eventually.holds(
          "each byte buys no time",
          () -> {
            try {
              slow.send("61");
              return server.connections() == 0;
            } catch (IOException ended) {
              return true;
            }
          });
    }
  }

  /** Ten minutes would be too many: it has two. */
  @Test
  void shouldWaitForTheRestOfARecordThatGrows() throws Exception {
    start(WireServer.limits(MANY, LONG_MILLIS, SHORT_MILLIS, MUCH_BYTES));
    int size = 960_000; // 8,000 bytes a second
    byte[] call = Calls.record(Calls.put(7, "ab", "v".repeat(size - 60)));
    try (RawClient slow = server.connect()) {
      slow.sendRecord(Calls.nothing(1)).receive();
      AcceptedChannel channel = server.onLoop(() -> (AcceptedChannel) server.procedures.lastCaller);
      slow.send(Arrays.copyOf(call, size / 2));
      long now = System.nanoTime();
      Eventually.holds("half has come", () -> overdueIn(50, now, channel) == null);
      assertNotNull(overdueIn(61, now, channel));
      slow.send(Arrays.copyOfRange(call, size / 2, call.length));
      assertEquals(7, xid(slow));
    }
  }

  private String overdueIn(int seconds, long nowNanos, AcceptedChannel channel) {
    return server.onLoop(
        () ->
            channel.overdue(
                nowNanos + TimeUnit.SECONDS.toNanos(seconds),
                Long.MAX_VALUE,
                TimeUnit.MILLISECONDS.toNanos(SHORT_MILLIS)));
  }

  @Test
  void shouldExecuteSignsOfLifeBeforeWhatElseComesFirstOnNewConnections() throws Exception {
    start(ConnectionLimits.forRecords(1024));
    CountDownLatch sent = new CountDownLatch(1);
    List<RawClient> greedy = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        greedy.add(server.connect());
      }
      try (RawClient other = server.connect()) {
        Eventually.holds("all are accepted", () -> server.connections() == greedy.size() + 1);
        server.onLoopLater(() -> await(sent));
        for (int i = 0; i < greedy.size(); i++) {
          greedy.get(i).sendRecord(Calls.get(i, KvDispatcher.SLOW));
        }
        other.sendRecord(Calls.nothing(7));
        sent.countDown();
        assertEquals(7, xid(other));
        assertBeforeAllButAFew();
      }
      for (int i = 0; i < greedy.size(); i++) {
        assertEquals(i, xid(greedy.get(i)), "each has its turn");
      }
    } finally {
      for (RawClient each : greedy) {
        each.close();
      }
    }
  }

  @Test
  void shouldLetOthersGoFirstBetweenTheCallsOfOneConnection() throws Exception {
    start(ConnectionLimits.forRecords(1024));
    CountDownLatch sent = new CountDownLatch(1);
    byte[][] records = new byte[20][];
    for (int i = 0; i < records.length; i++) {
      records[i] = Calls.record(Calls.get(i, KvDispatcher.SLOW));
    }
    try (RawClient greedy = server.connect();
        RawClient other = server.connect()) {
      server.onLoopLater(() -> await(sent));
      greedy.send(Calls.join(records));
      other.sendRecord(Calls.nothing(7));
      sent.countDown();
      assertEquals(7, xid(other));
      assertBeforeAllButAFew();
      for (int i = 0; i < records.length; i++) {
        assertEquals(i, xid(greedy), "in their order");
      }
    }
  }

  private void assertBeforeAllButAFew() {
    int before = server.onLoop(() -> server.procedures.procedures.indexOf(0));
    assertTrue(before <= 2, before + " calls were executed before");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Also one who asked for all of it long ago. */
  @Test
  void shouldWaitForAReaderThatTakesSomething() throws Exception {
    start(WireServer.limits(MANY, LONG_MILLIS, LONG_MILLIS, MUCH_BYTES));
    try (RawClient slow = new RawClient(server.address(), 4096)) {
      int calls = 0;
      int[] queued = {0};
      while (queued[0] < 100_000) {
        slow.sendRecord(Calls.get(calls++, KvDispatcher.LARGE + 200_000));
        int executed = calls;
        Eventually.holds("it is answered", () -> server.executed() == executed);
        queued[0] = queuedBytes();
      }
      AcceptedChannel channel = server.onLoop(() -> (AcceptedChannel) server.procedures.lastCaller);
      long now = System.nanoTime();
      assertNull(overdueAsReader(0, now, channel));
      for (int i = 0; i < calls - 1; i++) {
        slow.receiveBytes();
      }
      assertNull(overdueAsReader(IDLE_SECONDS, now, channel), "it has read");
      Eventually.holds(
          "it reads no more, or has read all",
          () -> overdueAsReader(3 * IDLE_SECONDS, now, channel) != null);
    }
  }

  @Test
  void shouldNotWaitForAReaderThatTakesNothingOfALittle() throws Exception {
    start(WireServer.limits(MANY, LONG_MILLIS, LONG_MILLIS, MUCH_BYTES));
    try (RawClient greedy = new RawClient(server.address(), 4096)) {
      for (int calls = 1; queuedBytes() < 100_000; calls++) {
        greedy.sendRecord(Calls.get(calls, KvDispatcher.LARGE + 200_000));
        int executed = calls;
        Eventually.holds("it is answered", () -> server.executed() == executed);
      }
      AcceptedChannel channel = server.onLoop(() -> (AcceptedChannel) server.procedures.lastCaller);
      long now = System.nanoTime();
      assertNull(overdueAsReader(0, now, channel));
      assertNull(overdueAsReader(IDLE_SECONDS - 1, now, channel));
      int[] seconds = {0};
      Eventually.holds(
          "it was offered more",
          () ->
              "it does not read its replies"
                  .equals(overdueAsReader(seconds[0] += 2 * IDLE_SECONDS, now, channel)));
    }
  }

  private String overdueAsReader(int seconds, long nowNanos, AcceptedChannel channel) {
    return server.onLoop(
        () ->
            channel.overdue(
                nowNanos + TimeUnit.SECONDS.toNanos(seconds),
                TimeUnit.SECONDS.toNanos(IDLE_SECONDS),
                TimeUnit.SECONDS.toNanos(1)));
  }

  /** They are all made before any is sent. */
  @Test
  void shouldCountTheAnswersOfManyCallsAtOnce() throws Exception {
    int maxBytes = 4 * 1024 * 1024;
    start(WireServer.limits(MANY, LONG_MILLIS, LONG_MILLIS, maxBytes));
    int calls = 400;
    try (RawClient greedy = new RawClient(server.address(), 4096);
        RawClient other = server.connect()) {
      greedy.send(later(calls));
      Eventually.holds("all are under way", () -> server.deferred() == calls);
      int most = server.onLoop(() -> answerAllAndMeasure("v".repeat(1_000_000)));
      assertTrue(most <= maxBytes, () -> most + " bytes are held");
      expectToBeServed(other);
      assertEquals(1, server.connections());
    }
  }

  private int answerAllAndMeasure(String value) {
    Channel caller = server.procedures.lastCaller;
    int most = 0;
    while (server.procedures.answerNext(value)) {
      most = Math.max(most, caller.queuedBytes());
    }
    return most;
  }

  @Test
  void shouldNotCountOurOwnPauseAsHalfARecord() throws Exception {
    start(ConnectionLimits.forRecords(1024));
    byte[] half = Arrays.copyOf(Calls.record(Calls.nothing(7)), 20);
    try (RawClient client = server.connect()) {
      client.send(Calls.join(later(AcceptedChannel.MAX_CALLS_UNDER_WAY + 1), half));
      Eventually.holds(
          "it is paused", () -> server.deferred() == AcceptedChannel.MAX_CALLS_UNDER_WAY);
      long resumedNanos = System.nanoTime();
      for (int i = 0; i < AcceptedChannel.MAX_CALLS_UNDER_WAY; i++) {
        server.answerDeferred("");
      }
      Eventually.holds("the last one is under way", () -> server.deferred() == 1);
      String overdue = server.onLoop(() -> overdueSince(resumedNanos));
      assertNull(overdue);
    }
  }

  private String overdueSince(long nanos) {
    long now = System.nanoTime();
    AcceptedChannel channel = (AcceptedChannel) server.procedures.lastCaller;
    return channel.overdue(now, Long.MAX_VALUE, now - nanos);
  }

  @Test
  void shouldCloseIdleConnectionsButNotOneThatWaitsForItsAnswer() throws Exception {
    start(WireServer.limits(MANY, SHORT_MILLIS, LONG_MILLIS, MUCH_BYTES));
    try (RawClient waiting = server.connect();
        RawClient idle = server.connect()) {
      waiting.sendRecord(Calls.get(7, KvDispatcher.LATER));
      expectToBeServed(idle);
      assertTrue(idle.isEnded());
      server.answerDeferred("now");
      assertEquals(7, xid(waiting));
      assertTrue(waiting.isEnded(), "now it is idle too");
    }
  }

  @Test
  void shouldMakeRoomByClosingTheLongestIdleConnection() throws Exception {
    start(WireServer.limits(3, LONG_MILLIS, LONG_MILLIS, MUCH_BYTES));
    try (RawClient first = server.connect();
        RawClient second = server.connect();
        RawClient third = server.connect()) {
      for (RawClient each : List.of(first, second, third, first)) {
        expectToBeServed(each);
      }
      try (RawClient fourth = server.connect()) {
        assertTrue(second.isEnded());
        for (RawClient each : List.of(first, third, fourth)) {
          expectToBeServed(each);
        }
        assertEquals(3, server.connections());
      }
    }
  }

  @Test
  void shouldServeAStormOfConnectionsThatIsFarBeyondItsLimit() throws Exception {
    start(WireServer.limits(20, LONG_MILLIS, LONG_MILLIS, MUCH_BYTES));
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        RawClient client = server.connect();
        clients.add(client);
        expectToBeServed(client);
      }
      assertEquals(20, server.connections());
      for (RawClient survivor : clients.subList(980, 1000)) {
        expectToBeServed(survivor);
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
    Eventually.holds("all are gone", () -> server.connections() == 0);
  }

  @Test
  void shouldStopReadingFromAClientThatDoesNotReadAndGoOnOnceItDoes() throws Exception {
    start(ConnectionLimits.forRecords(1024 * 1024));
    int calls = 400;
    int valueBytes = 60_000;
    byte[][] records = new byte[calls][];
    for (int i = 0; i < calls; i++) {
      records[i] = Calls.record(Calls.get(i, KvDispatcher.LARGE + valueBytes));
    }
    try (RawClient greedy = new RawClient(server.address(), 4096);
        RawClient other = server.connect()) {
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(() -> send(greedy, Calls.join(records)));
      Eventually.holds("it is paused", () -> queuedBytes() > AcceptedChannel.PAUSE_OUTPUT_BYTES);
      for (int i = 0; i < 100; i++) {
        expectToBeServed(other);
      }
      int executed = server.executed() - 100;
      assertTrue(
          executed < calls / 2, executed + " calls executed for a client that reads nothing");
      for (int i = 0; i < calls; i++) {
        byte[] reply = greedy.receiveBytes();
        assertEquals(i, ByteBuffer.wrap(reply).getInt());
        assertEquals(REPLY_HEADER_BYTES + valueBytes, reply.length);
      }
      writing.join();
    }
  }

  private int queuedBytes() {
    return server.onLoop(
        () -> {
          Channel channel = server.procedures.lastCaller;
          return channel == null ? 0 : channel.queuedBytes();
        });
  }

  @Test
  void shouldCloseAConnectionThatLeavesMuchUnreadForLong() throws Exception {
    start(WireServer.limits(MANY, LONG_MILLIS, SHORT_MILLIS, MUCH_BYTES));
    int large = 64 * 1024 * 1024;
    try (RawClient greedy = new RawClient(server.address(), 4096)) {
      greedy.sendRecord(Calls.get(7, KvDispatcher.LARGE + large));
      Eventually.holds("it is closed", () -> server.executed() > 0 && server.connections() == 0);
      assertTrue(greedy.drain() < large, "the rest is lost");
    }
  }

  @Test
  void shouldAnswerAHalfClosedConnectionBeforeItIsClosed() throws Exception {
    start(ConnectionLimits.forRecords(1024));
    try (RawClient client = server.connect()) {
      client
          .sendRecord(Calls.nothing(1))
          .sendRecord(Calls.get(2, KvDispatcher.LATER))
          .sendRecord(Calls.nothing(3))
          .closeOutput();
      assertEquals(1, xid(client));
      assertEquals(3, xid(client));
      server.answerDeferred("now");
      assertEquals(2, xid(client));
      assertTrue(client.isEnded());
    }
  }

  @Test
  void shouldSurviveAResetAfterEveryByteOfACall() throws Exception {
    start(ConnectionLimits.forRecords(1024));
    byte[] later = Calls.record(Calls.get(7, KvDispatcher.LATER));
    byte[] call = Calls.join(Calls.record(Calls.put(7, "ab", "xyz")), later);
    for (int length = 0; length <= call.length; length++) {
      RawClient client = server.connect();
      client.send(Arrays.copyOf(call, length));
      client.reset();
    }
    try (RawClient client = server.connect()) {
      expectToBeServed(client);
      Eventually.holds("the others are gone", () -> server.connections() == 1);
    }
    while (server.deferred() > 0) {
      server.answerDeferred("to somebody who is gone");
    }
    assertEquals(0, server.callsUnderWay());
    assertEquals(List.of(), server.log.lines());
  }

  @Test
  void shouldSurviveClosingAfterEveryByteOfACall() throws Exception {
    start(ConnectionLimits.forRecords(1024));
    byte[] call = Calls.record(Calls.put(7, "ab", "xyz"));
    for (int length = 0; length < call.length; length++) {
      try (RawClient client = server.connect()) {
        client.send(Arrays.copyOf(call, length)).closeOutput();
        assertTrue(client.isEnded());
      }
    }
    assertEquals(0, server.executed());
    assertEquals(List.of(), server.log.lines());
  }

  @Test
  void shouldCloseTheConnectionThatHoldsMostWhenTooMuchIsBuffered() throws Exception {
    start(WireServer.limits(MANY, LONG_MILLIS, LONG_MILLIS, 1200 * 1024));
    byte[] call = Calls.record(Calls.put(7, "ab", "v".repeat(700_000)));
    try (RawClient greediest = server.connect();
        RawClient greedy = server.connect()) {
      greediest.send(Arrays.copyOf(call, call.length - 1));
      greedy.send(Arrays.copyOf(call, 500_000));
      assertTrue(greediest.isEnded());
      greedy.send(Arrays.copyOfRange(call, 500_000, call.length));
      assertEquals(7, xid(greedy));
    }
  }

  @Test
  void shouldBoundTheDeferredCallsOfAConnection() throws Exception {
    start(ConnectionLimits.forRecords(1024));
    int calls = 5 * AcceptedChannel.MAX_CALLS_UNDER_WAY;
    try (RawClient flood = server.connect();
        RawClient other = server.connect()) {
      CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> send(flood, later(calls)));
      for (int answered = 0; answered < calls; answered++) {
        int expected = Math.min(AcceptedChannel.MAX_CALLS_UNDER_WAY, calls - answered);
        if (answered % 1000 == 0) {
          Eventually.holds(expected + " under way", () -> server.deferred() == expected);
          expectToBeServed(other);
          assertEquals(expected, server.deferred(), "and no more");
        }
        Eventually.holds("there is one to answer", () -> server.deferred() > 0);
        server.answerDeferred("");
      }
      for (int i = 0; i < calls; i++) {
        assertEquals(i, xid(flood));
      }
      writing.join();
    }
  }

  private static byte[] later(int calls) {
    byte[][] records = new byte[calls][];
    for (int i = 0; i < calls; i++) {
      records[i] = Calls.record(Calls.get(i, KvDispatcher.LATER));
    }
    return Calls.join(records);
  }

  private void start(ConnectionLimits limits) throws IOException {
    server = new WireServer(limits);
  }

  private static void send(RawClient client, byte[] bytes) {
    try {
      client.send(bytes);
    } catch (IOException e) {
      throw new AssertionError("a call could not be sent", e);
    }
  }

  private static void expectToBeServed(RawClient client) throws IOException {
    client.sendRecord(Calls.nothing(99));
    assertEquals("00000063 00000001 00000000 00000000 00000000 00000000", client.receive());
  }

  private static int xid(RawClient client) throws IOException {
    return ByteBuffer.wrap(client.receiveBytes()).getInt();
  }
}
