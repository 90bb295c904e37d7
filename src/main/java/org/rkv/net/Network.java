package org.rkv.net;

/** Makes connections. Production has {@link TcpNetwork}, the simulator one in memory. */
public interface Network {
  /**
   * Begins to connect and returns at once. The listener hears {@code opened} or {@code closed},
   * never during this call.
   *
   * @param host a name or address, resolved without blocking the caller
   * @param timeoutMillis for the resolution and the connection together
   */
  void connect(String host, int port, long timeoutMillis, ChannelListener listener);
}
