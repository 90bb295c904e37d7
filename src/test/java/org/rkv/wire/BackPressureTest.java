package org.rkv.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.Eventually;

/**
 * A server that sends each large record on to a peer, over a link, and answers each small one at
 * once. The peer reads as the test wants it to.
 */
@Timeout(60)
class BackPressureTest {
  private static final int LARGE_BYTES = 1024 * 1024;
  private static final int CLIENTS = 24;

  private final LogLines log = new LogLines();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger received = new AtomicInteger();
  private final AtomicInteger mostQueuedBytes = new AtomicInteger();
  private final byte[] large = new byte[LARGE_BYTES];
  private ServerSocket peer;
  private EventLoop loop;
  private TcpListener listener;
  private volatile Channel link;
  private volatile boolean known;

  /** The calling end of the link; nothing comes back on it. */
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
    public void opened(Channel channel) {
      channel.attach(known ? "a peer" : null);
    }

    @Override
    public void received(Channel channel, byte[] buffer, int offset, int length) {
      if (length < LARGE_BYTES) {
        channel.send(buffer, offset, length);
        return;
      }
      received.incrementAndGet();
      link.send(buffer, offset, length);
      mostQueuedBytes.accumulateAndGet(link.queuedBytes(), Math::max);
    }

    @Override
    public void closed(Channel channel, String reason) {}
  }

  @BeforeEach
  void start() throws Exception {
    peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    loop = new EventLoop("forwarding", log);
    listener =
        new TcpListener(
            loop,
            log,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            ConnectionLimits.forRecords(2 * LARGE_BYTES),
            new Forward());
    loop.start();
    loop.execute(
        () -> {
          try {
            listener.begin();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          new TcpNetwork(loop, null, 1024)
              .connect("127.0.0.1", peer.getLocalPort(), 10_000, new LinkListener());
        });
    Eventually.holds("the link is there", () -> link != null);
  }

  @AfterEach
  void stop() throws Exception {
    loop.close();
    assertTrue(loop.awaitEnd(30_000));
    threads.shutdownNow();
    peer.close();
    assertEquals(List.of(), log.lines());
  }

  @Test
  void shouldQueueLittleMoreThanALinkIsGoodForHoweverManyClientsSend() throws Exception {
    List<Future<?>> clients = sendFromAll();
    try (Socket accepted = peer.accept()) {
      readRecords(accepted.getInputStream(), CLIENTS);
    }
    for (Future<?> client : clients) {
      client.get(30, TimeUnit.SECONDS);
    }

    assertEquals(CLIENTS, received.get());
    assertTrue(
        mostQueuedBytes.get() < BackPressure.FULL_BYTES + 2 * LARGE_BYTES,
        () -> mostQueuedBytes + " bytes were queued");
  }

  @Test
  void shouldAnswerSmallCallsBesideLargeOnesThatWait() throws Exception {
    List<Future<?>> clients = sendFromAll();
    try (Socket accepted = peer.accept();
        RawClient small = new RawClient(listener.address())) {
      InputStream in = accepted.getInputStream();
      for (int i = 0; i < CLIENTS; i++) {
        readRecords(in, 1);
        assertEquals("00000001", small.sendRecord("00000001").receive());
      }
    }
    for (Future<?> client : clients) {
      client.get(30, TimeUnit.SECONDS);
    }
  }

  /**
   * Behind a peer that is frozen, operations are to fail by their deadlines, not to wait unread.
   */
  @Test
  void shouldNotWaitForALinkThatDoesNotMove() throws Exception {
    List<Future<?>> clients = sendFromAll();
    Eventually.holds("all are read, though the peer reads none", () -> received.get() == CLIENTS);
    for (Future<?> client : clients) {
      client.get(30, TimeUnit.SECONDS);
    }
    assertTrue(mostQueuedBytes.get() > CLIENTS / 2 * LARGE_BYTES, () -> "" + mostQueuedBytes);
  }

  @Test
  void shouldReadFromAPeerWhateverTheLinksHaveToSend() throws Exception {
    known = true;
    try (Socket client = connect()) {
      for (int i = 0; i < CLIENTS; i++) {
        client.getOutputStream().write(Calls.record(large));
      }
      Eventually.holds("all are read", () -> received.get() == CLIENTS);
    }
  }

  /** Named after the fault that each end of a link waited for the other to read. */
  @Test
  void shouldReadAnswersWhileItHasMuchToSend() throws Exception {
    int records = 64;
    AtomicInteger answers = new AtomicInteger();
    EventLoop echoing = new EventLoop("echoing", log);
    try {
      ChannelListener echo =
          new ChannelListener() {
            @Override
            public void opened(Channel channel) {}

            @Override
            public void received(Channel channel, byte[] buffer, int offset, int length) {
              channel.send(buffer, offset, length);
            }

            @Override
            public void closed(Channel channel, String reason) {}
          };
      InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      TcpListener server =
          new TcpListener(echoing, log, any, ConnectionLimits.forRecords(2 * LARGE_BYTES), echo);
      echoing.start();
      echoing.execute(
          () -> {
            try {
              server.begin();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      ChannelListener caller =
          new ChannelListener() {
            @Override
            public void opened(Channel channel) {
              for (int i = 0; i < records; i++) {
                channel.send(large, 0, large.length);
              }
            }

            @Override
            public void received(Channel channel, byte[] buffer, int offset, int length) {
              answers.incrementAndGet();
            }

            @Override
            public void closed(Channel channel, String reason) {}
          };
      loop.execute(
          () ->
              new TcpNetwork(loop, null, 2 * LARGE_BYTES)
                  .connect("127.0.0.1", server.address().getPort(), 10_000, caller));
      Eventually.until("all come back", () -> answers.get() == records, () -> answers);
    } finally {
      echoing.close();
      assertTrue(echoing.awaitEnd(30_000));
    }
  }

  private List<Future<?>> sendFromAll() {
    List<Future<?>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          threads.submit(
              () -> {
                try (Socket client = connect()) {
                  client.getOutputStream().write(Calls.record(large));
                  client.shutdownOutput();
                  assertEquals(-1, client.getInputStream().read());
                }
                return null;
              }));
    }
    return clients;
  }

  private Socket connect() throws IOException {
    return new Socket(listener.address().getAddress(), listener.address().getPort());
  }

  private static void readRecords(InputStream in, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      int length = XdrInput.getInt(in.readNBytes(4), 0) & ~RpcMessage.LAST_FRAGMENT;
      assertEquals(LARGE_BYTES, in.readNBytes(length).length);
    }
  }
}
