package org.rkv.net;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * A connection that a caller made. While the caller does not read, or has too many calls under way,
 * or one that waits for {@link BackPressure}, nothing more is read from it, so that TCP tells it to
 * wait. Belongs to the event loop's thread.
 */
final class AcceptedChannel extends TcpChannel
    implements Connections.Member, BackPressure.WaitingCall {
  /** Above this much unread output, nothing more is read. */
  static final int PAUSE_OUTPUT_BYTES = 256 * 1024;

  /** From so many deferred calls on, nothing more is read. */
  static final int MAX_CALLS_UNDER_WAY = 1024;

  /** Above this much unread output for long, the connection is closed. */
  private static final int STALLED_OUTPUT_BYTES = 1024 * 1024;

  /** Callers may be many, and idle. */
  private static final int KEPT_BYTES = 2 * 1024;

  private final EventLoop loop;
  private final Connections connections;
  private final ChannelListener listener;

  /** A call that may not be executed yet, or null. */
  private byte[] waitingCall;

  private int callsUnderWay;
  private int reportedBytes;
  private long stalledNanos;
  private boolean stalled;

  /**
   * Takes over a socket that was accepted.
   *
   * @param connections whose limits it keeps, and which it is to be added to
   */
  AcceptedChannel(
      EventLoop loop,
      SocketChannel socket,
      Framing framing,
      int maxMessageBytes,
      Connections connections,
      ChannelListener listener)
      throws IOException {
    super(loop, socket, framing, maxMessageBytes, KEPT_BYTES, listener);
    this.loop = loop;
    this.connections = connections;
    this.listener = listener;
  }

  @Override
  void scheduleFlush(Runnable task) {
    loop.scheduleFlush(task);
  }

  @Override
  void bytesReceived() {
    connections.active(this);
  }

  @Override
  boolean isPaused() {
    return waitingCall != null
        || queuedBytes() > PAUSE_OUTPUT_BYTES
        || callsUnderWay >= MAX_CALLS_UNDER_WAY;
  }

  @Override
  boolean hasCallsUnderWay() {
    return waitingCall != null || callsUnderWay > 0;
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
  void deliver(byte[] buffer, int offset, int length) {
    if (loop.backPressure().admits(length) || !listener.mayWait(buffer, offset, length)) {
      super.deliver(buffer, offset, length);
    } else {
      waitingCall = Arrays.copyOfRange(buffer, offset, offset + length);
      loop.backPressure().enqueue(this, length);
      scheduleFlush();
    }
  }

  @Override
  public void execute() {
    byte[] call = waitingCall;
    waitingCall = null;
    deliverLate(call);
  }

  @Override
  public int heldBytes() {
    return super.heldBytes() + (waitingCall == null ? 0 : waitingCall.length);
  }

  @Override
  void heldBytesChanged() {
    int held = isOpen() ? heldBytes() : 0;
    int difference = held - reportedBytes;
    if (difference != 0) {
      reportedBytes = held;
      connections.buffered(difference);
    }
  }

  @Override
  public String overdue(long nowNanos, long maxIdleNanos, long maxStalledNanos) {
    if (isMessageOverdue(nowNanos, maxStalledNanos)) {
      return "half a record, and no more";
    }
    boolean wasStalled = stalled;
    stalled = queuedBytes() > STALLED_OUTPUT_BYTES;
    if (stalled && !wasStalled) {
      stalledNanos = nowNanos;
    }
    if (stalled && nowNanos - stalledNanos > maxStalledNanos) {
      return "it does not read its replies";
    }
    return isIdle(nowNanos, maxIdleNanos) ? "idle" : null;
  }

  @Override
  void ended() {
    if (waitingCall != null) {
      waitingCall = null;
      loop.backPressure().forget(this);
    }
    connections.remove(this);
    connections.buffered(-reportedBytes);
    reportedBytes = 0;
  }
}
