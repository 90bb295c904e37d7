package org.rkv.net;

/**
 * A message to be sent, in an array that its owner may use again for the next one. Not thread-safe.
 */
public interface EncodedMessage {
  /**
   * The array, of which the message is the first {@link #size} bytes, until the next is written.
   */
  byte[] buffer();

  /** How many bytes the message has. */
  int size();

  /** The same array, to keep for as long as one likes: the next message goes into another one. */
  byte[] share();
}
