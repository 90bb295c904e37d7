package org.rkv.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rkv.oncrpc.blocking.ScriptedServer;

/** One replica, played by a script: what comes of its answers. */
@Timeout(60)
final class RkvClientTest {
  private static final String OK = ScriptedServer.OK;

  @ParameterizedTest
  @CsvSource({"0, STORED", "7, REPLACED"})
  void shouldSayWhatAPutDid(int code, PutResult expected) throws IOException {
    try (ScriptedServer server = answering(code);
        RkvClient client = connect(server)) {
      PutResult result = client.put("ab", "xyz");
      assertEquals(expected, result);
      assertEquals(code, result.code());
      assertEquals(
          List.of(
              "XID"
                  + "00000000 00000002 0001e240 00000001 00000001".replace(" ", "")
                  + "00000000 00000000 00000000 00000000".replace(" ", "")
                  + "00000002 61620000 00000003 78797a00".replace(" ", "")),
          server.calls());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3, KEY_LENGTH, key is too large",
    "5, VALUE_LENGTH, value is too large",
    "8, CAPACITY, key value store is out of capacity"
  })
  void shouldNotTakeARefusedPutForDone(int code, RefusedException.Limit limit, String text)
      throws IOException {
    try (ScriptedServer server = answering(code);
        RkvClient client = connect(server)) {
      RefusedException refused =
          assertThrows(RefusedException.class, () -> client.put("ab", "xyz"));
      assertEquals(limit, refused.limit());
      assertEquals(code, refused.limit().code());
      assertEquals(nameOf(server) + ": PUT was refused: " + text, refused.getMessage());
      assertInstanceOf(RefusedException.class, failureOf(client.putAsync("ab", "xyz")));
    }
  }

  @Test
  void shouldNotTakeARefusedDelForDone() throws IOException {
    try (ScriptedServer server = answering(3);
        RkvClient client = connect(server)) {
      RefusedException refused = assertThrows(RefusedException.class, () -> client.del("ab"));
      assertEquals(RefusedException.Limit.KEY_LENGTH, refused.limit());
      assertInstanceOf(RefusedException.class, failureOf(client.delAsync("ab")));
    }
  }

