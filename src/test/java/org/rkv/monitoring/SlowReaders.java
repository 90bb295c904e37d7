package org.rkv.monitoring;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Many who ask for a page: half of them never read what they are sent, and ask anew each second;
 * the others send a byte of their request a second. Whoever was closed comes again.
 */
final class SlowReaders implements AutoCloseable {
  private static final List<String> PATHS = List.of("/", "/metrics", "/now.json", "/history.json");
  private static final int RECEIVE_BYTES = 4096;

  private final InetSocketAddress server;
  private final ScheduledExecutorService second = Executors.newSingleThreadScheduledExecutor();
  private final List<Reader> readers = new ArrayList<>();

  SlowReaders(InetSocketAddress server, int count) throws IOException {
    this.server = server;
    for (int i = 0; i < count; i++) {
      readers.add(new Reader(PATHS.get(i % PATHS.size()), i % 2 == 0));
    }
    second.scheduleWithFixedDelay(() -> readers.forEach(Reader::goOn), 1, 1, TimeUnit.SECONDS);
  }

  private final class Reader {
    private final byte[] request;
    private final boolean asksAtOnce;
    private Socket socket;
    private int sent;

    Reader(String path, boolean asksAtOnce) throws IOException {
      request = ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(US_ASCII);
      this.asksAtOnce = asksAtOnce;
      connect();
    }

    private void connect() throws IOException {
      socket = new Socket();
      socket.setReceiveBufferSize(RECEIVE_BYTES);
      socket.connect(server);
      sent = 0;
      send(asksAtOnce ? request.length : 1);
    }

    private void send(int bytes) throws IOException {
      socket.getOutputStream().write(request, sent, bytes);
      sent += bytes;
    }

    void goOn() {
      try {
        if (sent < request.length) {
          send(1);
        } else {
          comeAgain();
        }
      } catch (IOException closed) {
        comeAgain();
      }
    }

    private void comeAgain() {
      try {
        socket.close();
        connect();
      } catch (IOException refused) {
        // The next second may be a better one.
      }
    }
  }

  @Override
  public void close() throws Exception {
    second.shutdownNow();
    second.awaitTermination(1, TimeUnit.MINUTES);
    for (Reader reader : readers) {
      reader.socket.close();
    }
  }
}
