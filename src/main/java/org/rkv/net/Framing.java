package org.rkv.net;

/**
 * How messages are told apart in the stream of a connection: what goes before each, and how to find
 * them again. Immutable, thread-safe.
 */
public interface Framing {
  /**
   * A reader for the stream of one new connection.
   *
   * @param maxMessageBytes a longer message is a fault
   */
  MessageReader reader(int maxMessageBytes);

  /** How many bytes go before each message that is sent; may be 0. */
  int headerBytes();

  /** Writes what goes before a message of this length: {@link #headerBytes} bytes. */
  void putHeader(byte[] target, int offset, int messageBytes);
}
