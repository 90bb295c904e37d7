package org.rkv.net;

/** Cuts what comes on one connection into messages. Belongs to the thread of the connection. */
public interface MessageReader {
  /** Takes the messages in order. */
  interface Sink {
    /**
     * Takes one message, which is only there during the call.
     *
     * @return false to stop here: the rest is fed again, later, or the connection is closed
     */
    boolean message(byte[] buffer, int offset, int length);
  }

  /**
   * Takes the next bytes of the stream, and hands on the messages that they complete.
   *
   * @return null, or why the connection must be closed: nothing more can be made of what comes
   */
  String feed(byte[] bytes, int offset, int end, Sink sink);

  /** Where in the bytes last fed it stopped; that is before their end only if the sink said so. */
  int consumed();

  /** Whether a message has begun that is not complete. */
  boolean isInsideMessage();

  /** The other end is admitted: from now on it may send messages that strangers may not. */
  default void admitted() {}

  /** How many bytes have come of a message that is not complete. */
  default int receivedBytes() {
    return heldBytes();
  }

  /** How many bytes that message will have, so far as is known yet. */
  default int announcedBytes() {
    return receivedBytes();
  }

  /** How many bytes of memory it holds for a message that is not complete. */
  int heldBytes();
}
