package org.rkv.net;

/** What happens on a {@link Channel}. All calls come on the thread of its {@link Network}. */
public interface ChannelListener {
  /** The channel can be used. */
  void opened(Channel channel);

  /** One whole message; the bytes are only there during the call. */
  void received(Channel channel, byte[] buffer, int offset, int length);

  /** Whether this message may have to wait until links have less to send. */
  default boolean mayWait(byte[] buffer, int offset, int length) {
    return true;
  }

  /**
   * The channel is gone, or never came to be. Called once.
   *
   * @param channel the one that was opened, or null if the connection could not be made
   */
  void closed(Channel channel, String reason);
}
