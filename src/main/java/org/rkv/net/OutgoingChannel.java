package org.rkv.net;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/**
 * A connection that we made ourselves, to call on: a link, as {@link BackPressure} calls it. It is
 * always read from: two ends that each wait for the other to read would wait for ever. Belongs to
 * the event loop's thread.
 */
public final class OutgoingChannel extends TcpChannel implements BackPressure.Sender {
  /** Links are few, and many calls leave at a time. */
  private static final int KEPT_BYTES = 32 * 1024;

  private final EventLoop loop;
  private final boolean endsWithItsInput;
  private boolean carriesLargeCallsOnly;
  private boolean hasReceived;
  private long receivedNanos;

  OutgoingChannel(
      EventLoop loop,
      SocketChannel socket,
      Framing framing,
      int maxMessageBytes,
      boolean endsWithItsInput,
      ChannelListener listener)
      throws IOException {
    super(loop, socket, framing, maxMessageBytes, KEPT_BYTES, listener);
    this.loop = loop;
    this.endsWithItsInput = endsWithItsInput;
  }

  /**
   * Takes over a connected socket of our own, and begins to read from it. When its other end sends
   * no more it is closed at once, since no call under way will be answered.
   *
   * @param maxMessageBytes the largest message taken from the other end
   * @throws IOException if the socket is closed already
   */
  public static OutgoingChannel over(
      EventLoop loop,
      SocketChannel socket,
      Framing framing,
      int maxMessageBytes,
      ChannelListener listener)
      throws IOException {
    OutgoingChannel channel =
        new OutgoingChannel(loop, socket, framing, maxMessageBytes, true, listener);
    channel.begin();
    return channel;
  }

  /** Whether anything has come since this moment, of {@link EventLoop#nanoTime}. */
  public boolean hasReceivedSince(long nanos) {
    return hasReceived && receivedNanos - nanos > 0;
  }

  @Override
  public void carryLargeCallsOnly() {
    carriesLargeCallsOnly = true;
  }

  @Override
  public boolean carriesLargeCallsOnly() {
    return carriesLargeCallsOnly;
  }

  @Override
  void scheduleFlush(Runnable task) {
    loop.flushes().addLink(task);
  }

  @Override
  void queuedBytesChanged() {
    loop.backPressure().queueChanged(this);
  }

  @Override
  void bytesReceived() {
    hasReceived = true;
    receivedNanos = loop.coarseNanoTime();
  }

  @Override
  boolean isOverWithItsInput() {
    return endsWithItsInput;
  }

  @Override
  void ended() {
    loop.backPressure().linkEnded(this);
  }
}
