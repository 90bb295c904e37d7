package org.rkv.bench;

import java.net.InetSocketAddress;
import org.rkv.net.Channel;
import org.rkv.rpc.kv;

/**
 * A connection to Redis that does what {@link ReplicaConnection} does to a replica. A PUT is SET
 * and WAIT in one packet, so that Redis has it as cheap as it can be; it is done when as many
 * replicas have answered as are waited for.
 */
final class RedisConnection extends TextConnection {
  private static final int WAIT_MILLIS = 10_000;

  private final int replicas;

  /** Whether SET or DEL has been answered, and WAIT has not. */
  private boolean waits;

  private RedisConnection(InetSocketAddress redis, int replicas, Listener listener) {
    super(redis, new RedisFraming(), listener);
    this.replicas = replicas;
  }

  /**
   * A Redis that listens at this address.
   *
   * @param replicas that WAIT waits for
   */
  static Server server(InetSocketAddress redis, int replicas) {
    return (loop, listener) -> {
      RedisConnection connection = new RedisConnection(redis, replicas, listener);
      connection.connect(loop);
      return connection;
    };
  }

  @Override
  String request(Kind kind, String name, String value) {
    String wait = command("WAIT", Integer.toString(replicas), Integer.toString(WAIT_MILLIS));
    return switch (kind) {
      case PUT -> command("SET", name, value) + wait;
      case GET -> command("GET", name);
      case DEL -> command("DEL", name) + wait;
      case NULL -> command("PING");
    };
  }

  private static String command(String... words) {
    StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      command.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return command.toString();
  }

  @Override
  public void received(Channel from, byte[] buffer, int offset, int length) {
    if (buffer[offset] == '-') {
      close("Redis answered " + text(buffer, offset, length));
      return;
    }
    Kind kind = oldest();
    boolean isWrite = kind == Kind.PUT || kind == Kind.DEL;
    if (isWrite && !waits) {
      waits = true;
      return;
    }
    waits = false;
    int code = kv.PUT_OK;
    String value = null;
    if (isWrite) {
      int done = Integer.parseInt(text(buffer, offset + 1, length - 3));
      code = done >= replicas ? kv.PUT_OK : kv.PUT_FAILED;
    } else if (kind == Kind.GET) {
      String answer = text(buffer, offset, length);
      int lineEnd = answer.indexOf("\r\n") + 2;
      boolean isNone = answer.startsWith("$-1");
      code = isNone ? kv.GET_KEY_NOT_FOUND : kv.GET_OK;
      value = isNone ? null : answer.substring(lineEnd, answer.length() - 2);
    }
    answered(code, value);
  }
}
