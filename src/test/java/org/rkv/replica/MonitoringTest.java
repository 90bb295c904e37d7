package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.Settled;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** A replica that is watched over HTTP. */
@Timeout(120)
class MonitoringTest {
  private static final int ANY_PORT = 0;
  private static final int READERS = 20;
  private static final int FAR_MILLIS = 60_000;
  private static final String READER = "127.0.2.4";

  @TempDir Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private Cluster cluster;

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static TestReplica watched(TestReplica replica) {
    return replica.http(new HttpSettings(null, ANY_PORT, Set.of()));
  }

  private HttpResponse<String> get(int index, String path) throws Exception {
    InetSocketAddress address = cluster.replica(index).httpAddress();
    URI uri = URI.create("http://" + address.getHostString() + ":" + address.getPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private void awaitMetric(int index, String line) throws Exception {
    Eventually.until(
        line,
        () -> get(index, "/metrics").body().contains("\n" + line + "\n"),
        () -> describe(index));
  }

  private String describe(int index) {
    try {
      return get(index, "/metrics").body();
    } catch (Exception e) {
      return e.toString();
    }
  }

  @Test
  void shouldCountWhatClientsAreAnsweredAndWhy() throws Exception {
    cluster = Cluster.serving(directory, 3, MonitoringTest::watched);
    awaitMetric(0, "rkv_writable 1.0");
    try (TestClient client = cluster.replica(0).client()) {
      assertEquals(kv.PUT_OK, client.put("k", "v"));
      assertEquals("=v", client.get("k"));
      awaitMetric(0, "rkv_requests_total{operation=\"PUT\",outcome=\"ok\"} 1.0");
      awaitMetric(0, "rkv_request_duration_seconds_count{operation=\"GET\"} 1");
      cluster.replica(2).stop();
      cluster.awaitUnreachable(2);
      assertEquals(kv.PUT_FAILED, client.put("k", "w"));
    }
    String peer = cluster.host(2);

    awaitMetric(
        0,
        "rkv_requests_failed_total{cause=\"unreachable\",operation=\"PUT\",peer=\""
            + peer
            + "\"} 1.0");
    awaitMetric(0, "rkv_peer_reachable{peer=\"" + peer + "\"} 0.0");
    awaitMetric(0, "rkv_writable 0.0");
    awaitMetric(0, "rkv_caught_up_ratio 1.0");
    Eventually.until(
        "the write waits to be on every replica",
        () -> describe(0).matches("(?s).*\nrkv_unsettled_oldest_seconds (?!0\\.0\n).*"),
        () -> describe(0));
    assertEquals(HttpURLConnection.HTTP_OK, get(0, "/ready").statusCode());
    assertTrue(get(0, "/status.json").body().contains("\"cause\":\"unreachable\""));
  }

  @Test
  void shouldCountWhoIsNotLetCall() throws Exception {
    Path list = Files.writeString(directory.resolve("clients"), READER + " ro\n");
    cluster = Cluster.serving(directory, 1, replica -> watched(replica).clients(list));
    awaitMetric(0, "rkv_calls_refused_total{procedure=\"PUT\"} 0.0");
    InetSocketAddress replica = cluster.replica(0).address();
    try (TestClient reader = TestClient.from(InetAddress.getByName(READER), replica)) {
      assertEquals("" + kv.GET_KVSTORE_IS_EMPTY, reader.get("k"));
      assertThrows(OncRpcException.class, () -> reader.put("k", "v"));
      assertThrows(OncRpcException.class, () -> reader.stub().RSETTLED_1(new Settled()));
    }

    awaitMetric(0, "rkv_calls_refused_total{procedure=\"PUT\"} 1.0");
    awaitMetric(0, "rkv_calls_refused_total{procedure=\"RSETTLED\"} 1.0");
    awaitMetric(0, "rkv_calls_refused_total{procedure=\"GET\"} 0.0");
  }

  @Test
  void shouldTellThePageHowTheOthersSeeEachOther() throws Exception {
    cluster = Cluster.serving(directory, 3, MonitoringTest::watched);
    Eventually.until(
        "each says whom it reaches",
        () -> count(now(), "\"reachable\":true") == 3 * 2,
        () -> now());
    cluster.replica(2).stop();
    Eventually.until(
        "the two that are there say it of each other, and nobody of the third",
        () -> count(now(), "\"reachable\":true") == 2 && count(now(), "\"state\":\"away\"") == 1,
        () -> now());
    assertTrue(now().contains("],null]"), "the third says nothing: " + now());
  }

  private String now() throws Exception {
    return get(0, "/now.json").body();
  }

  private static boolean isClosed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true; // reset
    }
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  @Test
  void shouldNotBeHealthyWhileItsThreadIsStuck() throws Exception {
    cluster = Cluster.serving(directory, 1, MonitoringTest::watched);
    Eventually.until("ready", () -> get(0, "/ready").statusCode() == 200, cluster::describe);
    try (TestReplica.Frozen frozen = cluster.replica(0).freeze()) {
      Eventually.until(
          "it is known to be stuck", () -> get(0, "/health").statusCode() == 503, () -> "healthy");
    }
    Eventually.until("it lives", () -> get(0, "/health").statusCode() == 200, cluster::describe);
  }

  @Test
  void shouldServeAlsoWhereThePortIsTaken() throws Exception {
    cluster = new Cluster(directory, 1);
    try (ServerSocket other = new ServerSocket(0, 1, cluster.replica(0).inetAddress())) {
      cluster
          .replica(0)
          .http(new HttpSettings(cluster.host(0), other.getLocalPort(), Set.of()))
          .start();
      cluster.awaitLinked();
      try (TestClient client = cluster.replica(0).client()) {
        assertEquals(kv.PUT_OK, client.put("k", "v"));
      }
    }
    assertEquals(1, cluster.replica(0).log().count("how it is cannot be seen over HTTP: "));
  }

  @Test
  void shouldEndWithTheReplicaHoweverManyAreReading() throws Exception {
    cluster = Cluster.serving(directory, 1, MonitoringTest::watched);
    InetSocketAddress address = cluster.replica(0).httpAddress();
    List<Socket> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      Socket reader = new Socket(address.getAddress(), address.getPort());
      reader.getOutputStream().write("GET /".getBytes(StandardCharsets.US_ASCII));
      readers.add(reader);
    }
    cluster.replica(0).stop();

    for (Socket reader : readers) {
      reader.setSoTimeout(FAR_MILLIS);
      assertTrue(isClosed(reader), "nobody is left with half a request");
      reader.close();
    }
    try (ServerSocket next = new ServerSocket()) {
      next.setReuseAddress(true);
      next.bind(address);
    } catch (IOException e) {
      throw new AssertionError("somebody listens there still", e);
    }
  }
}
