package org.rkv.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * An address that answers nobody: it neither accepts nor refuses, as a host that is off or behind a
 * firewall. In truth its queue of connections is full, and Linux leaves out what comes then.
 */
public final class BlackHole implements AutoCloseable {
  private static final int MANY = 64;
  private static final long A_MOMENT_NANOS = 20_000_000;

  private final ServerSocket listening;
  private final List<SocketChannel> queued = new ArrayList<>();

  /** One at this address. */
  public BlackHole(InetAddress address, int port) throws IOException {
    listening = new ServerSocket(port, 1, address);
    InetSocketAddress end = new InetSocketAddress(address, listening.getLocalPort());
    for (int i = 0; i < MANY; i++) {
      SocketChannel caller = SocketChannel.open();
      queued.add(caller);
      caller.configureBlocking(false);
      caller.connect(end);
      LockSupport.parkNanos(A_MOMENT_NANOS);
      if (!caller.finishConnect()) {
        return;
      }
    }
    throw new IOException("its queue is never full");
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (SocketChannel caller : queued) {
      caller.close();
    }
  }
}
