package org.rkv.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.rkv.client.RkvClientTest.await;
import static org.rkv.client.RkvClientTest.failureOf;
import static org.rkv.client.RkvClientTest.found;
import static org.rkv.client.RkvClientTest.nameOf;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.oncrpc.blocking.ScriptedServer;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;

/** Which replica a client uses when it has a choice. */
@Timeout(60)
final class MovingTest {
  private static final String STORED = ScriptedServer.OK + "00000000";
  private static final String FAILED = ScriptedServer.OK + "00000001";
  private static final String READ_FAILED = FAILED + "00000000";
  private static final String NO_SUCH_PROCEDURE =
      "XID 00000001 00000000 00000000 00000000 00000003";
  private static final int CALL_WORDS_BEFORE_PROCEDURE = 5;
  private static final WayHome.Delay SOON = new WayHome.Delay(20, 40);

  /** Answers by procedure, as replicas do. */
  private static ScriptedServer replica(String toPut, String toGet, String toStatus)
      throws IOException {
    CompletableFuture<ScriptedServer> self = new CompletableFuture<>();
    ScriptedServer server =
        ScriptedServer.start(
            connection -> {
              while (connection.readCall()) {
                List<String> calls = self.join().calls();
                switch (procedure(calls.get(calls.size() - 1))) {
                  case kv.PUT_1 -> connection.reply(toPut);
                  case kv.GET_1 -> connection.reply(toGet);
                  default -> connection.reply(toStatus);
                }
              }
            });
    self.complete(server);
    return server;
  }

  private static int procedure(String call) {
    int at = "XID".length() + 8 * (CALL_WORDS_BEFORE_PROCEDURE - 1);
    return Integer.parseInt(call.substring(at, at + 8), 16);
  }

  private static long count(ScriptedServer server, int procedure) {
    return server.calls().stream().filter(call -> procedure(call) == procedure).count();
  }

  /** A STATUS reply of which only the state says something. */
  private static String status(int state) {
    String words = "00000000";
    return ScriptedServer.OK
        + words.repeat(2) // name, release
        + words.repeat(2) // origin
        + words // port
        + words.repeat(2) // uptime
        + String.format("%08x", state)
        + words.repeat(8) // waiting_for to calls_under_way
        + words // calls
        + words.repeat(2) // errors
        + words // peers
        + words.repeat(6) // clock_lead_millis to held_bytes
        + words.repeat(8) // pid to options_hash
        + words.repeat(10) // data
        + words; // failures
  }

  @Test
  void shouldLeaveAReplicaThatAnswersFailedToARead() throws IOException {
    try (ScriptedServer first = replica(FAILED, READ_FAILED, status(kv.REPLICA_SERVING));
        ScriptedServer second = replica(STORED, found("31"), status(kv.REPLICA_SERVING));
        RkvClient client = RkvClient.connect(nameOf(first), nameOf(second))) {
      assertEquals("1", client.get("k").text().orElseThrow());
      assertEquals(PutResult.STORED, client.put("k", "v"));
      assertEquals(nameOf(second), client.replica());
      assertEquals(1, first.calls().size());
    }
  }

  @Test
  void shouldAskOneFurtherReplicaWhenAReadFails() throws IOException {
    try (ScriptedServer first = replica(FAILED, READ_FAILED, status(kv.REPLICA_SERVING));
        ScriptedServer second = replica(FAILED, READ_FAILED, status(kv.REPLICA_SERVING));
        ScriptedServer third = replica(STORED, found("31"), status(kv.REPLICA_SERVING));
        RkvClient client = RkvClient.connect(nameOf(first), nameOf(second), nameOf(third))) {
      AnnouncedFailedException failure =
          assertThrows(AnnouncedFailedException.class, () -> client.get("k"));
      assertEquals(Optional.of(nameOf(second)), failure.replica());
      assertEquals(List.of(), third.calls());
    }
  }

  /** As when a replica is away and the key is not settled: each would answer "failed". */
  @Test
  void shouldStayWhenMovingDoesNotHelp() throws IOException {
    try (ScriptedServer first = replica(FAILED, READ_FAILED, status(kv.REPLICA_SERVING));
        ScriptedServer second = replica(FAILED, READ_FAILED, status(kv.REPLICA_SERVING));
        RkvClient client = RkvClient.connect(nameOf(first), nameOf(second))) {
      for (int i = 0; i < 30; i++) {
        assertThrows(AnnouncedFailedException.class, () -> client.get("k"));
      }
      assertTrue(first.calls().size() + second.calls().size() <= 32, "moved once, or twice");
    }
  }

