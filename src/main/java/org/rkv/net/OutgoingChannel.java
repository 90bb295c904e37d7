package org.rkv.net;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/**
 * A connection that we made ourselves, to call on: a link, as {@link BackPressure} calls it. It is
 * always read from: two ends that each wait for the other to read would wait for ever. Belongs to
 * the event loop's thread.
 */
final class OutgoingChannel extends TcpChannel implements BackPressure.Sender {
  /** Links are few, and many calls leave at a time. */
  private static final int KEPT_BYTES = 32 * 1024;

  private final EventLoop loop;
  private boolean carriesLargeCallsOnly;

  OutgoingChannel(
      EventLoop loop,
      SocketChannel socket,
      Framing framing,
      int maxMessageBytes,
      ChannelListener listener)
      throws IOException {
    super(loop, socket, framing, maxMessageBytes, KEPT_BYTES, listener);
    this.loop = loop;
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
    loop.scheduleLinkFlush(task);
  }

  @Override
  void queuedBytesChanged() {
    loop.backPressure().queueChanged(this);
  }

  @Override
  void ended() {
    loop.backPressure().linkEnded(this);
  }
}
