package org.rkv.net;

import java.net.InetSocketAddress;

/**
 * Something that carries whole messages to and from one other party: a TCP connection, or, in
 * tests, a pipe in memory. Used only on the thread of its {@link Network}.
 */
public interface Channel {
  /** A message of more than that is large. */
  int LARGE_BYTES = 16 * 1024;

  /**
   * Whether so much should not stand in the way of other messages. Where links are full, large
   * calls wait until they are not.
   */
  static boolean isLarge(int bytes) {
    return bytes > LARGE_BYTES;
  }

  /** The other end. */
  InetSocketAddress remoteAddress();

  /**
   * Whether this is a connection, which can be known and trusted, and not just a sender of
   * datagrams.
   */
  default boolean isConnection() {
    return true;
  }

  /** What a server knows of the caller on this channel, or null; see {@link #attach}. */
  Object attachment();

  /**
   * Remembers something of the caller for as long as the channel lives.
   *
   * @throws UnsupportedOperationException on a channel of datagrams, which outlives no message
   */
  void attach(Object attachment);

  /** Whether messages can still be sent. */
  boolean isOpen();

  /**
   * Queues a copy of one message; it leaves at the end of the current round. On a closed channel
   * this does nothing: its listener has been told.
   */
  void send(byte[] message, int offset, int length);

  /**
   * The same for a message that was encoded. A large one may be queued without a copy, as the array
   * is not written to once it is shared.
   */
  default void send(EncodedMessage message) {
    send(message.buffer(), 0, message.size());
  }

  /** A call that came on this channel will be answered later. */
  default void callDeferred() {}

  /** A call that was to be answered later has been. */
  default void callAnswered() {}

  /** Writes that are not large never go over this channel, and need not wait for it. */
  default void carryLargeCallsOnly() {}

  /** Bytes queued and not yet taken by the operating system. */
  int queuedBytes();

  /**
   * Closes at once; what is queued is lost. The listener is told, once.
   *
   * @param reason for the log
   */
  void close(String reason);
}
