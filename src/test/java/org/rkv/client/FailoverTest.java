package org.rkv.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.rkv.client.RkvClientTest.found;
import static org.rkv.client.RkvClientTest.nameOf;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.oncrpc.blocking.ScriptedServer;

/** What becomes of calls when a replica is not there, or goes away. */
@Timeout(60)
final class FailoverTest {
  private static final String STORED = ScriptedServer.OK + "00000000";
  private static final ScriptedServer.Script READ_AND_RESET =
      connection -> {
        connection.readCall();
        connection.reset();
      };
  private static final ScriptedServer.Script SILENT = ScriptedServer.Connection::awaitClose;

  @Test
  void shouldConnectToTheFirstReplicaThatIsThere() throws IOException {
    try (ScriptedServer server = ScriptedServer.answering(STORED);
        ScriptedServer other = ScriptedServer.answering(STORED);
        RkvClient client = RkvClient.connect(nobody(), nameOf(server), nameOf(other))) {
      assertEquals(PutResult.STORED, client.put("k", "v"));
      assertEquals(1, server.calls().size());
      assertEquals(0, other.calls().size());
    }
  }

  @Test
  void shouldSayWhyTheFirstReplicaIsNotThereWhenNoneIs() throws IOException {
    String refused = nobody();
    ConnectFailedException failure =
        assertThrows(
            ConnectFailedException.class,
            () -> RkvClient.connect(refused, "no.such.host.invalid:1"));
    assertEquals("Remote system error - Connection refused", failure.reason());
    assertEquals(1, failure.getSuppressed().length);
    assertEquals("no.such.host.invalid:1: Unknown host", failure.getSuppressed()[0].getMessage());
    assertEquals(refused + ": " + failure.reason(), failure.getMessage());
    assertEquals(Optional.of(refused), failure.replica());
  }

  @Test
  void shouldNeverSendAWriteTwice() throws IOException {
    try (ScriptedServer first = ScriptedServer.start(READ_AND_RESET);
        ScriptedServer second = ScriptedServer.answering(STORED);
        RkvClient client = RkvClient.connect(nameOf(first), nameOf(second))) {
      OutcomeUnknownException unknown =
          assertThrows(OutcomeUnknownException.class, () -> client.put("k", "v"));
      assertEquals("Unable to receive; errno = Connection reset by peer", unknown.reason());
      assertEquals(Optional.of(nameOf(first)), unknown.replica());
      assertEquals(List.of(), second.calls());
      assertEquals(PutResult.STORED, client.put("k", "v"), "the next one goes elsewhere");
      assertEquals(1, second.calls().size());
    }
  }

  @Test
  void shouldAskTheNextReplicaWhenAReadIsNotAnswered() throws IOException {
    try (ScriptedServer first = ScriptedServer.start(READ_AND_RESET);
        ScriptedServer second = ScriptedServer.answering(found("31"));
        RkvClient client = RkvClient.connect(nameOf(first), nameOf(second))) {
      assertEquals("1", client.get("k").text().get());
      assertEquals(1, first.calls().size());
      assertEquals(first.calls(), second.calls());
    }
  }

  @Test
  void shouldNotAskForEverWhenEveryReplicaBreaksAtARead() throws IOException {
    try (ScriptedServer first = ScriptedServer.start(READ_AND_RESET);
        ScriptedServer second = ScriptedServer.start(READ_AND_RESET);
        RkvClient client = RkvClient.connect(nameOf(first), nameOf(second))) {
      assertThrows(CallFailedException.class, () -> client.get("k"));
      assertEquals(1, first.calls().size());
      assertEquals(1, second.calls().size());
    }
  }

