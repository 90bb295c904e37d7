package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.rkv.oncrpc.RecordMarking;
import org.slf4j.Logger;

/** A loop that runs, and listens at a free port of the loopback address. */
final class Listening implements AutoCloseable {
  final EventLoop loop;
  private final TcpListener socket;

  Listening(String name, Logger log, int maxRecordBytes, ChannelListener listener)
      throws IOException {
    loop = new EventLoop(name, log);
    socket =
        new TcpListener(
            loop,
            log,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            ConnectionLimits.forRecords(maxRecordBytes),
            RecordMarking.INSTANCE,
            listener);
    loop.execute(this::begin);
    loop.start();
  }

  private void begin() {
    try {
      socket.begin();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  InetSocketAddress address() {
    return socket.address();
  }

  @Override
  public void close() throws InterruptedException {
    loop.close();
    assertTrue(loop.awaitEnd(30_000), "the loop ends");
  }
}
