package org.rkv.faults;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.rkv.net.Hex;

/**
 * A program that calls procedures without arguments over UDP, and prints a line for each: the
 * answer's words after its xid. Its arguments are the host, and PORT/PROGRAM/VERSION/PROCEDURE of
 * each call.
 */
final class UdpCaller {
  private static final int TIMEOUT_MILLIS = 5000;

  private UdpCaller() {}

  public static void main(String[] arguments) throws IOException {
    InetAddress host = InetAddress.getByName(arguments[0]);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      for (String call : Arrays.asList(arguments).subList(1, arguments.length)) {
        int[] numbers = Arrays.stream(call.split("/")).mapToInt(Integer::parseInt).toArray();
        byte[] message =
            ByteBuffer.allocate(40)
                .putInt(7)
                .putInt(0)
                .putInt(2)
                .putInt(numbers[1])
                .putInt(numbers[2])
                .putInt(numbers[3])
                .array();
        socket.send(new DatagramPacket(message, message.length, host, numbers[0]));
        DatagramPacket answer = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(answer);
        System.out.println(Hex.words(Arrays.copyOfRange(answer.getData(), 4, answer.getLength())));
      }
    }
  }
}
