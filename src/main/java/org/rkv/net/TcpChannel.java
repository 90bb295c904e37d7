package org.rkv.net;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * One TCP connection on the event loop. It reads what has arrived, up to 64 KiB at a time, cuts it
 * into messages, and writes what was queued once at the end of the round. An idle connection holds
 * next to no buffer. When its listener throws, it is closed: what was read and not handed on is
 * lost, and the next message would not begin where it seems to.
 *
 * <p>Belongs to the event loop's thread.
 */
abstract class TcpChannel implements Channel, EventLoop.Ready {
  /** A message of so much is not copied to be queued. */
  private static final int SHARED_BYTES = 32 * 1024;

  private static final byte[] NO_BYTES = {};

  private final EventLoop loop;
  private final SocketChannel socket;
  private final InetSocketAddress remoteAddress;
  private final ChannelListener listener;
  private final MessageReader reader;
  private final MessageProgress progress;
  private final MessageReader.Sink sink = this::message;
  private final Runnable flush = this::flush;
  private final OutputQueue output;
  private SelectionKey key;
  private Object attachment;

  /** What was read and not looked at, because the connection was paused. */
  private byte[] unread = NO_BYTES;

  private long activeNanos;
  private long takenNanos;
  private long receivedBytes;
  private boolean flushScheduled;
  private boolean inputEnded;
  private boolean open = true;

  /**
   * Takes over a connected socket, which is left alone until {@link #begin}.
   *
   * @param maxMessageBytes the largest message taken from the other end
   * @param keptBytes of memory at most that is kept to queue in when all has been sent
   * @throws IOException if the socket is closed already
   */
  TcpChannel(
      EventLoop loop,
      SocketChannel socket,
      Framing framing,
      int maxMessageBytes,
      int keptBytes,
      ChannelListener listener)
      throws IOException {
    this.loop = loop;
    this.socket = socket;
    this.listener = listener;
    remoteAddress = (InetSocketAddress) socket.getRemoteAddress();
    reader = framing.reader(maxMessageBytes);
    progress = new MessageProgress(reader);
    output = new OutputQueue(framing, keptBytes);
  }

  /**
   * Begins to read: from now on the listener hears of it.
   *
   * @throws IOException if the socket has failed already; the listener hears nothing
   */
  final void begin() throws IOException {
    register();
    tellOpened();
  }

  /** Waits for input, of which the listener must not hear before {@link #tellOpened}. */
  final void register() throws IOException {
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    socket.configureBlocking(false);
    activeNanos = loop.nanoTime();
    takenNanos = activeNanos;
    key = loop.register(socket, SelectionKey.OP_READ, this);
  }

  /** Tells the listener that it can be used. */
  final void tellOpened() {
    try {
      listener.opened(this);
    } catch (RuntimeException | Error e) {
      close("failed: " + e);
      throw e;
    }
  }

  /** Has the loop run this at the end of the round. */
  abstract void scheduleFlush(Runnable task);

  /** So much more was queued. */
  void bytesQueued(int bytes) {}

  /** The other end has taken something, so far as the system says. */
  void bytesTaken() {}

  /** More is queued than before, or less. */
  void queuedBytesChanged() {}

  /** More memory is held than before, or less. */
  void heldBytesChanged() {}

  /** Something has come. */
  void bytesReceived() {}

  /** How many bytes may be read now; with none it reads later, when others have. */
  int readableBytes() {
    return Integer.MAX_VALUE;
  }

  /** Whether nothing more is to be read, nor handed on of what was read, for now. */
  boolean isPaused() {
    return false;
  }

  /** Whether others are to be read before anything more of this one is handed on. */
  boolean yieldsToOthers() {
    return false;
  }

  /** Hands on what is left {@link #goOn later}, when others have been read. */
  void letOthersGoFirst() {}

  /** Whether something that came is still to be answered, even if nothing more comes. */
  boolean hasCallsUnderWay() {
    return false;
  }

