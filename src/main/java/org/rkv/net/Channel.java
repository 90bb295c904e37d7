package org.rkv.net;

import java.net.InetSocketAddress;

/**
 * Something that carries whole messages to and from one other party: a TCP connection, the sender
 * of a datagram, or, in tests, a pipe in memory. Belongs to the thread of its {@link EventLoop} or
 * {@link Network}.
 */
public interface Channel {
  /** A message of more than that is {@link #isLarge large}. */
  int LARGE_BYTES = 16 * 1024;

  /**
   * Whether a message of this size should not stand in the way of others. While links are full,
   * large calls wait; see {@link BackPressure}.
   */
  static boolean isLarge(int bytes) {
    return bytes > LARGE_BYTES;
  }

  /** The other end; also known when the channel is closed. */
  InetSocketAddress remoteAddress();

  /**
   * Whether this is a connection, which can be known and trusted, and not just the sender of a
   * datagram.
   */
  default boolean isConnection() {
    return true;
  }

  /** Whether the other end is surely on this host, and so no forged address of somebody else. */
  default boolean isOfThisHost() {
    return remoteAddress().getAddress().isLoopbackAddress();
  }

  /** What was last given to {@link #attach}, or null. */
  Object attachment();

  /**
   * Remembers what a server knows of the caller, for as long as the channel lives.
   *
   * @throws UnsupportedOperationException if this is no connection, and so outlives no message
   */
  void attach(Object attachment);

  /** Whether messages can still be sent. */
  boolean isOpen();

  /**
   * Queues a copy of one message; it leaves at the end of the current round. On a closed channel
   * this does nothing: its listener has been told. The listener hears nothing during this call,
   * unless a connection that was accepted has to be closed since too much is held for it.
   */
  void send(byte[] message, int offset, int length);

  /**
   * The same for a message that was encoded. A large one may be {@link EncodedMessage#share shared}
   * instead of copied.
   */
  default void send(EncodedMessage message) {
    send(message.buffer(), 0, message.size());
  }

  /**
   * A call that came on this channel will be answered later. Until it is, the connection is not
   * idle, and with too many of them nothing more is read from it.
   */
  default void callDeferred() {}

  /** A call that was to be answered later has been. */
  default void callAnswered() {}

  /**
   * The other end has shown that it is one of those whom strangers must not keep out: from now on
   * the connection shares nothing with theirs.
   */
  default void admit() {}

  /**
   * Leaves the other end, which asks for too much, unread for a while: TCP tells it to wait. That
   * counts for none of its time-outs.
   */
  default void rest(long millis) {}

  /** How long nothing has come from the other end. */
  default long silentNanos() {
    return 0;
  }

  /** From now on calls that are not large need not wait for this channel: they never use it. */
  default void carryLargeCallsOnly() {}

  /** Bytes queued and not yet taken by the operating system. */
  int queuedBytes();

  /**
   * All bytes that the operating system has ever taken; also known when the channel is closed. What
   * it has not taken, the other end has surely not received.
   */
  long takenBytes();

  /**
   * Closes at once; what is queued is lost. The listener is told, once.
   *
   * @param reason for the log
   */
  void close(String reason);
}
