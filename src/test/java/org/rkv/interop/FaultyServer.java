package org.rkv.interop;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rkv.testing.ReplicaProcess;

/**
 * A server process that never answers a call, found through a portmapper of its own: {@code
 * FaultyServer ADDRESS (reset|silent)}. It ends when it is killed.
 */
final class FaultyServer {
  private static final int PORTMAPPER_PORT = 111;
  private static final int HEADER_BYTES = 24;
  private static final int LAST_FRAGMENT = 0x80000000;
  private static final int PORTMAPPER_VERSION = 2;

  /** The last byte of the version in a call, after xid, direction, RPC version and program. */
  private static final int PORTMAPPER_VERSION_AT = 19;

  private FaultyServer() {}

  /** Serves until the process ends. */
  public static void main(String[] arguments) throws IOException {
    InetAddress address = InetAddress.getByName(arguments[0]);
    boolean reset = arguments[1].equals("reset");
    try (ServerSocket portmapper = new ServerSocket(PORTMAPPER_PORT, 16, address);
        DatagramSocket datagrams =
            new DatagramSocket(new InetSocketAddress(address, PORTMAPPER_PORT));
        ServerSocket service = new ServerSocket(ReplicaProcess.PORT, 16, address)) {
      startDaemon(() -> answerConnections(portmapper));
      startDaemon(() -> answerDatagrams(datagrams));
      System.out.println("ready");
      List<Socket> silent = new ArrayList<>();
      while (true) {
        Socket client = service.accept();
        if (reset) {
          readRecord(client.getInputStream());
          client.setSoLinger(true, 0);
          client.close();
        } else {
          silent.add(client);
        }
      }
    }
  }

  private static void startDaemon(Runnable task) {
    Thread thread = new Thread(task, "portmapper");
    thread.setDaemon(true);
    thread.start();
  }

  private static void answerConnections(ServerSocket portmapper) {
    while (true) {
      try (Socket client = portmapper.accept()) {
        answerAll(client);
      } catch (IOException goneAgain) {
        System.out.println("portmapper: " + goneAgain);
      }
    }
  }

  /** libtirpc asks in versions 4 and 3 on one connection, and in version 2 with a datagram. */
  private static void answerAll(Socket client) throws IOException {
    PushbackInputStream in = new PushbackInputStream(client.getInputStream());
    int first;
    while ((first = in.read()) >= 0) {
      in.unread(first);
      byte[] reply = replyTo(readRecord(in));
      ByteBuffer record = ByteBuffer.allocate(4 + reply.length);
      client
          .getOutputStream()
          .write(record.putInt(LAST_FRAGMENT | reply.length).put(reply).array());
    }
  }

  private static void answerDatagrams(DatagramSocket portmapper) {
    while (true) {
      DatagramPacket packet = new DatagramPacket(new byte[400], 400);
      try {
        portmapper.receive(packet);
        packet.setData(replyTo(Arrays.copyOf(packet.getData(), packet.getLength())));
        portmapper.send(packet);
      } catch (IOException goneAgain) {
        System.out.println("portmapper: " + goneAgain);
      }
    }
  }

  /** Every GETPORT of version 2 leads to us; of other versions there is none. */
  private static byte[] replyTo(byte[] call) {
    ByteBuffer reply = ByteBuffer.allocate(32);
    reply.put(call, 0, 4).putInt(1).putInt(0).putInt(0).putInt(0);
    if (call[PORTMAPPER_VERSION_AT] == PORTMAPPER_VERSION) {
      reply.putInt(0).putInt(ReplicaProcess.PORT);
    } else {
      reply.putInt(2).putInt(PORTMAPPER_VERSION).putInt(PORTMAPPER_VERSION);
    }
    return Arrays.copyOf(reply.array(), reply.position());
  }

  private static byte[] readRecord(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    byte[] record = new byte[in.readInt() & 0x7fffffff];
    in.readFully(record);
    if (record.length < HEADER_BYTES) {
      throw new IOException("not a call");
    }
    return record;
  }
}
