package org.rkv.net;

/** How messages follow one another on a connection. Immutable, thread-safe. */
public interface Framing {
  /**
   * Cuts what comes on one connection into messages.
   *
   * @param maxMessageBytes a longer one is a fault
   */
  MessageReader reader(int maxMessageBytes);

  /** How many bytes go before each message that is sent. */
  int headerBytes();

  /** Writes what goes before a message of this length. */
  void putHeader(byte[] target, int offset, int messageBytes);
}