  /** Whether it is closed as soon as the other end sends no more. */
  boolean isOverWithItsInput() {
    return false;
  }

  /** Hands on a message, which is only there during the call, or pauses. */
  void deliver(byte[] buffer, int offset, int length) {
    listener.received(this, buffer, offset, length);
  }

  /** The channel is closed, of which the listener has not heard yet. */
  abstract void ended();

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
    return output.size();
  }

  @Override
  public long takenBytes() {
    return output.takenBytes();
  }

  /** Memory held: half a message, what waits to be looked at, and what is queued. */
  public int heldBytes() {
    return reader.heldBytes() + unread.length + output.heldBytes();
  }

  @Override
  public long silentNanos() {
    return loop.nanoTime() - activeNanos;
  }

  /** From now on messages are taken that strangers may not send. */
  final void readAsAdmitted() {
    reader.admitted();
  }

  /** All bytes that have ever come. */
  final long receivedBytes() {
    return receivedBytes;
  }

  /**
   * Whether the rest of a message has been waited for longer than this, and than it takes at the
   * least speed: what grows faster is waited for.
   */
  final boolean isMessageOverdue(long nowNanos, long maxNanos) {
    return unread.length == 0 && !isPaused() && progress.isOverdue(nowNanos, maxNanos);
  }

  /**
   * Whether nothing has come, and nothing was taken, for longer than this, and nothing is to be
   * answered or taken.
   */
  final boolean isIdle(long nowNanos, long maxNanos) {
    return !hasCallsUnderWay()
        && unread.length == 0
        && output.isEmpty()
        && nowNanos - activeNanos > maxNanos
        && nowNanos - takenNanos > maxNanos;
  }

  @Override
  public void send(byte[] message, int offset, int length) {
    if (open) {
      output.add(message, offset, length);
      queued(length);
    }
  }

  @Override
  public void send(EncodedMessage message) {
    if (message.size() < SHARED_BYTES) {
      send(message.buffer(), 0, message.size());
    } else if (open) {
      output.addShared(message.share(), message.size());
      queued(message.size());
    }
  }

  private void queued(int bytes) {
    bytesQueued(bytes);
    queuedBytesChanged();
    scheduleFlush();
  }

  /** At the end of the round it writes, goes on with what was paused, and sees what to wait for. */
  final void scheduleFlush() {
    if (open && !flushScheduled) {
      flushScheduled = true;
      scheduleFlush(flush);
    }
  }

  @Override
  public final void ready(SelectionKey selected) {
    try {
      if (selected.isWritable()) {
        scheduleFlush();
      }
      if (selected.isReadable()) {
        read();
      }
    } catch (IOException e) {
      receiveFailed(e);
    } catch (RuntimeException | Error e) {
      close("failed: " + e);
      throw e;
    }
  }

  private void read() throws IOException {
    if (unread.length > 0 || isPaused()) {
      // It was paused earlier in this round; the selector learns of it at the end of the round.
      scheduleFlush();
      return;
    }
    int mostBytes = readableBytes();
    if (mostBytes > 0) {
      read(mostBytes);
    } else {
      scheduleFlush();
    }
  }

  /** Hands on, or reads, what had to wait for others. */
  final void goOn() {
    try {
      if (open && !isPaused()) {
        if (unread.length > 0) {
          feedUnread();
        } else {
          read(Integer.MAX_VALUE);
        }
      }
      scheduleFlush(); // to be told again when there is more
    } catch (IOException e) {
      receiveFailed(e);
    } catch (RuntimeException | Error e) {
      close("failed: " + e);
      throw e;
    }
  }

  private void read(int mostBytes) throws IOException {
    ByteBuffer buffer = loop.readBuffer();
    buffer.limit(Math.min(buffer.capacity(), mostBytes));
    int count = socket.read(buffer);
    if (count < 0 && isOverWithItsInput()) {
      throw new EOFException(endReason());
    }
    if (count < 0) {
      inputEnded = true;
      // What is under way is still answered: the other end may have closed its half only.
      scheduleFlush();
      return;
    }
    loop.countRead(count);
    activeNanos = loop.coarseNanoTime();
    receivedBytes += count;
    bytesReceived();
    feed(buffer.array(), count);
  }

  /** Hands on the messages in these bytes until it is paused; the rest waits. */
  private void feed(byte[] bytes, int count) {
    boolean wasInside = reader.isInsideMessage();
    String fault = reader.feed(bytes, 0, count, sink);
    if (!open) {
      return;
    }
    if (fault != null) {
      receiveFailed(new IOException(fault));
      return;
    }
    int consumed = reader.consumed();
    if (consumed < count) {
      unread = Arrays.copyOfRange(bytes, consumed, count);
      scheduleFlush();
    }
    if (reader.isInsideMessage() && !wasInside) {
      progress.begin(activeNanos);
    }
    heldBytesChanged();
  }

  private boolean message(byte[] buffer, int offset, int length) {
    progress.begin(activeNanos); // the next one begins now, if it has begun
    deliver(buffer, offset, length);
    return open && !isPaused() && !yieldsToOthers();
  }

  private void feedUnread() {
    byte[] bytes = unread;
    unread = NO_BYTES;
    feed(bytes, bytes.length);
  }

  /** Hands on a message that had to wait for its turn, unless it has to wait for more. */
  final void deliverInTurn(byte[] message) {
    late(() -> deliver(message, 0, message.length));
  }

  /** Hands on a message that had to wait, and goes on reading. */
  final void deliverLate(byte[] message) {
    late(() -> listener.received(this, message, 0, message.length));
  }

  private void late(Runnable delivery) {
    activeNanos = loop.nanoTime();
    progress.begin(activeNanos);
    try {
      delivery.run();
    } catch (RuntimeException | Error e) {
      close("failed: " + e);
      throw e;
    }
    scheduleFlush();
  }

  private void flush() {
    flushScheduled = false;
    try {
      if (open) {
        int taken = output.writeTo(socket, loop.writeBuffer());
        queuedBytesChanged();
        if (taken > 0) {
          takenNanos = loop.coarseNanoTime();
          bytesTaken();
          listener.written(this);
        }
      }
      if (open && unread.length > 0 && !isPaused()) {
        if (yieldsToOthers()) {
          letOthersGoFirst();
        } else {
          feedUnread();
        }
      }
      if (open) {
        updateInterest();
      }
      heldBytesChanged();
    } catch (IOException e) {
      sendFailed(e);
    } catch (RuntimeException | Error e) {
      close("failed: " + e);
      throw e;
    }
  }

  private void updateInterest() {
    boolean allDone = !hasCallsUnderWay() && unread.length == 0;
    if (inputEnded && allDone && queuedBytes() == 0) {
      close(endReason());
      return;
    }
    boolean reading = !inputEnded && unread.length == 0 && !isPaused();
    int operations =
        (reading ? SelectionKey.OP_READ : 0) | (queuedBytes() > 0 ? SelectionKey.OP_WRITE : 0);
    if (reading && (key.interestOps() & SelectionKey.OP_READ) == 0) {
      progress.begin(loop.nanoTime()); // the pause was ours, not the other end's
    }
    if (key.interestOps() != operations) {
      key.interestOps(operations);
    }
  }

  private String endReason() {
    return reader.isInsideMessage()
        ? "closed by the other end within a record"
        : "closed by the other end";
  }

  @Override
  public void close(String reason) {
    if (open) {
      end();
      listener.closed(this, reason);
    }
  }

  private void receiveFailed(IOException cause) {
    if (open) {
      end();
      listener.receiveFailed(this, reasonOf(cause), cause);
    }
  }

  private void sendFailed(IOException cause) {
    if (open) {
      end();
      listener.sendFailed(this, reasonOf(cause), cause);
    }
  }

  private void end() {
    open = false;
    output.clear();
    unread = NO_BYTES;
    closeQuietly(socket);
    ended();
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
