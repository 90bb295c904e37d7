package org.rkv.testing;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds a port for replicas that other processes start. */
public final class FreePort {
  /**
   * Below the ports that the system gives to connections (32768 and on, on Linux): one of those
   * could be taken by anybody's connection while a replica restarts.
   */
  private static final int LAST = 32_000;

  private static final int FIRST = 20_500;

  private FreePort() {}

  /** One that is free at all addresses, for TCP and UDP. */
  public static int find() throws IOException {
    IOException last = null;
    for (int attempt = 0; attempt < 100; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      try (ServerSocket tcp = new ServerSocket(port);
          DatagramSocket udp = new DatagramSocket(port)) {
        if (tcp.isBound() && udp.isBound()) {
          return port;
        }
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }
}
