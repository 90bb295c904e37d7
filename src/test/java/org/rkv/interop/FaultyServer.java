package org.rkv.interop;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * A server process that never answers a call, found through a portmapper of its own: {@code
 * FaultyServer ADDRESS (reset|silent)}. It ends when it is killed.
 */
final class FaultyServer {
  private static final int PORTMAPPER_PORT = 111;
  private static final int HEADER_BYTES = 24;
  private static final int PORTMAPPER_VERSION = 2;

  /** The last byte of the version in a call, after xid, direction, RPC version and program. */
  private static final int PORTMAPPER_VERSION_AT = 19;

  private FaultyServer() {}

  /** Serves until the process ends. */
  public static void main(String[] arguments) throws IOException {
    InetAddress address = InetAddress.getByName(arguments[0]);
    boolean reset = arguments[1].equals("reset");
    try (ServerSocket portmapper = new ServerSocket(PORTMAPPER_PORT, 16, address);
        ServerSocket service = new ServerSocket(ReplicaProcess.PORT, 16, address)) {
      Thread mapping = new Thread(() -> answerGetport(portmapper), "portmapper");
      mapping.setDaemon(true);
      mapping.start();
      System.out.println("ready");
      List<Socket> silent = new ArrayList<>();
      while (true) {
        Socket client = service.accept();
        if (reset) {
          readRecord(client);
          client.setSoLinger(true, 0);
          client.close();
        } else {
          silent.add(client);
        }
      }
    }
  }

  private static void answerGetport(ServerSocket portmapper) {
    while (true) {
      try (Socket client = portmapper.accept()) {
        byte[] call = readRecord(client);
        DataOutputStream reply = new DataOutputStream(client.getOutputStream());
        boolean understood = call[PORTMAPPER_VERSION_AT] == PORTMAPPER_VERSION;
        reply.writeInt(0x80000000 | (understood ? 28 : 32));
        reply.write(call, 0, 4);
        for (int word : new int[] {1, 0, 0, 0}) {
          reply.writeInt(word);
        }
        if (understood) {
          reply.writeInt(0);
          reply.writeInt(ReplicaProcess.PORT);
        } else {
          reply.writeInt(2);
          reply.writeInt(PORTMAPPER_VERSION);
          reply.writeInt(PORTMAPPER_VERSION);
        }
        reply.flush();
      } catch (IOException goneAgain) {
        System.out.println("portmapper: " + goneAgain);
      }
    }
  }

  private static byte[] readRecord(Socket client) throws IOException {
    DataInputStream in = new DataInputStream(client.getInputStream());
    byte[] record = new byte[in.readInt() & 0x7fffffff];
    in.readFully(record);
    if (record.length < HEADER_BYTES) {
      throw new IOException("not a call");
    }
    return record;
  }
}
