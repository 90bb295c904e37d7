package org.rkv.bench;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.rkv.net.Channel;
import org.rkv.net.ChannelListener;
import org.rkv.net.EventLoop;
import org.rkv.net.TcpNetwork;
import org.rkv.rpc.kv;

/**
 * A connection to Redis that does what {@link ReplicaConnection} does to a replica. A PUT is SET
 * and WAIT in one packet, so that Redis has it as cheap as it can be; it is done when as many
 * replicas have answered as are waited for.
 */
final class RedisConnection implements LoadConnection, ChannelListener {
  private static final int CONNECT_MILLIS = 5000;
  private static final int WAIT_MILLIS = 10_000;
  private static final int MAX_ANSWER_BYTES = 4 << 20;

  private final InetSocketAddress redis;
  private final int replicas;
  private final Listener listener;

  /** Redis answers in the order of the commands. */
  private final ArrayDeque<Begun> begun = new ArrayDeque<>();

  private Channel channel;

  /** Whether SET or DEL has been answered, and WAIT has not. */
  private boolean waits;

  /** A call, as the listener knows it. */
  private record Begun(Kind kind, int key, long nanos) {}

  private RedisConnection(InetSocketAddress redis, int replicas, Listener listener) {
    this.redis = redis;
    this.replicas = replicas;
    this.listener = listener;
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

  private void connect(EventLoop loop) {
    new TcpNetwork(loop, new RedisFraming(), null, MAX_ANSWER_BYTES)
        .connect(redis.getAddress().getHostAddress(), redis.getPort(), CONNECT_MILLIS, this);
  }

  @Override
  public int underWay() {
    return begun.size();
  }

  @Override
  public void begin(Kind kind, int key, String name, String value, long fromNanos) {
    begun.add(new Begun(kind, key, fromNanos));
    String wait = command("WAIT", Integer.toString(replicas), Integer.toString(WAIT_MILLIS));
    String commands =
        switch (kind) {
          case PUT -> command("SET", name, value) + wait;
          case GET -> command("GET", name);
          case DEL -> command("DEL", name) + wait;
          case NULL -> command("PING");
        };
    byte[] bytes = commands.getBytes(StandardCharsets.ISO_8859_1);
    channel.send(bytes, 0, bytes.length);
  }

  private static String command(String... words) {
    StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      command.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return command.toString();
  }

  @Override
  public void close(String reason) {
    if (channel != null) {
      channel.close(reason);
    }
  }

  @Override
  public void opened(Channel opened) {
    channel = opened;
    listener.connected();
  }

  @Override
  public void received(Channel from, byte[] buffer, int offset, int length) {
    if (buffer[offset] == '-') {
      channel.close("Redis answered " + text(buffer, offset, length));
      return;
    }
    Begun call = begun.peek();
    boolean isWrite = call.kind() == Kind.PUT || call.kind() == Kind.DEL;
    if (isWrite && !waits) {
      waits = true;
      return;
    }
    waits = false;
    begun.remove();
    int code = kv.PUT_OK;
    String value = null;
    if (isWrite) {
      int done = Integer.parseInt(text(buffer, offset + 1, length - 3));
      code = done >= replicas ? kv.PUT_OK : kv.PUT_FAILED;
    } else if (call.kind() == Kind.GET) {
      String answer = text(buffer, offset, length);
      int lineEnd = answer.indexOf("\r\n") + 2;
      boolean isNone = answer.startsWith("$-1");
      code = isNone ? kv.GET_KEY_NOT_FOUND : kv.GET_OK;
      value = isNone ? null : answer.substring(lineEnd, answer.length() - 2);
    }
    listener.answered(call.kind(), call.key(), code, value, call.nanos());
  }

  private static String text(byte[] buffer, int offset, int length) {
    return new String(buffer, offset, length, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void closed(Channel gone, String reason) {
    listener.closed(gone == null ? "no connection to " + redis + ": " + reason : reason);
  }
}
