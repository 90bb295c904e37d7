package org.rkv.net;

/** Cuts the bytes that come on one connection into messages. Not thread-safe. */
public interface MessageReader {
  /** Takes the messages in order. */
  interface Sink {
    /**
     * Takes one message, which is only there during the call.
     *
     * @return false to stop: the connection is closed, or paused, and the rest is fed later
     */
    boolean message(byte[] buffer, int offset, int length);
  }

  /**
   * Takes the next bytes of the stream.
   *
   * @return null, or why the connection must be closed: what comes is no message that is taken here
   */
  String feed(byte[] bytes, int offset, int end, Sink sink);

  /** Where in the bytes last fed it stopped: before their end only if the sink said so. */
  int consumed();

  /** Whether a message has begun that is not complete. */
  boolean isInsideMessage();

  /** How many bytes it holds of a message that is not complete. */
  int heldBytes();
}
