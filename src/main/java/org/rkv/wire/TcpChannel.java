package org.rkv.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * One TCP connection on the event loop. It reads what has arrived, up to 64 KiB a round, cuts it
 * into records, and writes what was queued once at the end of the round. An idle connection holds
 * no buffer.
 */
final class TcpChannel implements Channel, EventLoop.Ready, EventLoop.Flushable {
  private static final int FIRST_OUTPUT_BYTES = 1024;
  private static final int KEPT_OUTPUT_BYTES = 4096;
  private static final byte[] NO_OUTPUT = {};

  private final EventLoop loop;
  private final SocketChannel socket;
  private final InetSocketAddress remoteAddress;
  private final ChannelListener listener;
  private final RecordReader reader;
  private final RecordReader.Sink sink = this::record;
  private SelectionKey key;
  private byte[] output = NO_OUTPUT;
  private int outputStart;
  private int outputEnd;
  private Object attachment;
  private boolean touched;
  private boolean open = true;

  TcpChannel(
      EventLoop loop,
      SocketChannel socket,
      InetSocketAddress remoteAddress,
      int maxRecordBytes,
      ChannelListener listener) {
    this.loop = loop;
    this.socket = socket;
    this.remoteAddress = remoteAddress;
    this.listener = listener;
    this.reader = new RecordReader(maxRecordBytes);
  }

  /** Takes over a connected socket: from now on the listener hears of it. */
  void begin() throws IOException {
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    socket.configureBlocking(false);
    key = loop.register(socket, SelectionKey.OP_READ, this);
    listener.opened(this);
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public Object attachment() {
    return attachment;
  }

  @Override
  public void attach(Object newAttachment) {
    attachment = newAttachment;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public int queuedBytes() {
    return outputEnd - outputStart;
  }

  @Override
  public void send(byte[] message, int offset, int length) {
    if (!open) {
      return;
    }
    reserve(4 + length);
    XdrOutput.putInt(output, outputEnd, RpcMessage.LAST_FRAGMENT | length);
    System.arraycopy(message, offset, output, outputEnd + 4, length);
    outputEnd += 4 + length;
    if (!touched) {
      touched = true;
      loop.touch(this);
    }
  }

  private void reserve(int more) {
    if (output.length - outputEnd >= more) {
      return;
    }
    int queued = queuedBytes();
    byte[] target = output;
    if (output.length < queued + more) {
      target = new byte[Math.max(FIRST_OUTPUT_BYTES, Math.max(queued + more, 2 * output.length))];
    }
    System.arraycopy(output, outputStart, target, 0, queued);
    output = target;
    outputStart = 0;
    outputEnd = queued;
  }

  @Override
  public void ready(SelectionKey selected) {
    try {
      if (selected.isWritable()) {
        write();
      }
      if (open && selected.isReadable()) {
        read();
      }
    } catch (IOException e) {
      close(reasonOf(e));
    }
  }

  private void read() throws IOException {
    ByteBuffer buffer = loop.readBuffer();
    int count = socket.read(buffer);
    if (count < 0) {
      close(
          reader.isInsideRecord()
              ? "closed by the other end within a record"
              : "closed by the other end");
      return;
    }
    String fault = reader.feed(buffer.array(), 0, count, sink);
    if (fault != null) {
      close(fault);
    }
  }

  private boolean record(byte[] buffer, int offset, int length) {
    listener.received(this, buffer, offset, length);
    return open;
  }

  @Override
  public void flush() {
    touched = false;
    if (!open) {
      return;
    }
    try {
      write();
    } catch (IOException e) {
      close(reasonOf(e));
    }
  }

  private void write() throws IOException {
    while (outputStart < outputEnd) {
      ByteBuffer buffer = loop.writeBuffer();
      int count = Math.min(queuedBytes(), buffer.capacity());
      buffer.put(output, outputStart, count).flip();
      int written = socket.write(buffer);
      outputStart += written;
      if (written < count) {
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        return;
      }
    }
    outputStart = 0;
    outputEnd = 0;
    if (output.length > KEPT_OUTPUT_BYTES) {
      output = NO_OUTPUT;
    }
    if ((key.interestOps() & SelectionKey.OP_WRITE) != 0) {
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  @Override
  public void close(String reason) {
    if (!open) {
      return;
    }
    open = false;
    output = NO_OUTPUT;
    outputStart = 0;
    outputEnd = 0;
    closeQuietly(socket);
    listener.closed(this, reason);
  }

  static void closeQuietly(SocketChannel socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // The descriptor is gone either way, and nobody could do anything about it.
    }
  }

  /** One line for the log: what the system said, or at least what kind of fault it was. */
  static String reasonOf(Exception e) {
    return e.getMessage() != null ? e.getMessage() : e.getClass().getSimpleName();
  }
}
