package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.testing.Eventually;

/**
 * A server that sends each record on over a link, and says so to the sender. What is at the other
 * end of the link reads slowly, but without a pause.
 */
@Timeout(60)
class FullLinkTest {
  private static final int LARGE_BYTES = 1024 * 1024;
  private static final int READ_BYTES = 16 * 1024;
  private static final long READ_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final byte PEER = 1;
  private static final byte CLIENT = 2;
  private static final byte SMALL_CLIENT = 3;
  private static final int SMALL_BYTES = 100;

  private final LogLines log = new LogLines();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Byte> received = new CopyOnWriteArrayList<>();
  private ServerSocket farEnd;
  private Listening listening;
  private volatile Channel link;
  private volatile boolean slow = true;
  private volatile long readNanos = READ_NANOS;

  /** What the link had to send when the small call was executed. */
  private volatile int queuedBeforeSmall = -1;

  /** Hears nothing but that the channel is there. */
  private final class LinkListener implements ChannelListener {
    @Override
    public void opened(Channel channel) {
      link = channel;
    }

    @Override
    public void received(Channel channel, byte[] buffer, int offset, int length) {}

    @Override
    public void closed(Channel channel, String reason) {}
  }

  private final class Forward implements ChannelListener {
    @Override
    public void opened(Channel channel) {}

    @Override
    public CallKind kindOf(byte[] buffer, int offset, int length) {
      return buffer[offset] == PEER ? CallKind.PROMPT : CallKind.REPLICATING;
    }

    @Override
    public void received(Channel channel, byte[] buffer, int offset, int length) {
      if (buffer[offset] == SMALL_CLIENT) {
        queuedBeforeSmall = link.queuedBytes();
      }
      received.add(buffer[offset]);
      link.send(buffer, offset, length);
      channel.send(buffer, offset, 4);
    }

    @Override
    public void closed(Channel channel, String reason) {}
  }

  @BeforeEach
  void start() throws Exception {
    farEnd = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    listening = new Listening("forwarding", log, 2 * LARGE_BYTES, new Forward());
    listening.loop.execute(
        () ->
            new TcpNetwork(listening.loop, RecordMarking.INSTANCE, null, 1024)
                .connect("127.0.0.1", farEnd.getLocalPort(), 10_000, new LinkListener()));
    Eventually.holds("the link is there", () -> link != null);
    threads.submit(this::readSlowly);
  }

  private Void readSlowly() throws IOException {
    try (Socket accepted = farEnd.accept()) {
      InputStream in = accepted.getInputStream();
      while (in.readNBytes(READ_BYTES).length > 0) {
        if (slow) {
          LockSupport.parkNanos(readNanos);
        }
      }
    }
    return null;
  }

  @AfterEach
  void stop() throws Exception {
    listening.close();
    farEnd.close();
    threads.shutdownNow();
    assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS));
    assertEquals(List.of(), log.lines());
  }

  @Test
  void shouldExecuteTheCallsOfAPeerWhateverTheLinkHasToSend() throws Exception {
    try (Socket peer = connect()) {
      Future<?> flood = threads.submit(() -> send(peer, PEER, 14));
      Eventually.holds("the link is full", () -> received.size() > 4);
      try (Socket client = connect()) {
        send(client, CLIENT, 1);
        Eventually.holds("all of the peer are executed", () -> received.size() == 14);
        flood.get(30, TimeUnit.SECONDS);
        assertFalse(received.contains(CLIENT), "the client waits: the link is full all the time");
        slow = false;
        assertEquals(CLIENT, answer(client));
      }
    }
  }

  /** Named after the fault that small calls waited for a link that they do not go over. */
  @Test
  void shouldNotLetASmallCallWaitForALinkOfLargeOnes() throws Exception {
    listening.loop.execute(link::carryLargeCallsOnly);
    readNanos = 10 * READ_NANOS;
    assertTrue(queuedWhenASmallCallIsExecuted() > BackPressure.OVERFULL_BYTES);
  }

  @Test
  void shouldLetASmallCallWaitForALinkThatItGoesOver() throws Exception {
    assertTrue(queuedWhenASmallCallIsExecuted() <= BackPressure.OVERFULL_BYTES);
  }

  private int queuedWhenASmallCallIsExecuted() throws Exception {
    try (Socket peer = connect();
        Socket client = connect()) {
      send(peer, PEER, 12);
      Eventually.holds("the link is overfull", () -> received.size() == 12);
      send(client, SMALL_CLIENT, 1, SMALL_BYTES);
      assertEquals(SMALL_CLIENT, answer(client));
      slow = false;
      return queuedBeforeSmall;
    }
  }

  @Test
  void shouldAnswerOneThatWillSendNoMoreAndWhoseCallHasToWait() throws Exception {
    try (Socket peer = connect()) {
      send(peer, PEER, 8);
      Eventually.holds("the link is full", () -> received.size() == 8);
      try (Socket client = connect()) {
        send(client, CLIENT, 1);
        client.shutdownOutput();
        slow = false;
        assertEquals(CLIENT, answer(client));
        assertEquals(-1, client.getInputStream().read());
      }
    }
  }

  private Socket connect() throws IOException {
    return new Socket(listening.address().getAddress(), listening.address().getPort());
  }

  private static Void send(Socket socket, byte mark, int records) throws IOException {
    return send(socket, mark, records, LARGE_BYTES);
  }

  private static Void send(Socket socket, byte mark, int records, int bytes) throws IOException {
    byte[] record = new byte[bytes];
    record[0] = mark;
    for (int i = 0; i < records; i++) {
      socket.getOutputStream().write(Calls.record(record));
    }
    return null;
  }

  private static int answer(Socket socket) throws IOException {
    return socket.getInputStream().readNBytes(8)[4];
  }
}