  /** More than the system's buffers hold: what is left of it was surely never sent. */
  @Test
  void shouldTakeWhatWasNeverSentToTheNextReplica() throws Exception {
    int writes = 64;
    String value = "v".repeat(512 * 1024);
    CompletableFuture<Void> mayReset = new CompletableFuture<>();
    try (ScriptedServer first =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  mayReset.join();
                  connection.reset();
                });
        ScriptedServer second = ScriptedServer.answering(STORED);
        RkvClient client = RkvClient.connect(nameOf(first), nameOf(second))) {
      List<CompletableFuture<PutResult>> all = new ArrayList<>();
      for (int i = 0; i < writes; i++) {
        all.add(client.putAsync("k" + i, value));
      }
      mayReset.complete(null);
      int stored = 0;
      int unknown = 0;
      for (CompletableFuture<PutResult> each : all) {
        try {
          assertEquals(PutResult.STORED, each.get(30, TimeUnit.SECONDS));
          stored++;
        } catch (ExecutionException e) {
          assertInstanceOf(OutcomeUnknownException.class, e.getCause());
          assertEquals(0, stored, "calls are sent in order");
          unknown++;
        }
      }
      assertTrue(unknown >= 1 && stored >= 1, unknown + " unknown, " + stored + " stored");
      assertEquals(stored, second.calls().size());
      assertTrue(
          second.calls().get(0).contains(hex("k" + unknown)), "the first that was never sent");
    }
  }

  @Test
  void shouldLeaveASilentReplica() throws Exception {
    try (ScriptedServer first = ScriptedServer.start(SILENT);
        ScriptedServer second = ScriptedServer.answering(STORED);
        RkvClient client =
            RkvClient.builder(nameOf(first), nameOf(second))
                .timeout(Duration.ofSeconds(2))
                .connect()) {
      OutcomeUnknownException unknown =
          assertThrows(OutcomeUnknownException.class, () -> client.put("k", "v"));
      assertEquals("Timed out", unknown.reason());
      assertEquals(PutResult.STORED, client.put("k", "v"));
    }
  }

  @Test
  void shouldGiveUpAReadAtTheDeadline() throws IOException {
    try (ScriptedServer server = ScriptedServer.start(SILENT);
        RkvClient client =
            RkvClient.builder(nameOf(server)).timeout(Duration.ofMillis(50)).connect()) {
      CallFailedException failure = assertThrows(CallFailedException.class, () -> client.get("k"));
      assertEquals("Timed out", failure.reason());
    }
  }

  /** The read may meet the end of the old connection, or be sent before that is seen. */
  @Test
  void shouldConnectAnewForTheNextCall() throws IOException {
    try (ScriptedServer server =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  connection.reply(found("31"));
                });
        RkvClient client = RkvClient.connect(nameOf(server))) {
      for (int i = 0; i < 3; i++) {
        assertEquals("1", client.get("k").text().get());
      }
      assertEquals(3, server.calls().size());
    }
  }

  @Test
  void shouldFailWhenTheLastReplicaIsGone() throws IOException {
    RkvClient client;
    try (ScriptedServer server = ScriptedServer.start(READ_AND_RESET)) {
      client = RkvClient.connect(nameOf(server));
      assertThrows(OutcomeUnknownException.class, () -> client.put("k", "v"));
    }
    try (client) {
      ConnectFailedException failure =
          assertThrows(ConnectFailedException.class, () -> client.put("k", "v"));
      assertEquals("Remote system error - Connection refused", failure.reason());
    }
  }

  @Test
  void shouldLearnTheOtherReplicasIfAsked() throws IOException {
    try (ScriptedServer second = ScriptedServer.answering(found("31"));
        ScriptedServer first =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  connection.reply(listOf(nameOf(second)));
                  connection.readCall();
                  connection.reply(listOf(nameOf(second)));
                  connection.readCall();
                  connection.reset();
                });
        RkvClient client = RkvClient.builder(nameOf(first)).failover(true).connect()) {
      // The client's own question is sent before the first call, or together with it.
      assertEquals(List.of(new KnownReplica(nameOf(second), true)), client.replicas());
      assertEquals("1", client.get("k").text().get());
      assertEquals(3, first.calls().size());
    }
  }

  /** A REPLICAS reply that names one replica. */
  private static String listOf(String name) {
    String padded = hex(name) + "00".repeat((4 - name.length() % 4) % 4);
    return ScriptedServer.OK + String.format("00000001 %08x", name.length()) + padded + "00000001";
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Where nobody listens. */
  private static String nobody() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }
}
