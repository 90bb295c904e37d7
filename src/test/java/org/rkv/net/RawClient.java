package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import org.rkv.oncrpc.RecordMarking;

/** The other end of a TCP connection, which sends and receives bytes as they are. */
public final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  private final Socket socket = new Socket();
  private final DataInputStream in;

  public RawClient(InetSocketAddress server) throws IOException {
    this(server, 0);
  }

  /** With a receive buffer of about this size, unless it is zero. */
  public RawClient(InetSocketAddress server, int receiveBytes) throws IOException {
    if (receiveBytes > 0) {
      socket.setReceiveBufferSize(receiveBytes);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(server, TIMEOUT_MILLIS);
    in = new DataInputStream(socket.getInputStream());
  }

  /** As the server sees this end. */
  public InetSocketAddress localAddress() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  public RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  public RawClient send(String digits) throws IOException {
    return send(Hex.bytes(digits));
  }

  /** Sends a message as one record. */
  public RawClient sendRecord(byte[] message) throws IOException {
    return send(Calls.record(message));
  }

  public RawClient sendRecord(String digits) throws IOException {
    return sendRecord(Hex.bytes(digits));
  }

  /** The next record, which must be one fragment, in hexadecimal words. */
  public String receive() throws IOException {
    return Hex.words(receiveBytes());
  }

  public byte[] receiveBytes() throws IOException {
    int mark = in.readInt();
    assertEquals(RecordMarking.LAST_FRAGMENT, mark & RecordMarking.LAST_FRAGMENT, "one fragment");
    byte[] message = new byte[mark & ~RecordMarking.LAST_FRAGMENT];
    in.readFully(message);
    return message;
  }

  /** Whether the server ends the connection and sends nothing before. */
  public boolean isEnded() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  /** Reads until the server ends the connection, and returns how many bytes came. */
  public long drain() throws IOException {
    long count = 0;
    try {
      for (byte[] some = new byte[64 * 1024]; ; ) {
        int read = in.read(some);
        if (read < 0) {
          return count;
        }
        count += read;
      }
    } catch (SocketException | EOFException reset) {
      return count;
    }
  }

  /** Says that no more comes from this end. */
  public RawClient closeOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Ends the connection with a reset, as the system does for a process that died. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
