package org.rkv.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * One TCP connection on the event loop. It reads what has arrived, up to 64 KiB at a time, cuts it
 * into records, and writes what was queued once at the end of the round. While its other end does
 * not read, or has too many calls under way, nothing more is read from it, so that TCP tells the
 * other end to wait. An idle connection holds no buffer. When its listener throws, it is closed:
 * what was read and not handed on is lost, and the next record would not begin where it seems to.
 */
final class TcpChannel implements Channel, EventLoop.Ready, EventLoop.Flushable {
  /** Above this much unread output, nothing more is read. */
  static final int PAUSE_OUTPUT_BYTES = 256 * 1024;

  /** Above this much unread output for long, the connection is closed. */
  static final int STALLED_OUTPUT_BYTES = 1024 * 1024;

  /** Above this many deferred calls, nothing more is read. */
  static final int MAX_CALLS_UNDER_WAY = 1024;

  private static final int FIRST_OUTPUT_BYTES = 512;
  private static final int KEPT_OUTPUT_BYTES = 2048;
  private static final byte[] NO_BYTES = {};

  private final EventLoop loop;
  private final SocketChannel socket;
  private final InetSocketAddress remoteAddress;
  private final ChannelListener listener;
  private final Connections connections;
  private final RecordReader reader;
  private final RecordReader.Sink sink = this::record;
  private SelectionKey key;
  private Object attachment;
  private byte[] output = NO_BYTES;
  private int outputStart;
  private int outputEnd;

  /** What was read and not looked at, because the connection was paused. */
  private byte[] unread = NO_BYTES;

  private int callsUnderWay;
  private long activeNanos;
  private long insideRecordNanos;
  private long stalledNanos;
  private int reportedBytes;
  private boolean stalled;
  private boolean touched;
  private boolean inputEnded;
  private boolean open = true;

  /**
   * Makes a channel of a connected socket; see {@link #begin}.
   *
   * @param connections whose limits it keeps, or null for one that we made ourselves
   */
  TcpChannel(
      EventLoop loop,
      SocketChannel socket,
      InetSocketAddress remoteAddress,
      int maxRecordBytes,
      Connections connections,
      ChannelListener listener) {
    this.loop = loop;
    this.socket = socket;
    this.remoteAddress = remoteAddress;
    this.connections = connections;
    this.listener = listener;
    this.reader = new RecordReader(maxRecordBytes);
  }

  /** Begins to read: from now on the listener hears of it. */
  void begin() throws IOException {
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    socket.configureBlocking(false);
    activeNanos = loop.nanoTime();
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
  public void callDeferred() {
    callsUnderWay++;
  }

  @Override
  public void callAnswered() {
    callsUnderWay--;
    touch(); // to go on reading, or to close what was only kept for the answer
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
    touch();
  }

  private void touch() {
    if (open && !touched) {
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
        touch();
      }
      if (selected.isReadable()) {
        read();
      }
    } catch (IOException e) {
      close(reasonOf(e));
    } catch (RuntimeException | Error e) {
      close("failed: " + e);
      throw e;
    }
  }

  private void read() throws IOException {
    if (unread.length > 0 || isPaused()) {
      // It was paused earlier in this round; the selector learns of it at the end of the round.
      touch();
      return;
    }
    ByteBuffer buffer = loop.readBuffer();
    int count = socket.read(buffer);
    if (count < 0) {
      inputEnded = true;
      touch(); // what is under way is still answered: the other end may have closed its half only
      return;
    }
    loop.hasRead(count);
    activeNanos = loop.coarseNanoTime();
    if (connections != null) {
      connections.active(this);
    }
    feed(buffer.array(), count);
  }

  /** Hands on the records in these bytes, as many as may be under way; the rest waits. */
  private void feed(byte[] bytes, int count) {
    boolean wasInside = reader.isInsideRecord();
    String fault = reader.feed(bytes, 0, count, sink);
    if (!open) {
      return;
    }
    if (fault != null) {
      close(fault);
      return;
    }
    int consumed = reader.consumed();
    if (consumed < count) {
      unread = Arrays.copyOfRange(bytes, consumed, count);
      touch();
    }
    if (reader.isInsideRecord() && !wasInside) {
      insideRecordNanos = activeNanos;
    }
    reportHeldBytes();
  }

  private boolean record(byte[] buffer, int offset, int length) {
    insideRecordNanos = activeNanos; // the next one begins now, if it has begun
    listener.received(this, buffer, offset, length);
    return open && !isPaused();
  }

  private boolean isPaused() {
    return queuedBytes() > PAUSE_OUTPUT_BYTES || callsUnderWay >= MAX_CALLS_UNDER_WAY;
  }

  /** The end of the round: write, go on with what was paused, and see what to wait for. */
  @Override
  public void flush() {
    touched = false;
    try {
      if (open) {
        write();
      }
      if (open && unread.length > 0 && !isPaused()) {
        byte[] bytes = unread;
        unread = NO_BYTES;
        feed(bytes, bytes.length);
      }
      if (open) {
        await();
      }
      reportHeldBytes();
    } catch (IOException e) {
      close(reasonOf(e));
    } catch (RuntimeException | Error e) {
      close("failed: " + e);
      throw e;
    }
  }

  /** Memory held for the other end: half a record, what waits to be looked at, replies. */
  int heldBytes() {
    return reader.heldBytes() + unread.length + output.length;
  }

  private void reportHeldBytes() {
    int held = open ? heldBytes() : 0;
    int difference = held - reportedBytes;
    if (connections != null && difference != 0) {
      reportedBytes = held;
      connections.buffered(difference);
    }
  }

  private void await() {
    if (inputEnded && callsUnderWay == 0 && queuedBytes() == 0 && unread.length == 0) {
      close(
          reader.isInsideRecord()
              ? "closed by the other end within a record"
              : "closed by the other end");
      return;
    }
    boolean reading = !inputEnded && unread.length == 0 && !isPaused();
    int operations =
        (reading ? SelectionKey.OP_READ : 0) | (queuedBytes() > 0 ? SelectionKey.OP_WRITE : 0);
    if (reading && (key.interestOps() & SelectionKey.OP_READ) == 0) {
      insideRecordNanos = loop.nanoTime(); // the pause was ours, not the other end's
    }
    if (key.interestOps() != operations) {
      key.interestOps(operations);
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
        return;
      }
    }
    outputStart = 0;
    outputEnd = 0;
    if (output.length > KEPT_OUTPUT_BYTES) {
      output = NO_BYTES;
    }
  }

  /** Why this connection must be closed now, or null; looked at once a second. */
  String overdue(long now, long maxIdleNanos, long maxStalledNanos) {
    if (reader.isInsideRecord()
        && unread.length == 0
        && !isPaused()
        && now - insideRecordNanos > maxStalledNanos) {
      return "half a record, and no more";
    }
    boolean wasStalled = stalled;
    stalled = queuedBytes() > STALLED_OUTPUT_BYTES;
    if (stalled && !wasStalled) {
      stalledNanos = now;
    }
    if (stalled && now - stalledNanos > maxStalledNanos) {
      return "it does not read its replies";
    }
    return callsUnderWay == 0 && now - activeNanos > maxIdleNanos ? "idle" : null;
  }

  @Override
  public void close(String reason) {
    if (!open) {
      return;
    }
    open = false;
    output = NO_BYTES;
    outputStart = 0;
    outputEnd = 0;
    unread = NO_BYTES;
    closeQuietly(socket);
    if (connections != null) {
      connections.remove(this);
      connections.buffered(-reportedBytes);
      reportedBytes = 0;
    }
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
