package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.testing.Eventually;

/** Connections that bring more than is read at once. */
@Timeout(60)
class TcpListenerTest {
  private static final int RECORD_BYTES = 64 * 1024;
  private static final int MANY_BYTES = 64 * 1024 * 1024;
  private static final int SEND_BUFFER_BYTES = 256 * 1024;
  private static final long NO_MORE_MILLIS = 300;

  private final LogLines log = new LogLines();
  private final AtomicLong receivedBytes = new AtomicLong();
  private final ByteBuffer record = ByteBuffer.allocateDirect(RECORD_BYTES);
  private Listening listening;

  private final class Counter implements ChannelListener {
    @Override
    public void opened(Channel channel) {}

    @Override
    public void received(Channel channel, byte[] buffer, int offset, int length) {
      receivedBytes.addAndGet(4 + length);
    }

    @Override
    public void closed(Channel channel, String reason) {}
  }

  @BeforeEach
  void listen() throws Exception {
    record.putInt(0, 0x80000000 | RECORD_BYTES - 4);
    listening = new Listening("counter", log, RECORD_BYTES, new Counter());
  }

  @AfterEach
  void stopListening() throws InterruptedException {
    listening.close();
  }

  /** A small call of a peer would wait behind it, and its sender takes it for sent. */
  @Test
  void shouldNotLetTheSystemHoldMegabytesThatAreNotRead() throws Exception {
    try (SocketChannel client = SocketChannel.open()) {
      client.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
      client.connect(listening.address());
      // Linux gives more room to a connection that is read fast.
      for (int sent = 0; sent < MANY_BYTES; sent += RECORD_BYTES) {
        writeFully(client, record.clear());
      }
      Eventually.holds("all is read", () -> receivedBytes.get() == MANY_BYTES);

      CountDownLatch stopped = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      listening.loop.execute(() -> stop(stopped, goOn));
      int taken;
      try {
        stopped.await();
        taken = writeUntilNoMoreIsTaken(client);
      } finally {
        goOn.countDown();
      }

      int buffers = 2 * (TcpListener.RECEIVE_BUFFER_BYTES + SEND_BUFFER_BYTES);
      assertTrue(taken <= buffers + RECORD_BYTES, () -> "the system took " + taken + " bytes");
    }
  }

  private static void stop(CountDownLatch stopped, CountDownLatch goOn) {
    stopped.countDown();
    try {
      goOn.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void writeFully(SocketChannel client, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  private int writeUntilNoMoreIsTaken(SocketChannel client) throws IOException {
    client.configureBlocking(false);
    int taken = 0;
    try (Selector selector = Selector.open()) {
      client.register(selector, SelectionKey.OP_WRITE);
      while (selector.select(key -> {}, NO_MORE_MILLIS) > 0) {
        taken += client.write(record.hasRemaining() ? record : record.clear());
      }
    }
    return taken;
  }
}
