package org.rkv.simulation;

/** What a mutant does to the messages between replicas. The default does nothing. */
interface Tampering {
  /** Nothing is changed. */
  Tampering NONE = new Tampering() {};

  /**
   * Sees, and may change, what is sent.
   *
   * @param back the other direction of the connection
   * @return whether it has seen to it that the message arrives, or that it does not
   */
  default boolean takes(byte[] message, Pipe out, Pipe back) {
    return false;
  }

  /** Whether what arrives for a process that is gone is answered with a reset. */
  default boolean resets() {
    return true;
  }
}
