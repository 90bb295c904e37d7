package org.rkv.net;

/** A message to be sent, in an array that may be used again for the next one. Not thread-safe. */
public interface EncodedMessage {
  /**
   * The message is the first {@link #size} bytes of this array, until something else is written.
   */
  byte[] buffer();

  /** How many bytes the message has. */
  int size();

  /** The same array, to keep: nobody writes to it any more. */
  byte[] share();
}
