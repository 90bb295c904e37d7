package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Another protocol than RPC over the same channels: messages are lines, with nothing before. */
@Timeout(60)
class FramingTest {
  private static final int MAX_LINE_BYTES = 20;

  private final LogLines log = new LogLines();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> closedByServer = new LinkedBlockingQueue<>();
  private EventLoop loop;
  private TcpListener listener;

  /** A line with its end is a message. */
  private static final class Lines implements Framing {
    @Override
    public MessageReader reader(int maxMessageBytes) {
      return new LineReader(maxMessageBytes);
    }

    @Override
    public int headerBytes() {
      return 0;
    }

    @Override
    public void putHeader(byte[] target, int offset, int messageBytes) {}
  }

  private static final class LineReader implements MessageReader {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final int maxBytes;
    private int consumed;

    LineReader(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    @Override
    public String feed(byte[] bytes, int offset, int end, Sink sink) {
      for (consumed = offset; consumed < end; ) {
        line.write(bytes[consumed]);
        if (line.size() > maxBytes) {
          return "a line of more than " + maxBytes + " bytes";
        }
        if (bytes[consumed++] == '\n') {
          byte[] message = line.toByteArray();
          line.reset();
          if (!sink.message(message, 0, message.length)) {
            return null;
          }
        }
      }
      return null;
    }

    @Override
    public int consumed() {
      return consumed;
    }

    @Override
    public boolean isInsideMessage() {
      return line.size() > 0;
    }

    @Override
    public int heldBytes() {
      return line.size();
    }
  }

  /** Answers every line with the same one. */
  private final class Echo implements ChannelListener {
    @Override
    public void opened(Channel channel) {}

    @Override
    public void received(Channel channel, byte[] buffer, int offset, int length) {
      channel.send(buffer, offset, length);
    }

    @Override
    public void closed(Channel channel, String reason) {
      closedByServer.add(reason);
    }
  }

  /** Sends a text once it is connected, and keeps what it hears. */
  private final class Caller implements ChannelListener {
    private final String text;

    Caller(String text) {
      this.text = text;
    }

    @Override
    public void opened(Channel channel) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      channel.send(bytes, 0, bytes.length);
    }

    @Override
    public void received(Channel channel, byte[] buffer, int offset, int length) {
      heard.add(new String(buffer, offset, length, StandardCharsets.US_ASCII));
    }

    @Override
    public void closed(Channel channel, String reason) {
      heard.add(reason);
    }
  }

  @BeforeEach
  void listen() throws Exception {
    loop = new EventLoop("lines", log);
    listener =
        new TcpListener(
            loop,
            log,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            ConnectionLimits.forRecords(MAX_LINE_BYTES),
            new Lines(),
            new Echo());
    loop.execute(this::begin);
    loop.start();
  }

  private void begin() {
    try {
      listener.begin();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    loop.close();
    assertTrue(loop.awaitEnd(30_000));
  }

  @Test
  void shouldCarryTheMessagesOfAnyFraming() throws Exception {
    call("first\nsecond\n");
    assertEquals("first\n", next());
    assertEquals("second\n", next());
  }

  @Test
  void shouldCloseTheConnectionThatTheFramingFindsAFaultIn() throws Exception {
    call("x".repeat(MAX_LINE_BYTES) + "\n");
    assertEquals("closed by the other end", next());
    assertEquals("a line of more than 20 bytes", closedByServer.poll(30, TimeUnit.SECONDS));
  }

  private void call(String text) {
    loop.execute(
        () ->
            new TcpNetwork(loop, new Lines(), null, MAX_LINE_BYTES)
                .connect("127.0.0.1", listener.address().getPort(), 30_000, new Caller(text)));
  }

  private String next() throws InterruptedException {
    return heard.poll(30, TimeUnit.SECONDS);
  }
}
