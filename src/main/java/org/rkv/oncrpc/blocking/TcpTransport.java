package org.rkv.oncrpc.blocking;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.rkv.net.MessageReader;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.oncrpc.XdrOutput;

/**
 * A TCP connection. Connects and reads through the channel's socket, which has time limits for
 * both; a write has none there, so writes are done without blocking, and only one that does not fit
 * the socket's buffer pays for a selector.
 */
final class TcpTransport implements Transport {
  private static final int READ_BYTES = 8 * 1024;

  private final SocketChannel channel;
  private final Socket socket;
  private final MessageReader records;
  private final byte[] chunk = new byte[READ_BYTES];

  /**
   * Connects.
   *
   * @param local the address to call from, or null for any
   * @throws SocketTimeoutException if nobody answered by the deadline
   */
  TcpTransport(InetSocketAddress server, InetAddress local, int maxRecordBytes, Deadline deadline)
      throws IOException {
    records = RecordMarking.INSTANCE.reader(maxRecordBytes);
    channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      socket = channel.socket();
      if (local != null) {
        channel.bind(new InetSocketAddress(local, 0));
      }
      socket.connect(server, deadline.millisLeft());
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public void send(XdrOutput message, Deadline deadline) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(message.buffer(), 0, message.size());
    int recordBytes = message.size() - RecordMarking.HEADER_BYTES;
    RecordMarking.INSTANCE.putHeader(message.buffer(), 0, recordBytes);
    channel.configureBlocking(false);
    channel.write(bytes);
    if (bytes.hasRemaining()) {
      sendRest(bytes, deadline);
    }
    channel.configureBlocking(true);
  }

  private void sendRest(ByteBuffer bytes, Deadline deadline) throws IOException {
    try (Selector selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_WRITE);
      while (bytes.hasRemaining()) {
        selector.select(deadline.millisLeft());
        selector.selectedKeys().clear();
        channel.write(bytes);
      }
    }
  }

  @Override
  public void receive(Deadline deadline, MessageReader.Sink sink) throws IOException {
    socket.setSoTimeout(deadline.millisLeft());
    int length = socket.getInputStream().read(chunk);
    if (length < 0) {
      throw new EOFException("connection closed by the server");
    }
    String refused = records.feed(chunk, 0, length, sink);
    if (refused != null) {
      throw new IOException(refused);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is lost: a message was either sent as a whole or the call has failed already.
      return;
    }
  }
}
