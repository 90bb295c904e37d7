package org.rkv.net;

import java.net.InetAddress;

/** Makes connections. Production has {@link TcpNetwork}, the simulator one in memory. */
public interface Network {
  /**
   * Begins to connect and returns at once. The listener hears {@code opened} or {@code closed},
   * never during this call.
   *
   * @param host a name or address, resolved without blocking the caller. Of several addresses each
   *     is tried, until there is a connection to one of them.
   * @param timeoutMillis for the resolution and the connection together
   */
  void connect(String host, int port, long timeoutMillis, ChannelListener listener);

  /**
   * The connection to this address of a name led to whom the caller wants: from now on it is tried
   * first, and also when the name cannot be resolved.
   */
  default void ledRight(String host, int port, InetAddress address) {}

  /** It led to somebody else: the next attempt begins with another address, if there is one. */
  default void ledElsewhere(String host, int port, InetAddress address) {}
}
