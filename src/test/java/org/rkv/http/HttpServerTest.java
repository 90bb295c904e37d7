package org.rkv.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.net.LogLines;
import org.rkv.testing.Eventually;

/** What a reader gets over HTTP, be it a good one or not. */
@Timeout(120)
class HttpServerTest {
  private static final String NAME = "http of this test";
  private static final int SLOW_READERS = 450;
  private static final List<String> SLOW_WAYS = List.of("GET /large HTTP/1.1\r\n\r\n", "GET /", "");
  private static final int LARGE_BYTES = 8 << 20;
  private static final int FAR_MILLIS = 60_000;

  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    server =
        new HttpServer(
            NAME,
            new InetSocketAddress(loopback, 0),
            Set.of("alpha.example"),
            HttpServerTest::page,
            new LogLines());
    server.start(() -> {});
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static Response page(String path) {
    return switch (path) {
      case "/here" -> Response.text(200, "h\u00e9re");
      case "/away" -> Response.text(503, "away");
      case "/large" -> new Response(200, "text/plain", new byte[LARGE_BYTES]);
      default -> null;
    };
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(server.address());
    socket.setSoTimeout(FAR_MILLIS);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The answer, up to the end of the connection. */
  private String ask(String request) throws IOException {
    try (Socket socket = connect()) {
      send(socket, request);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String statusOf(String answer) {
    return answer.isEmpty() ? "" : answer.substring(0, answer.indexOf('\r'));
  }

  @Test
  void shouldAnswerWithThePage() throws IOException {
    assertEquals(
        "HTTP/1.1 200 OK\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\n"
            + "Content-Length: 6\r\n"
            + "Cache-Control: no-store\r\n"
            + "X-Content-Type-Options: nosniff\r\n"
            + "Referrer-Policy: no-referrer\r\n"
            + "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
            + "Connection: close\r\n\r\nh\u00e9re\n",
        ask("GET /here?query HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n"));
    assertEquals("HTTP/1.1 503 Service Unavailable", statusOf(ask("GET /away HTTP/1.0\n\n")));
    assertEquals("HTTP/1.1 404 Not Found", statusOf(ask("GET /nowhere HTTP/1.1\r\n\r\n")));
  }

  @Test
  void shouldSendNoBodyToWhoAsksForTheHeadOnly() throws IOException {
    String answer = ask("HEAD /here HTTP/1.1\r\n\r\n");

    assertTrue(answer.contains("Content-Length: 6\r\n"), answer);
    assertTrue(answer.endsWith("\r\n\r\n"), answer);
  }

  @Test
  void shouldTakeNothingButGetAndHead() throws IOException {
    String answer = ask("POST /here HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");

    assertEquals("HTTP/1.1 405 Method Not Allowed", statusOf(answer));
    assertTrue(answer.contains("\r\nAllow: GET, HEAD\r\n"), answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "GET /here", "GET  /here HTTP/1.1", "GET here HTTP/1.1", " ", "x"})
  void shouldRefuseWhatIsNoRequest(String line) throws IOException {
    assertEquals("HTTP/1.1 400 Bad Request", statusOf(ask(line + "\r\n\r\n")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.0.0.1:9464",
        "[::1]:9464",
        "localhost",
        "LOCALHOST:80",
        "Alpha.Example:9464",
        ""
      })
  void shouldAnswerToItsOwnNames(String host) throws IOException {
    assertEquals(
        "HTTP/1.1 200 OK", statusOf(ask("GET /here HTTP/1.1\r\nhost: " + host + "\r\n\r\n")));
  }

  /** As a page of somebody else's has a browser send it, by a name that was led here. */
  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "1.2.3"})
  void shouldNotAnswerToOthers(String host) throws IOException {
    assertEquals(
        "HTTP/1.1 421 Misdirected Request",
        statusOf(ask("GET /here HTTP/1.1\r\nHost: " + host + "\r\n\r\n")));
  }

  @Test
  void shouldTakeARequestThatComesByteByByte() throws IOException {
    try (Socket socket = connect()) {
      socket.setTcpNoDelay(true);
      for (char each : "GET /here HTTP/1.1\r\n\r\n".toCharArray()) {
        send(socket, "" + each);
      }
      assertTrue(socket.getInputStream().readAllBytes().length > 0);
    }
  }

  @Test
  void shouldCloseOnAHeadWithoutEnd() throws IOException {
    assertEquals("", ask("GET /" + "x".repeat(HttpServer.MAX_HEAD_BYTES)));
  }

  @Test
  void shouldAnswerOthersWhileManyAreSlowAndThenCloseThose() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < SLOW_READERS; i++) {
        Socket unread = connect();
        slow.add(unread);
        send(unread, SLOW_WAYS.get(i % SLOW_WAYS.size()));
        assertEquals("HTTP/1.1 200 OK", statusOf(ask("GET /here HTTP/1.1\r\n\r\n")));
      }
      assertEquals(1, threads(), "one for all of them");
      for (Socket each : slow) {
        Eventually.holds("it is closed", () -> isClosed(each));
      }
    } finally {
      for (Socket each : slow) {
        each.close();
      }
    }
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(NAME))
        .count();
  }

  /** What was sent before is passed over. */
  private static boolean isClosed(Socket socket) {
    try {
      socket.setSoTimeout(FAR_MILLIS);
      return socket.getInputStream().readNBytes(LARGE_BYTES + 4096).length < LARGE_BYTES;
    } catch (IOException e) {
      return true; // reset
    }
  }
}
