package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.testing.Eventually;

/** A channel under a listener that sends back what it receives, or fails at it. */
@Timeout(60)
class TcpChannelTest {
  private static final String FAIL = "00000bad";
  private static final String CLOSE = "000000ff";

  private static final int FIRST_CALL = 0x10000;
  private static final int MAX_RECORD_BYTES = 1024 * 1024;

  private final LogLines log = new LogLines();
  private final IllegalStateException failure = new IllegalStateException("a listener's own");
  private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
  private volatile boolean answerLater;
  private volatile Listening listening;

  private final class Echo implements ChannelListener {
    @Override
    public void opened(Channel channel) {}

    @Override
    public void received(Channel channel, byte[] buffer, int offset, int length) {
      int first = ByteBuffer.wrap(buffer, offset, length).getInt();
      if (first == Integer.parseInt(FAIL, 16)) {
        throw failure;
      }
      if (answerLater) {
        byte[] record = Arrays.copyOfRange(buffer, offset, offset + length);
        channel.callDeferred();
        listening.loop.schedule(
            1,
            () -> {
              channel.send(record, 0, record.length);
              channel.callAnswered();
            });
        return;
      }
      if (first == Integer.parseInt(CLOSE, 16)) {
        channel.send(buffer, offset, length);
        channel.close("as it was told");
        channel.close("once more");
        channel.send(buffer, offset, length);
        return;
      }
      channel.send(buffer, offset, length);
    }

    @Override
    public void closed(Channel channel, String reason) {
      closed.add(reason);
    }
  }

  @BeforeEach
  void listen() throws Exception {
    listening = new Listening("echo", log, MAX_RECORD_BYTES, new Echo());
  }

  @AfterEach
  void stopListening() throws InterruptedException {
    listening.close();
  }

  @Test
  void shouldCloseTheConnectionWhoseListenerFailsAndNoOther() throws Exception {
    try (RawClient other = new RawClient(listening.address());
        RawClient client = new RawClient(listening.address())) {
      client.send("80000004" + FAIL + "80000004 00000001");
      assertTrue(client.isEnded(), "the second record is lost, so the stream cannot go on");
      assertEquals("failed: " + failure, nextClosed());
      assertEquals("00000002", other.sendRecord("00000002").receive());
      assertEquals(1, log.lines().size());
      assertSame(failure, log.lines().get(0).cause());
    }
  }

  @Test
  void shouldTellItsListenerOnceThatItIsClosed() throws Exception {
    try (RawClient client = new RawClient(listening.address())) {
      client.sendRecord(CLOSE);
      client.drain();
      assertEquals("as it was told", nextClosed());
    }
    try (RawClient client = new RawClient(listening.address())) {
      client.sendRecord("00000001").closeOutput();
      assertEquals("00000001", client.receive());
      assertTrue(client.isEnded());
      assertEquals("closed by the other end", nextClosed());
    }
    assertEquals(List.of(), List.copyOf(closed));
  }

  @Test
  void shouldSayThatTheOtherEndLeftWithinARecord() throws Exception {
    try (RawClient client = new RawClient(listening.address())) {
      client.send("80000004 0000").closeOutput();
      assertTrue(client.isEnded());
      assertEquals("closed by the other end within a record", nextClosed());
    }
  }

  @Test
  void shouldCarryARecordOfAnySizeBothWays() throws Exception {
    try (RawClient client = new RawClient(listening.address())) {
      for (int size : new int[] {4, 5, 511, 512, 513, 65_532, 65_536, 131_073, MAX_RECORD_BYTES}) {
        byte[] record = new byte[size];
        record[size - 1] = (byte) size;
        assertEquals(Hex.words(record), client.sendRecord(record).receive());
      }
    }
  }

  /** Named after a fault of a round that read a channel again after it had been paused. */
  @Test
  void shouldKeepTheOrderOfWhatComesWhileItIsPausedAndOthersAreReady() throws Exception {
    answerLater = true;
    ExecutorService senders = Executors.newCachedThreadPool();
    try {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        clients.add(senders.submit(this::sendMoreThanMayBeUnderWay));
      }
      for (Future<?> client : clients) {
        client.get(50, TimeUnit.SECONDS);
      }
    } finally {
      senders.shutdownNow();
    }
    assertEquals(List.of(), log.lines());
  }

  /** Named after the fault that each end of a link waited for the other to read. */
  @Test
  void shouldReadAnswersWhileItHasMuchToSend() throws Exception {
    int records = 64;
    byte[] record = new byte[MAX_RECORD_BYTES];
    AtomicInteger answers = new AtomicInteger();
    ChannelListener caller =
        new ChannelListener() {
          @Override
          public void opened(Channel channel) {
            for (int i = 0; i < records; i++) {
              channel.send(record, 0, record.length);
            }
          }

          @Override
          public void received(Channel channel, byte[] buffer, int offset, int length) {
            answers.incrementAndGet();
          }

          @Override
          public void closed(Channel channel, String reason) {}
        };
    listening.loop.execute(
        () ->
            new TcpNetwork(listening.loop, RecordMarking.INSTANCE, null, MAX_RECORD_BYTES)
                .connect("127.0.0.1", listening.address().getPort(), 10_000, caller));
    // On a busy machine all of them take longer than anything is waited for.
    for (int i = 1; i <= records; i++) {
      int next = i;
      Eventually.until("one more comes back", () -> answers.get() >= next, () -> answers);
    }
    assertEquals(List.of(), log.lines());
  }

  private Void sendMoreThanMayBeUnderWay() throws IOException {
    int records = 20 * AcceptedChannel.MAX_CALLS_UNDER_WAY;
    ByteBuffer calls = ByteBuffer.allocate(8 * records);
    for (int i = 0; i < records; i++) {
      calls.putInt(RecordMarking.LAST_FRAGMENT | 4).putInt(FIRST_CALL + i);
    }
    try (Socket socket =
        new Socket(listening.address().getAddress(), listening.address().getPort())) {
      // A little more at a time than may be under way: what is left of it waits when more comes.
      int chunk = 8 * (AcceptedChannel.MAX_CALLS_UNDER_WAY + 64);
      for (int at = 0; at < calls.capacity(); at += chunk) {
        socket.getOutputStream().write(calls.array(), at, Math.min(chunk, calls.capacity() - at));
      }
      byte[] answers = socket.getInputStream().readNBytes(calls.capacity());
      assertArrayEquals(calls.array(), answers);
    }
    return null;
  }

  private String nextClosed() throws InterruptedException {
    return closed.poll(30, TimeUnit.SECONDS);
  }
}
