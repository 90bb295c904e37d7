package org.rkv.net;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Hears of what happens on a {@link Channel}, on the channel's thread. */
public interface ChannelListener {
  /**
   * The host that is connected to has these addresses now. Called at most once, before all others,
   * and only on a channel that we make ourselves.
   */
  default void resolved(List<InetAddress> addresses) {}

  /** The channel can be used. Called before all that follow, and once. */
  void opened(Channel channel);

  /**
   * One whole message. The bytes are only there during the call, and are not to be changed. What
   * this throws closes a connection.
   */
  void received(Channel channel, byte[] buffer, int offset, int length);

  /**
   * What this message is, which is going to be received. Asked of the first one of a connection,
   * and when some may have to wait: see {@link BackPressure}.
   */
  default CallKind kindOf(byte[] buffer, int offset, int length) {
    return CallKind.REPLICATING;
  }

  /** Some of what was queued has been taken by the operating system: there is room for more. */
  default void written(Channel channel) {}

  /**
   * The channel is gone since the operating system could not read from it, what came was no message
   * that is taken, or, where that ends it, its other end sends no more: told instead of {@link
   * #closed}.
   */
  default void receiveFailed(Channel channel, String reason, IOException cause) {
    closed(channel, reason);
  }

  /** The channel is gone since it could not be written to: told instead of {@link #closed}. */
  default void sendFailed(Channel channel, String reason, IOException cause) {
    closed(channel, reason);
  }

  /**
   * The channel is gone, or never came to be. Called last, and once, unless one of the two above
   * was.
   *
   * @param channel the one that was opened, or null if the connection could not be made
   * @param reason for the log
   */
  void closed(Channel channel, String reason);
}
