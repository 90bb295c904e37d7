package org.rkv.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import org.rkv.net.Channel;
import org.rkv.net.ChannelListener;
import org.rkv.net.EventLoop;
import org.rkv.net.TcpNetwork;
import org.rkv.rpc.kv;

/**
 * A connection to etcd that does what {@link ReplicaConnection} does to a replica, through its API
 * of version 2: HTTP/1.1 and a store in memory beside the same log, so it is spared what gRPC and
 * bbolt cost. A PUT is done when the log is forced at a majority. Only PUT is measured.
 */
final class EtcdConnection implements LoadConnection, ChannelListener {
  private static final int CONNECT_MILLIS = 5000;
  private static final int MAX_ANSWER_BYTES = 1 << 20;

  private final InetSocketAddress etcd;
  private final Listener listener;
  private final ArrayDeque<Begun> begun = new ArrayDeque<>();
  private Channel channel;

  /** A call, as the listener knows it. */
  private record Begun(Kind kind, int key, long nanos) {}

  private EtcdConnection(InetSocketAddress etcd, Listener listener) {
    this.etcd = etcd;
    this.listener = listener;
  }

  /** A member of etcd that serves clients at this address. */
  static Server server(InetSocketAddress etcd) {
    return (loop, listener) -> {
      EtcdConnection connection = new EtcdConnection(etcd, listener);
      connection.connect(loop);
      return connection;
    };
  }

  /**
   * The member of these that leads, which passes nothing on.
   *
   * @throws IOException if none does
   */
  static Server leader(List<InetSocketAddress> members) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    for (InetSocketAddress member : members) {
      URI uri =
          URI.create(
              "http://"
                  + member.getAddress().getHostAddress()
                  + ":"
                  + member.getPort()
                  + "/v2/stats/self");
      String stats =
          client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
      if (stats.contains("\"StateLeader\"")) {
        return server(member);
      }
    }
    throw new IOException("no member of etcd leads");
  }

  private void connect(EventLoop loop) {
    new TcpNetwork(loop, new HttpFraming(), null, MAX_ANSWER_BYTES)
        .connect(etcd.getAddress().getHostAddress(), etcd.getPort(), CONNECT_MILLIS, this);
  }

  @Override
  public int underWay() {
    return begun.size();
  }

  @Override
  public void begin(Kind kind, int key, String name, String value, long fromNanos) {
    if (kind != Kind.PUT) {
      throw new IllegalArgumentException("etcd is not asked for " + kind);
    }
    begun.add(new Begun(kind, key, fromNanos));
    String body = "value=" + value;
    String request =
        "PUT /v2/keys/"
            + name
            + " HTTP/1.1\r\nHost: etcd\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
    channel.send(bytes, 0, bytes.length);
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

  /** 201 of a new key, 200 of one that was there. */
  @Override
  public void received(Channel from, byte[] buffer, int offset, int length) {
    Begun call = begun.remove();
    String status = new String(buffer, offset, "HTTP/1.1 20".length(), StandardCharsets.ISO_8859_1);
    int code = status.equals("HTTP/1.1 20") ? kv.PUT_OK : kv.PUT_FAILED;
    listener.answered(call.kind(), call.key(), code, null, call.nanos());
  }

  @Override
  public void closed(Channel gone, String reason) {
    listener.closed(gone == null ? "no connection to " + etcd + ": " + reason : reason);
  }
}
