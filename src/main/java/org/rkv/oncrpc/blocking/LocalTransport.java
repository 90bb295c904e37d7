package org.rkv.oncrpc.blocking;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.rkv.net.MessageReader;
import org.rkv.oncrpc.RecordMarking;
import org.rkv.oncrpc.XdrOutput;

/**
 * A connection to a Unix socket of this machine. Such a socket has no time limits of its own, so
 * all waiting is done with a selector.
 */
final class LocalTransport implements Transport {
  private static final int READ_BYTES = 8 * 1024;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final MessageReader records;
  private final ByteBuffer chunk = ByteBuffer.allocate(READ_BYTES);

  /** Connects, which is done or refused at once: either the server has room in its queue or not. */
  LocalTransport(Path socket, int maxRecordBytes) throws IOException {
    records = RecordMarking.INSTANCE.reader(maxRecordBytes);
    selector = Selector.open();
    SocketChannel opened = null;
    try {
      opened = SocketChannel.open(StandardProtocolFamily.UNIX);
      opened.configureBlocking(false);
      if (!opened.connect(UnixDomainSocketAddress.of(socket))) {
        throw new IOException("the connection to " + socket + " has to wait");
      }
      key = opened.register(selector, 0);
    } catch (IOException | RuntimeException e) {
      selector.close();
      if (opened != null) {
        opened.close();
      }
      throw e;
    }
    channel = opened;
  }

  @Override
  public void send(XdrOutput message, Deadline deadline) throws IOException {
    int recordBytes = message.size() - RecordMarking.HEADER_BYTES;
    RecordMarking.INSTANCE.putHeader(message.buffer(), 0, recordBytes);
    ByteBuffer bytes = ByteBuffer.wrap(message.buffer(), 0, message.size());
    channel.write(bytes);
    while (bytes.hasRemaining()) {
      await(SelectionKey.OP_WRITE, deadline);
      channel.write(bytes);
    }
  }

  @Override
  public void receive(Deadline deadline, MessageReader.Sink sink) throws IOException {
    await(SelectionKey.OP_READ, deadline);
    chunk.clear();
    int length = channel.read(chunk);
    if (length < 0) {
      throw new EOFException("connection closed by the server");
    }
    String refused = records.feed(chunk.array(), 0, length, sink);
    if (refused != null) {
      throw new IOException(refused);
    }
  }

  private void await(int operation, Deadline deadline) throws IOException {
    key.interestOps(operation);
    selector.select(deadline.millisLeft());
    selector.selectedKeys().clear();
  }

  @Override
  public void close() {
    try {
      selector.close();
      channel.close();
    } catch (IOException e) {
      // Nothing is lost: a message was either sent as a whole or the call has failed already.
      return;
    }
  }
}
