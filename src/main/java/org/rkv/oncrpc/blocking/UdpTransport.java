package org.rkv.oncrpc.blocking;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.rkv.net.MessageReader;
import org.rkv.oncrpc.XdrOutput;

/**
 * A connected UDP socket: it hears one server only, and hears that nobody is there (ICMP). A
 * request without an answer is sent again after one second, then after two more, four more and so
 * on, so call only what may be executed twice.
 */
final class UdpTransport implements MessageTransport {
  private static final int MAX_DATAGRAM_BYTES = 65_507;
  private static final int FIRST_WAIT_MILLIS = 1_000;

  private final DatagramSocket socket;
  private final byte[] datagram = new byte[MAX_DATAGRAM_BYTES];
  private byte[] request = new byte[0];
  private int waitMillis;

  UdpTransport(InetSocketAddress server, InetAddress local) throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(local, 0));
    try {
      socket.connect(server);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public void send(XdrOutput message, Deadline deadline) throws IOException {
    request = Arrays.copyOfRange(message.buffer(), HEADER_BYTES, message.size());
    waitMillis = FIRST_WAIT_MILLIS;
    socket.send(new DatagramPacket(request, request.length));
  }

  @Override
  public void receive(Deadline deadline, MessageReader.Sink sink) throws IOException {
    socket.setSoTimeout(Math.min(waitMillis, deadline.millisLeft()));
    DatagramPacket packet = new DatagramPacket(datagram, datagram.length);
    try {
      socket.receive(packet);
    } catch (SocketTimeoutException e) {
      deadline.millisLeft();
      waitMillis *= 2;
      socket.send(new DatagramPacket(request, request.length));
      return;
    }
    sink.message(datagram, 0, packet.getLength());
  }

  @Override
  public void close() {
    socket.close();
  }
}
