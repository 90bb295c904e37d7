package org.rkv.hostile;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Random;

/**
 * Sends records to a server, a few a connection, and wants nothing but that each connection ends. A
 * record that declares too much swallows those after it, and one that is no call ends the
 * connection: hence only a few. Not thread-safe.
 */
final class HostileCaller {
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int MOST_RECORDS_A_CONNECTION = 4;
  private static final int FIRST_ADDRESS = 10;
  private static final int ADDRESSES = 200;
  private static final int FIRST_PORT = 10_000;
  private static final int LAST_PORT = 65_000;

  /** Where a connection is made from. */
  interface Source {
    InetAddress of(int connection) throws UnknownHostException;
  }

  private final InetSocketAddress server;
  private final Source source;
  private final RecordMutator mutator;
  private final Random random;
  private final byte[] replies = new byte[64 * 1024];
  private int port;
  private int connections;
  private long replyBytes;

  HostileCaller(InetSocketAddress server, Source source, long seed) {
    this.server = server;
    this.source = source;
    mutator = new RecordMutator(seed);
    random = new Random(~seed);
    port = FIRST_PORT + random.nextInt(LAST_PORT - FIRST_PORT);
  }

  /** Many addresses in turn, which are on no list: beside that one. */
  static Source strangersBeside(InetAddress address) {
    return connection -> {
      byte[] bytes = address.getAddress();
      bytes[3] = (byte) (FIRST_ADDRESS + connection % ADDRESSES);
      return InetAddress.getByAddress(bytes);
    };
  }

  /** How many connections were made. */
  int connections() {
    return connections;
  }

  /** How many bytes have come back. */
  long replyBytes() {
    return replyBytes;
  }

  /**
   * Sends so many records, and waits for the end of each connection.
   *
   * @throws IOException if the server takes no connection, or does not end one within 30 s
   */
  void attack(int records) throws IOException {
    for (int left = records; left > 0; ) {
      int count = Math.min(left, 1 + random.nextInt(MOST_RECORDS_A_CONNECTION));
      left -= count;
      try (Socket socket = connect()) {
        sendAndDrain(socket, count);
      }
    }
  }

  private void sendAndDrain(Socket socket, int records) throws IOException {
    try {
      for (int i = 0; i < records; i++) {
        socket.getOutputStream().write(mutator.next());
      }
      socket.shutdownOutput();
      for (int count; (count = socket.getInputStream().read(replies)) >= 0; ) {
        replyBytes += count;
      }
    } catch (SocketException thrownOut) {
      // Which is what a server does with such callers.
    }
  }

  /**
   * What has ended stays in TIME_WAIT for a minute. Its port may be used again nevertheless, but
   * the system does not choose it: so each port has its turn.
   */
  private Socket connect() throws IOException {
    InetAddress from = source.of(connections++);
    while (true) {
      Socket socket = new Socket();
      try {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(from, nextPort()));
        socket.connect(server, TIMEOUT_MILLIS);
        return socket;
      } catch (BindException taken) {
        socket.close();
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    }
  }

  private int nextPort() {
    port = port < LAST_PORT ? port + 1 : FIRST_PORT;
    return port;
  }
}
