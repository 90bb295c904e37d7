package org.rkv.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.rkv.net.Channel;
import org.rkv.rpc.kv;

/**
 * A connection to etcd that does what {@link ReplicaConnection} does to a replica, through its API
 * of version 2: HTTP/1.1 and a store in memory beside the same log, so it is spared what gRPC and
 * bbolt cost. A PUT is done when the log is forced at a majority. Only PUT is measured.
 */
final class EtcdConnection extends TextConnection {
  private static final String DONE = "HTTP/1.1 20";

  private EtcdConnection(InetSocketAddress etcd, Listener listener) {
    super(etcd, new HttpFraming(), listener);
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

  @Override
  String request(Kind kind, String name, String value) {
    if (kind != Kind.PUT) {
      throw new IllegalArgumentException("etcd is not asked for " + kind);
    }
    String body = "value=" + value;
    return "PUT /v2/keys/"
        + name
        + " HTTP/1.1\r\nHost: etcd\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  /** 201 of a new key, 200 of one that was there. */
  @Override
  public void received(Channel from, byte[] buffer, int offset, int length) {
    boolean isDone = text(buffer, offset, DONE.length()).equals(DONE);
    answered(isDone ? kv.PUT_OK : kv.PUT_FAILED, null);
  }
}
