package org.rkv.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.slf4j.Logger;

/** Sets up listening sockets for tests. */
final class Listening {
  private Listening() {}

  /** A socket at a free port of the loopback address, which accepts as soon as the loop runs. */
  static TcpListener on(EventLoop loop, Logger log, int maxRecordBytes, ChannelListener listener)
      throws IOException {
    TcpListener listening =
        new TcpListener(
            loop,
            log,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            ConnectionLimits.forRecords(maxRecordBytes),
            listener);
    loop.execute(
        () -> {
          try {
            listening.begin();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return listening;
  }
}
