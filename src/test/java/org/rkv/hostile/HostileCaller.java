package org.rkv.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
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

  private final InetSocketAddress server;
  private final RecordMutator mutator;
  private final Random random;
  private final byte[] replies = new byte[64 * 1024];
  private int connections;
  private long replyBytes;

  HostileCaller(InetSocketAddress server, long seed) {
    this.server = server;
    mutator = new RecordMutator(seed);
    random = new Random(~seed);
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
   * Comes from many addresses in turn: each has ports for 28,000 connections a minute, since what
   * has ended stays in TIME_WAIT.
   */
  private Socket connect() throws IOException {
    byte[] address = server.getAddress().getAddress();
    address[3] = (byte) (FIRST_ADDRESS + connections++ % ADDRESSES);
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
      socket.connect(server, TIMEOUT_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
