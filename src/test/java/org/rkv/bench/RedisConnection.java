package org.rkv.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.rkv.rpc.kv;

/**
 * A connection to Redis that does what {@link ReplicaConnection} does to a replica. A PUT is SET
 * and WAIT in one packet, so that Redis has it as cheap as it can be; it is done when as many
 * replicas have answered as are waited for.
 */
final class RedisConnection implements LoadConnection {
  private static final int CONNECT_MILLIS = 5000;
  private static final int WAIT_MILLIS = 10_000;

  private final int replicas;
  private final Socket socket = new Socket();
  private final InputStream in;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream(64 * 1024);

  /** A ring: Redis answers in the order of the commands. */
  private final Kind[] kinds;

  private final int[] keys;
  private final long[] beganNanos;
  private int first;
  private int underWay;

  /**
   * Connects.
   *
   * @param replicas that WAIT waits for
   */
  RedisConnection(InetSocketAddress server, int replicas, int pipeline) throws IOException {
    this.replicas = replicas;
    kinds = new Kind[pipeline];
    keys = new int[pipeline];
    beganNanos = new long[pipeline];
    socket.setTcpNoDelay(true);
    socket.connect(server, CONNECT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
  }

  @Override
  public int underWay() {
    return underWay;
  }

  @Override
  public void timeout(int millis) throws IOException {
    socket.setSoTimeout(millis);
  }

  @Override
  public void begin(Kind kind, int key, String name, String value, long fromNanos) {
    int slot = (first + underWay) % kinds.length;
    underWay++;
    kinds[slot] = kind;
    keys[slot] = key;
    beganNanos[slot] = fromNanos;
    switch (kind) {
      case PUT -> {
        command("SET", name, value);
        command("WAIT", Integer.toString(replicas), Integer.toString(WAIT_MILLIS));
      }
      case GET -> command("GET", name);
      case DEL -> {
        command("DEL", name);
        command("WAIT", Integer.toString(replicas), Integer.toString(WAIT_MILLIS));
      }
      case NULL -> command("PING");
    }
  }

  private void command(String... words) {
    text("*" + words.length + "\r\n");
    for (String word : words) {
      text("$" + word.length() + "\r\n" + word + "\r\n");
    }
  }

  private void text(String bytes) {
    output.writeBytes(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public void exchange(Listener listener) throws IOException {
    if (output.size() > 0) {
      output.writeTo(socket.getOutputStream());
      output.reset();
    }
    do {
      Kind kind = kinds[first];
      String answer = answer();
      int code = kv.PUT_OK;
      if (kind == Kind.PUT || kind == Kind.DEL) {
        code = Integer.parseInt(answer()) >= replicas ? kv.PUT_OK : kv.PUT_FAILED;
      } else if (kind == Kind.GET && answer == null) {
        code = kv.GET_KEY_NOT_FOUND;
      }
      int slot = first;
      first = (first + 1) % kinds.length;
      underWay--;
      listener.answered(kind, keys[slot], code, kind == Kind.GET ? answer : null, beganNanos[slot]);
    } while (underWay > 0 && in.available() > 0);
  }

  /** A simple string, an integer, or a bulk string; null for none. */
  private String answer() throws IOException {
    String line = line();
    return switch (line.charAt(0)) {
      case '+', ':' -> line.substring(1);
      case '$' -> {
        int length = Integer.parseInt(line.substring(1));
        if (length < 0) {
          yield null;
        }
        byte[] bytes = in.readNBytes(length + 2);
        yield new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
      }
      default -> throw new IOException("Redis answered " + line);
    };
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    int each;
    while ((each = in.read()) != '\r') {
      if (each < 0) {
        throw new IOException("Redis closed the connection");
      }
      line.append((char) each);
    }
    in.read();
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