  @Test
  void shouldStayWithTheOnlyReplica() throws IOException {
    try (ScriptedServer server = replica(FAILED, READ_FAILED, status(kv.REPLICA_CATCHING_UP));
        RkvClient client = RkvClient.connect(nameOf(server))) {
      assertThrows(AnnouncedFailedException.class, () -> client.get("k"));
      assertThrows(AnnouncedFailedException.class, () -> client.put("k", "v"));
      assertEquals(2, server.calls().size());
    }
  }

  /**
   * As of one that starts anew: it answers "failed" to writes, and would for as long as it takes.
   */
  @Test
  void shouldLeaveAReplicaThatSaysThatItDoesNotServe() throws Exception {
    try (ScriptedServer first = replica(FAILED, READ_FAILED, status(kv.REPLICA_CATCHING_UP));
        ScriptedServer second = replica(STORED, found("31"), status(kv.REPLICA_SERVING));
        RkvClient client = RkvClient.connect(nameOf(first), nameOf(second))) {
      AnnouncedFailedException failure =
          assertThrows(AnnouncedFailedException.class, () -> client.put("k", "v"));
      assertEquals(Optional.of(nameOf(first)), failure.replica());
      Eventually.holds("it moves", () -> client.replica().equals(nameOf(second)));
      assertEquals(PutResult.STORED, client.put("k", "v"));
      assertEquals(1, count(first, kv.STATUS_1));
    }
  }

  @Test
  void shouldSendAFailedWriteAgainIfItMayAndTheReplicaDoesNotServe() throws IOException {
    try (ScriptedServer first = replica(FAILED, READ_FAILED, status(kv.REPLICA_CATCHING_UP));
        ScriptedServer second = replica(STORED, found("31"), status(kv.REPLICA_SERVING));
        RkvClient client =
            RkvClient.builder(nameOf(first), nameOf(second)).retryWrites(true).connect()) {
      assertEquals(PutResult.STORED, client.put("k", "v"));
      assertEquals(1, count(first, kv.PUT_1));
    }
  }

  @Test
  void shouldNotSendAFailedWriteAgainWhereTheReplicaServes() throws IOException {
    try (ScriptedServer first = replica(FAILED, READ_FAILED, status(kv.REPLICA_SERVING));
        ScriptedServer second = replica(STORED, found("31"), status(kv.REPLICA_SERVING));
        RkvClient client =
            RkvClient.builder(nameOf(first), nameOf(second)).retryWrites(true).connect()) {
      for (int i = 0; i < 10; i++) {
        assertThrows(AnnouncedFailedException.class, () -> client.put("k", "v"));
      }
      assertEquals(10, count(first, kv.PUT_1));
      assertEquals(List.of(), second.calls());
    }
  }