  /** A limit that was raised meanwhile, or a store that has room again. */
  @Test
  void shouldAskAgainWhatHasBeenRefused() throws IOException {
    try (ScriptedServer server =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  connection.reply(OK + "00000005");
                  connection.readCall();
                  connection.reply(OK + "00000000");
                  connection.awaitClose();
                });
        RkvClient client = connect(server)) {
      assertThrows(RefusedException.class, () -> client.put("ab", "xyz"));
      assertEquals(PutResult.STORED, client.put("ab", "xyz"));
    }
  }

  @ParameterizedTest
  @CsvSource({"0, DELETED", "4, NOT_FOUND", "5, STORE_EMPTY"})
  void shouldSayWhatADelDid(int code, DelResult expected) throws IOException {
    try (ScriptedServer server = answering(code);
        RkvClient client = connect(server)) {
      assertEquals(expected, client.del("ab"));
      assertEquals(code, expected.code());
    }
  }

  @ParameterizedTest
  @CsvSource({"4, NOT_FOUND", "5, STORE_EMPTY", "3, KEY_TOO_LARGE"})
  void shouldSayWhyAGetFindsNothing(int code, GetResult.Status expected) throws IOException {
    try (ScriptedServer server =
            ScriptedServer.answering(OK + String.format("%08x 00000000", code));
        RkvClient client = connect(server)) {
      GetResult result = client.get("ab");
      assertEquals(expected, result.status());
      assertEquals(code, result.status().code());
      assertTrue(result.bytes().isEmpty());
      assertTrue(result.text().isEmpty());
    }
  }

  @Test
  void shouldGiveTheValueAsBytesAndAsText() throws IOException {
    try (ScriptedServer server =
            ScriptedServer.answering(OK + "00000000 00000003 c3bcff00".replace(" ", ""));
        RkvClient client = connect(server)) {
      GetResult result = client.get("ab");
      assertEquals(GetResult.Status.FOUND, result.status());
      assertArrayEquals(new byte[] {(byte) 0xc3, (byte) 0xbc, (byte) 0xff}, result.bytes().get());
      assertEquals("ü\ufffd", result.text().get());
    }
  }

  @Test
  void shouldTellAnAnnouncedFailureFromAnUnknownOutcome() throws IOException {
    try (ScriptedServer server = answering(1);
        RkvClient client = connect(server)) {
      AnnouncedFailedException failed =
          assertThrows(AnnouncedFailedException.class, () -> client.put("k", "v"));
      assertEquals(nameOf(server) + ": PUT was announced as failed", failed.getMessage());
      assertThrows(AnnouncedFailedException.class, () -> client.del("k"));
    }
  }

  @Test
  void shouldMatchAnswersToCallsByXid() throws Exception {
    try (ScriptedServer server =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  String second = connection.withXid(found("31"));
                  connection.readCall();
                  connection.reply(found("32"));
                  connection.reply(second);
                  connection.awaitClose();
                });
        RkvClient client = connect(server)) {
      CompletableFuture<GetResult> first = client.getAsync("a");
      CompletableFuture<GetResult> second = client.getAsync("b");
      assertEquals("2", second.get().text().get());
      assertEquals("1", first.get().text().get());
    }
  }

  @Test
  void shouldPassOverAnswersToNobody() throws IOException {
    try (ScriptedServer server =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  connection.reply(found("31").replace("XID", "00000000"));
                  connection.reply("XID");
                  connection.reply(found("32"));
                  connection.awaitClose();
                });
        RkvClient client = connect(server)) {
      assertEquals("2", client.get("a").text().get());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'XID 00000001 00000000 00000000 00000000 00000003', Procedure unavailable",
    "'XID 00000001 00000000 00000000 00000000 00000001', Program unavailable",
  })
  void shouldSayWhyACallWasRefused(String reply, String reason) throws IOException {
    try (ScriptedServer server = ScriptedServer.answering(reply);
        RkvClient client = connect(server)) {
      RkvException failure = assertThrows(CallFailedException.class, () -> client.put("k", "v"));
      assertEquals(reason, failure.reason());
      assertEquals(nameOf(server) + ": " + reason, failure.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'XID 00000001 00000000 00000000 00000000 00000005', Remote system error",
    "'XID 00000001 00000000 00000000 00000000 00000000', Can't decode result",
  })
  void shouldNotKnowTheOutcomeOfAWriteWithoutAResult(String reply, String reason)
      throws IOException {
    try (ScriptedServer server = ScriptedServer.answering(reply);
        RkvClient client = connect(server)) {
      OutcomeUnknownException unknown =
          assertThrows(OutcomeUnknownException.class, () -> client.put("k", "v"));
      assertEquals(reason, unknown.reason());
      RkvException failed = assertThrows(CallFailedException.class, () -> client.get("k"));
      assertEquals(reason, failed.reason());
    }
  }

  @Test
  void shouldRefuseTimesThatItCannotKeep() {
    RkvClient.Builder builder = RkvClient.builder("db1");
    for (Duration each :
        List.of(
            Duration.ZERO,
            Duration.ofNanos(999_999),
            Duration.ofMillis(-1),
            Duration.ofDays(25),
            Duration.ofSeconds(Long.MAX_VALUE),
            Duration.ofSeconds(Long.MIN_VALUE))) {
      assertThrows(IllegalArgumentException.class, () -> builder.timeout(each));
      assertThrows(IllegalArgumentException.class, () -> builder.connectTimeout(each));
    }
    builder.timeout(Duration.ofDays(24)).connectTimeout(Duration.ofMillis(1));
  }

  @Test
  void shouldListTheReplicas() throws IOException {
    try (ScriptedServer server =
            ScriptedServer.answering(
                OK + "00000002 00000002 64310000 00000001 00000003 64323200 00000000");
        RkvClient client = connect(server)) {
      assertEquals(
          List.of(new KnownReplica("d1", true), new KnownReplica("d22", false)), client.replicas());
    }
  }

  @Test
  void shouldMakeACallWaitWhenTooManyAreUnderWay() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    AtomicInteger answers = new AtomicInteger();
    try (ScriptedServer server =
            ScriptedServer.start(
                connection -> {
                  while (connection.readCall()) {
                    await(mayAnswer);
                    answers.incrementAndGet();
                    connection.reply(OK + "00000000");
                  }
                });
        RkvClient client = RkvClient.builder(nameOf(server)).maxCalls(2).connect()) {
      client.putAsync("1", "");
      client.putAsync("2", "");
      CompletableFuture<PutResult> third = new CompletableFuture<>();
      AtomicInteger answersWhenItWasMade = new AtomicInteger();
      Thread calling =
          new Thread(
              () -> {
                mayAnswer.countDown();
                CompletableFuture<PutResult> made = client.putAsync("3", "");
                answersWhenItWasMade.set(answers.get());
                made.thenAccept(third::complete);
              });
      calling.start();
      assertEquals(PutResult.STORED, third.get(30, TimeUnit.SECONDS));
      assertTrue(answersWhenItWasMade.get() > 0, "it was made when another one was answered");
    }
  }

  @Test
  void shouldSendNothingForAThreadThatHasBeenInterrupted() throws Exception {
    try (ScriptedServer server = answering(0);
        RkvClient client = connect(server)) {
      Thread.currentThread().interrupt();
      assertThrows(CallFailedException.class, () -> client.put("k", "v"));
      assertTrue(Thread.currentThread().isInterrupted(), "who interrupted it is still heard");
      assertTrue(client.putAsync("k", "v").isCompletedExceptionally());
      assertTrue(Thread.interrupted());

      assertEquals(PutResult.STORED, client.put("k", "v"));
      assertEquals(1, server.calls().size());
    }
  }

  @Test
  void shouldRefuseToBlockItsOwnThread() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (ScriptedServer server =
            ScriptedServer.start(
                connection -> {
                  while (connection.readCall()) {
                    await(mayAnswer);
                    connection.reply(OK + "00000000");
                  }
                });
        RkvClient client = connect(server)) {
      CompletableFuture<PutResult> dependent =
          client.putAsync("1", "").thenApply(result -> putOrFail(client));
      mayAnswer.countDown();
      ExecutionException e = assertThrows(ExecutionException.class, dependent::get);
      assertInstanceOf(IllegalStateException.class, e.getCause());
    }
  }

  private static PutResult putOrFail(RkvClient client) {
    try {
      return client.put("2", "");
    } catch (RkvException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldFailWhatIsUnderWayWhenItIsClosed() throws Exception {
    CountDownLatch bothRead = new CountDownLatch(2);
    try (ScriptedServer server =
        ScriptedServer.start(
            connection -> {
              while (connection.readCall()) {
                bothRead.countDown();
              }
            })) {
      RkvClient client = connect(server);
      CompletableFuture<PutResult> write = client.putAsync("k", "v");
      CompletableFuture<GetResult> read = client.getAsync("k");
      await(bothRead);
      client.close();
      assertInstanceOf(OutcomeUnknownException.class, failureOf(write));
      assertInstanceOf(CallFailedException.class, failureOf(read));
      assertThrows(CallFailedException.class, () -> client.put("k", "v"));
      client.close();
    }
  }

  static RkvException failureOf(CompletableFuture<?> future) {
    return (RkvException)
        assertThrows(ExecutionException.class, () -> future.get(30, TimeUnit.SECONDS)).getCause();
  }

  static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS), "what the test waits for happens");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The reply of a GET that finds one byte. */
  static String found(String byteInHex) {
    return OK + "00000000 00000001 " + byteInHex + "000000";
  }

  static String nameOf(ScriptedServer server) {
    return "127.0.0.1:" + server.port();
  }

  private static ScriptedServer answering(int code) throws IOException {
    return ScriptedServer.answering(OK + String.format("%08x", code));
  }

  private static RkvClient connect(ScriptedServer server) throws IOException {
    return RkvClient.connect(nameOf(server));
  }
}
