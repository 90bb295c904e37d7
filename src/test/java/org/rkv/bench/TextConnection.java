package org.rkv.bench;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.rkv.net.Channel;
import org.rkv.net.ChannelListener;
import org.rkv.net.EventLoop;
import org.rkv.net.TcpNetwork;

/** A connection to a server that answers in the order of what is sent, in a text protocol. */
abstract class TextConnection implements LoadConnection, ChannelListener {
  private static final int CONNECT_MILLIS = 5000;
  private static final int MAX_ANSWER_BYTES = 4 << 20;

  private final InetSocketAddress server;
  private final TextFraming framing;
  private final Listener listener;
  private final ArrayDeque<Begun> begun = new ArrayDeque<>();
  private Channel channel;

  /** A call, as the listener knows it. */
  private record Begun(Kind kind, int key, long nanos) {}

  TextConnection(InetSocketAddress server, TextFraming framing, Listener listener) {
    this.server = server;
    this.framing = framing;
    this.listener = listener;
  }

  /** Begins to connect. */
  final void connect(EventLoop loop) {
    new TcpNetwork(loop, framing, null, MAX_ANSWER_BYTES)
        .connect(server.getAddress().getHostAddress(), server.getPort(), CONNECT_MILLIS, this);
  }

  @Override
  public final int underWay() {
    return begun.size();
  }

  /** What asks for this. */
  abstract String request(Kind kind, String name, String value);

  @Override
  public final void begin(Kind kind, int key, String name, String value, long fromNanos) {
    begun.add(new Begun(kind, key, fromNanos));
    byte[] bytes = request(kind, name, value).getBytes(StandardCharsets.ISO_8859_1);
    channel.send(bytes, 0, bytes.length);
  }

  /** What the oldest call that is not answered does. */
  final Kind oldest() {
    return begun.peek().kind();
  }

  /** The oldest call is answered. */
  final void answered(int code, String value) {
    Begun call = begun.remove();
    listener.answered(call.kind(), call.key(), code, value, call.nanos());
  }

  @Override
  public final void close(String reason) {
    if (channel != null) {
      channel.close(reason);
    }
  }

  @Override
  public final void opened(Channel opened) {
    channel = opened;
    listener.connected();
  }

  static String text(byte[] buffer, int offset, int length) {
    return new String(buffer, offset, length, StandardCharsets.ISO_8859_1);
  }

  @Override
  public final void closed(Channel gone, String reason) {
    listener.closed(gone == null ? "no connection to " + server + ": " + reason : reason);
  }
}