  @Test
  void shouldSendALostWriteAgainIfItMay() throws IOException {
    try (ScriptedServer first =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  connection.reset();
                });
        ScriptedServer second = replica(STORED, found("31"), status(kv.REPLICA_SERVING));
        RkvClient client =
            RkvClient.builder(nameOf(first), nameOf(second)).retryWrites(true).connect()) {
      assertEquals(PutResult.STORED, client.put("k", "v"));
      assertEquals(first.calls(), second.calls());
    }
  }

  /** The first time may have been applied, whatever is said of the second. */
  @Test
  void shouldSayOfAWriteThatWasSentTwiceWhatMayHaveComeOfBoth() throws IOException {
    String full = ScriptedServer.OK + "00000008";
    try (ScriptedServer first =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  connection.reset();
                });
        ScriptedServer second = replica(full, found("31"), status(kv.REPLICA_SERVING));
        RkvClient client =
            RkvClient.builder(nameOf(first), nameOf(second)).retryWrites(true).connect()) {
      RkvException failure = failureOf(client.putAsync("k", "v"));
      assertInstanceOf(OutcomeUnknownException.class, failure);
      assertEquals(Optional.of(nameOf(first)), failure.replica());
      assertInstanceOf(RefusedException.class, failure.getSuppressed()[0]);
    }
  }

  @Test
  void shouldTakeAReadToTheNextReplicaAfterItsShareOfTheTime() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (ScriptedServer first =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  String toPut = connection.withXid(STORED);
                  connection.readCall();
                  await(mayAnswer);
                  connection.reply(toPut);
                  connection.awaitClose();
                });
        ScriptedServer second = replica(STORED, found("31"), status(kv.REPLICA_SERVING));
        RkvClient client =
            RkvClient.builder(nameOf(first), nameOf(second))
                .timeout(Duration.ofSeconds(4))
                .connect()) {
      CompletableFuture<PutResult> write = client.putAsync("k", "v");
      assertEquals("1", client.get("k").text().orElseThrow(), "in time, at the second");
      mayAnswer.countDown();
      assertEquals(PutResult.STORED, write.get(30, TimeUnit.SECONDS), "it kept its time");
      assertEquals(2, first.calls().size());
    }
  }

  @Test
  void shouldGoHome() throws Exception {
    AtomicBoolean isHomeThere = new AtomicBoolean();
    try (ScriptedServer home =
            ScriptedServer.start(
                connection -> {
                  if (!isHomeThere.getAndSet(true)) {
                    connection.readCall();
                    connection.reset();
                    return;
                  }
                  connection.readCall();
                  connection.reply(status(kv.REPLICA_SERVING));
                  connection.readCall();
                  connection.reply(found("31"));
                  connection.awaitClose();
                });
        ScriptedServer other = replica(STORED, found("32"), status(kv.REPLICA_SERVING));
        RkvClient client =
            RkvClient.builder(nameOf(home), nameOf(other)).homeDelay(SOON).connect()) {
      assertEquals("2", client.get("k").text().orElseThrow());
      Eventually.holds("it is home", () -> client.replica().equals(nameOf(home)));
      assertEquals("1", client.get("k").text().orElseThrow());
    }
  }

  @Test
  void shouldStayAwayWhileTheFirstChoiceDoesNotServe() throws Exception {
    try (ScriptedServer home = replica(FAILED, READ_FAILED, status(kv.REPLICA_CATCHING_UP));
        ScriptedServer other = replica(STORED, found("32"), status(kv.REPLICA_SERVING));
        RkvClient client =
            RkvClient.builder(nameOf(home), nameOf(other)).homeDelay(SOON).connect()) {
      assertEquals("2", client.get("k").text().orElseThrow());
      Eventually.holds("it has asked thrice", () -> count(home, kv.STATUS_1) >= 3);
      assertEquals("2", client.get("k").text().orElseThrow());
      assertEquals(nameOf(other), client.replica());
      assertEquals(1, count(home, kv.GET_1));
    }
  }

  /** A C server knows no STATUS, and serves. */
  @Test
  void shouldGoHomeToAServerThatKnowsNoStatus() throws Exception {
    AtomicBoolean isHomeThere = new AtomicBoolean();
    try (ScriptedServer home =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  if (isHomeThere.getAndSet(true)) {
                    connection.reply(NO_SUCH_PROCEDURE);
                    connection.awaitClose();
                  } else {
                    connection.reset();
                  }
                });
        ScriptedServer other = replica(STORED, found("32"), status(kv.REPLICA_SERVING));
        RkvClient client =
            RkvClient.builder(nameOf(home), nameOf(other)).homeDelay(SOON).connect()) {
      assertEquals("2", client.get("k").text().orElseThrow());
      Eventually.holds("it is home", () -> client.replica().equals(nameOf(home)));
    }
  }

  @Test
  void shouldNotGoHomeWhileACallIsUnderWay() throws Exception {
    CountDownLatch hasAsked = new CountDownLatch(1);
    CompletableFuture<Void> mayAnswer = new CompletableFuture<>();
    AtomicBoolean isHomeThere = new AtomicBoolean();
    try (ScriptedServer home =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  if (!isHomeThere.getAndSet(true)) {
                    connection.reset();
                    return;
                  }
                  connection.reply(status(kv.REPLICA_SERVING));
                  hasAsked.countDown();
                  connection.awaitClose();
                });
        ScriptedServer other =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  mayAnswer.join();
                  connection.reply(found("32"));
                  connection.awaitClose();
                });
        RkvClient client =
            RkvClient.builder(nameOf(home), nameOf(other)).homeDelay(SOON).connect()) {
      CompletableFuture<GetResult> read = client.getAsync("k");
      await(hasAsked);
      assertEquals(nameOf(other), client.replica());
      mayAnswer.complete(null);
      assertEquals("2", read.get(30, TimeUnit.SECONDS).text().orElseThrow());
      Eventually.holds("it is home", () -> client.replica().equals(nameOf(home)));
    }
  }

  @Test
  void shouldBeginAnywhereIfAsked() throws IOException {
    try (ScriptedServer first = replica(STORED, found("31"), status(kv.REPLICA_SERVING));
        ScriptedServer second = replica(STORED, found("32"), status(kv.REPLICA_SERVING))) {
      while (first.lastClient() == null || second.lastClient() == null) {
        RkvClient.builder(nameOf(first), nameOf(second)).randomStart(true).connect().close();
      }
    }
  }
}
