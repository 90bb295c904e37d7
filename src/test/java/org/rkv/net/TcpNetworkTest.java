package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.oncrpc.RecordMarking;

/** Connections that are made, or are not. */
@Timeout(60)
class TcpNetworkTest {
  private static final int MAX_RECORD_BYTES = 1024;
  private static final long TIMEOUT_MILLIS = 30_000;

  private final LogLines log = new LogLines();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private EventLoop loop;

  /** Says what it hears of. */
  private final class Events implements ChannelListener {
    @Override
    public void opened(Channel channel) {
      events.add("opened to port " + channel.remoteAddress().getPort());
    }

    @Override
    public void received(Channel channel, byte[] buffer, int offset, int length) {
      events.add("received");
    }

    @Override
    public void closed(Channel channel, String reason) {
      events.add((channel == null ? "never opened: " : "closed: ") + reason);
    }
  }

  @BeforeEach
  void startLoop() throws IOException {
    loop = new EventLoop("calling", log);
    loop.start();
  }

  @AfterEach
  void closeLoop() throws InterruptedException {
    loop.close();
    assertTrue(loop.awaitEnd(TIMEOUT_MILLIS));
  }

  @Test
  void shouldTellTheListenerWhenTheConnectionIsThereAndWhenItIsGone() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      connect(null, server.getLocalPort());
      assertEquals("asked for", next());
      assertEquals("opened to port " + server.getLocalPort(), next());
      server.accept().close();
      assertEquals("closed: closed by the other end", next());
    }
  }

  @Test
  void shouldTellTheListenerWhyThereIsNoConnection() throws Exception {
    int free;
    try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = once.getLocalPort();
    }
    connect(null, free);
    assertEquals("asked for", next(), "it hears nothing during the call");
    assertEquals("never opened: Connection refused", next());
  }

  @Test
  void shouldComeFromTheAddressGiven() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      connect(InetAddress.getByName("127.0.43.1"), server.getLocalPort());
      try (Socket accepted = server.accept()) {
        assertEquals("127.0.43.1", accepted.getInetAddress().getHostAddress());
      }
    }
  }

  private void connect(InetAddress local, int port) {
    Network network = new TcpNetwork(loop, RecordMarking.INSTANCE, local, MAX_RECORD_BYTES);
    loop.execute(
        () -> {
          network.connect("127.0.0.1", port, TIMEOUT_MILLIS, new Events());
          events.add("asked for");
        });
  }

  private String next() throws InterruptedException {
    String event = events.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    return event == null ? "nothing within " + TIMEOUT_MILLIS + " ms" : event;
  }
}
