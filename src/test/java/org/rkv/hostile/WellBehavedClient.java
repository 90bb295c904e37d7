package org.rkv.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.rkv.testing.Latencies;

/**
 * Puts, gets and deletes keys that nobody else uses over one connection, checks every byte of every
 * answer, and takes the time of each. Not thread-safe.
 */
final class WellBehavedClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final String ACCEPTED = "00000001 00000000 00000000 00000000 00000000 ";

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private Latencies latencies = new Latencies();
  private final Random random = new Random(1);
  private int xid;

  WellBehavedClient(InetSocketAddress server) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(server, TIMEOUT_MILLIS);
    in = new DataInputStream(socket.getInputStream());
    expect("00000000", 1, "never deleted", ""); // so that no store is ever empty
  }

  /** One life of one key, with all the answers that it should get. */
  void putGetAndDelete() throws IOException {
    String key = "well behaved " + random.nextInt(1000);
    expect("00000000", 1, key, "abc");
    expect("00000000 00000003 61626300", 2, key);
    expect("00000007", 1, key, "wxyz");
    expect("00000000 00000004 7778797a", 2, key);
    expect("00000000", 3, key);
    expect("00000004", 3, key);
    expect("00000004 00000000", 2, key);
  }

  /** From now on its calls are timed here. */
  Latencies startOver() {
    latencies = new Latencies();
    return latencies;
  }

  private void expect(String results, int procedure, String... arguments) throws IOException {
    ByteBuffer call = ByteBuffer.allocate(256);
    call.putInt(0).putInt(++xid).putInt(0).putInt(2).putInt(123456).putInt(1).putInt(procedure);
    call.putLong(0).putLong(0);
    for (String each : arguments) {
      call.putInt(each.length()).put(each.getBytes(ISO_8859_1));
      call.position((call.position() + 3) & ~3);
    }
    call.putInt(0, 0x80000000 | (call.position() - 4));
    long start = System.nanoTime();
    socket.getOutputStream().write(call.array(), 0, call.position());
    byte[] reply = new byte[in.readInt() & 0x7fffffff];
    in.readFully(reply);
    latencies.add(System.nanoTime() - start);
    String expected = String.format("%08x ", xid) + ACCEPTED + results;
    assertEquals(expected.replace(" ", ""), HexFormat.of().formatHex(reply));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
