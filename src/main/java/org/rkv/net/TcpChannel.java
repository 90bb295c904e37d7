package org.rkv.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * One TCP connection on the event loop. It reads what has arrived, up to 64 KiB at a time, cuts it
 * into records, and writes what was queued once at the end of the round. While a caller does not
 * read, or has too many calls under way, or one that waits for {@link BackPressure}, nothing more
 * is read from it, so that TCP tells it to wait. What we connected to ourselves is always read
 * from: two ends that each wait for the other to read would wait for ever. An idle connection holds
 * next to no buffer. When its listener throws, it is closed: what was read and not handed on is
 * lost, and the next record would not begin where it seems to.
 */
public final class TcpChannel
    implements Channel,
        EventLoop.Ready,
        Connections.Member,
        BackPressure.Sender,
        BackPressure.WaitingCall {
  /** Above this much unread output, nothing more is read. */
  public static final int PAUSE_OUTPUT_BYTES = 256 * 1024;

  /** Above this much unread output for long, the connection is closed. */
  static final int STALLED_OUTPUT_BYTES = 1024 * 1024;

  /** Above this many deferred calls, nothing more is read. */
  public static final int MAX_CALLS_UNDER_WAY = 1024;

  /** What is kept to queue replies in: clients may be many, and idle. */
  private static final int KEPT_BYTES = 2 * 1024;

  /** What is kept to queue calls in: links are few, and many calls leave at a time. */
  private static final int KEPT_BYTES_OF_LINK = 32 * 1024;

  /** A message of so much is not copied to be queued. */
  private static final int SHARED_BYTES = 32 * 1024;

  private static final byte[] NO_BYTES = {};

  private final EventLoop loop;
  private final SocketChannel socket;
  private final InetSocketAddress remoteAddress;
  private final ChannelListener listener;
  private final Connections connections;
  private final MessageReader reader;
  private final MessageReader.Sink sink = this::message;
  private final Runnable flush = this::flush;
  private final OutputQueue output;
  private SelectionKey key;
  private Object attachment;

  /** A call that may not be executed yet, or null. */
  private byte[] waitingCall;

  /** What was read and not looked at, because the connection was paused. */
  private byte[] unread = NO_BYTES;

  private int callsUnderWay;
  private long activeNanos;
  private long insideMessageNanos;
  private long stalledNanos;
  private long takenBytes;
  private int reportedBytes;
  private boolean carriesLargeCallsOnly;
  private boolean stalled;
  private boolean flushScheduled;
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
      int maxMessageBytes,
      Framing framing,
      Connections connections,
      ChannelListener listener) {
    this.loop = loop;
    this.socket = socket;
    this.remoteAddress = remoteAddress;
    this.connections = connections;
    this.listener = listener;
    this.reader = framing.reader(maxMessageBytes);
    this.output = new OutputQueue(framing, isLink() ? KEPT_BYTES_OF_LINK : KEPT_BYTES);
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
    return output.size();
  }

  @Override
  public void callDeferred() {
    callsUnderWay++;
  }

  @Override
  public void callAnswered() {
    callsUnderWay--;
    scheduleFlush(); // to go on reading, or to close what was only kept for the answer
  }

  @Override
  public void send(byte[] message, int offset, int length) {
    if (open) {
      output.add(message, offset, length);
      queued();
    }
  }

  @Override
  public void send(EncodedMessage message) {
    if (message.size() < SHARED_BYTES) {
      send(message.buffer(), 0, message.size());
    } else if (open) {
      output.addShared(message.share(), message.size());
      queued();
    }
  }

  @Override
  public void carryLargeCallsOnly() {
    carriesLargeCallsOnly = true;
  }

  @Override
  public boolean carriesLargeCallsOnly() {
    return carriesLargeCallsOnly;
  }

  private void queued() {
    if (isLink()) {
      loop.backPressure().queued(this);
    }
    scheduleFlush();
  }

  /** Whether we made it, to call; otherwise it was accepted, to be called on. */
  private boolean isLink() {
    return connections == null;
  }

  @Override
  public long takenBytes() {
    return takenBytes;
  }

  private void scheduleFlush() {
    if (!open || flushScheduled) {
      return;
    }
    flushScheduled = true;
    if (isLink()) {
      loop.scheduleLinkFlush(flush);
    } else {
      loop.scheduleFlush(flush);
    }
  }

  @Override
  public void ready(SelectionKey selected) {
    try {
      if (selected.isWritable()) {
        scheduleFlush();
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
      scheduleFlush();
      return;
    }
    ByteBuffer buffer = loop.readBuffer();
    int count = socket.read(buffer);
    if (count < 0) {
      inputEnded = true;
      scheduleFlush(); // what is under way is still answered: the other end may have closed its
      // half only
      return;
    }
    loop.countRead(count);
    activeNanos = loop.coarseNanoTime();
    if (!isLink()) {
      connections.active(this);
    }
    feed(buffer.array(), count);
  }

  /** Hands on the records in these bytes, as many as may be under way; the rest waits. */
  private void feed(byte[] bytes, int count) {
    boolean wasInside = reader.isInsideMessage();
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
      scheduleFlush();
    }
    if (reader.isInsideMessage() && !wasInside) {
      insideMessageNanos = activeNanos;
    }
    reportHeldBytes();
  }

  private boolean message(byte[] buffer, int offset, int length) {
    insideMessageNanos = activeNanos; // the next one begins now, if it has begun
    if (hasToWait(buffer, offset, length)) {
      waitingCall = Arrays.copyOfRange(buffer, offset, offset + length);
      loop.backPressure().enqueue(this, length);
      scheduleFlush();
      return false;
    }
    listener.received(this, buffer, offset, length);
    return open && !isPaused();
  }

  /** Whether this is a call that the links of this loop are too full for. */
  private boolean hasToWait(byte[] buffer, int offset, int length) {
    return !isLink()
        && !loop.backPressure().admits(length)
        && listener.mayWait(buffer, offset, length);
  }

  @Override
  public void execute() {
    byte[] call = waitingCall;
    waitingCall = null;
    activeNanos = loop.nanoTime();
    insideMessageNanos = activeNanos;
    try {
      listener.received(this, call, 0, call.length);
    } catch (RuntimeException | Error e) {
      close("failed: " + e);
      throw e;
    }
    scheduleFlush();
  }

  private boolean isPaused() {
    return !isLink()
        && (waitingCall != null
            || queuedBytes() > PAUSE_OUTPUT_BYTES
            || callsUnderWay >= MAX_CALLS_UNDER_WAY);
  }

  /** The end of the round: write, go on with what was paused, and see what to wait for. */
  private void flush() {
    flushScheduled = false;
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
        updateInterest();
      }
      reportHeldBytes();
    } catch (IOException e) {
      close(reasonOf(e));
    } catch (RuntimeException | Error e) {
      close("failed: " + e);
      throw e;
    }
  }

  /** Half a message, what waits to be looked at, replies. */
  @Override
  public int heldBytes() {
    int waiting = waitingCall == null ? 0 : waitingCall.length;
    return reader.heldBytes() + waiting + unread.length + output.heldBytes();
  }

  private void reportHeldBytes() {
    if (isLink()) {
      return;
    }
    int held = open ? heldBytes() : 0;
    int difference = held - reportedBytes;
    if (difference != 0) {
      reportedBytes = held;
      connections.buffered(difference);
    }
  }

  private void updateInterest() {
    boolean allDone = waitingCall == null && callsUnderWay == 0 && unread.length == 0;
    if (inputEnded && allDone && queuedBytes() == 0) {
      close(
          reader.isInsideMessage()
              ? "closed by the other end within a record"
              : "closed by the other end");
      return;
    }
    boolean reading = !inputEnded && unread.length == 0 && !isPaused();
    int operations =
        (reading ? SelectionKey.OP_READ : 0) | (queuedBytes() > 0 ? SelectionKey.OP_WRITE : 0);
    if (reading && (key.interestOps() & SelectionKey.OP_READ) == 0) {
      insideMessageNanos = loop.nanoTime(); // the pause was ours, not the other end's
    }
    if (key.interestOps() != operations) {
      key.interestOps(operations);
    }
  }

  private void write() throws IOException {
    takenBytes += output.writeTo(socket, loop.writeBuffer());
    if (isLink()) {
      loop.backPressure().queued(this);
    }
  }

  @Override
  public String overdue(long now, long maxIdleNanos, long maxStalledNanos) {
    if (reader.isInsideMessage()
        && unread.length == 0
        && !isPaused()
        && now - insideMessageNanos > maxStalledNanos) {
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
    boolean quiet = callsUnderWay == 0 && waitingCall == null && unread.length == 0;
    return quiet && now - activeNanos > maxIdleNanos ? "idle" : null;
  }

  @Override
  public void close(String reason) {
    if (!open) {
      return;
    }
    open = false;
    output.clear();
    unread = NO_BYTES;
    closeQuietly(socket);
    if (isLink()) {
      loop.backPressure().ended(this);
    } else {
      if (waitingCall != null) {
        waitingCall = null;
        loop.backPressure().forget(this);
      }
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
