package org.rkv.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.rkv.client.RkvClientTest.failureOf;
import static org.rkv.client.RkvClientTest.found;
import static org.rkv.client.RkvClientTest.nameOf;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.oncrpc.blocking.ScriptedServer;
import org.rkv.protocol.KvProgram;
import org.rkv.store.Limits;

/** A client adds next to nothing to what a cluster has to do that cannot do it. */
@Timeout(60)
final class NoHarmTest {
  private static final int READS = 200;
  private static final String FAILED = ScriptedServer.OK + "00000001";
  private static final String SYSTEM_ERR = "XID 00000001 00000000 00000000 00000000 00000005";
  private static final String PUT_CALL =
      "XID" + "00000000 00000002 0001e240 00000001 00000001".replace(" ", "");
  private static final ScriptedServer.Script SILENT = ScriptedServer.Connection::awaitClose;
  private static final ScriptedServer.Script READ_AND_RESET =
      connection -> {
        connection.readCall();
        connection.reset();
      };

  /** As of one that is stopped to be restarted. */
  @Test
  void shouldTakeEveryReadOfAReplicaThatHangsUpToTheNextOnce() throws Exception {
    try (ScriptedServer first =
            ScriptedServer.start(
                connection -> {
                  for (int i = 0; i < READS; i++) {
                    connection.readCall();
                  }
                  connection.reset();
                });
        ScriptedServer second = ScriptedServer.answering(found("31"));
        RkvClient client = RkvClient.connect(nameOf(first), nameOf(second))) {
      assertEquals(READS, answered(read(client)));
      assertEquals(first.calls(), second.calls());
    }
  }

  @Test
  void shouldRepeatNoMoreReadsOfASilentReplicaThanItsBudgetAllows() throws Exception {
    Duration timeout = Duration.ofSeconds(2);
    try (ScriptedServer first = ScriptedServer.start(SILENT);
        ScriptedServer second = ScriptedServer.answering(found("31"));
        RkvClient client =
            RkvClient.builder(nameOf(first), nameOf(second)).timeout(timeout).connect()) {
      List<CompletableFuture<GetResult>> reads = read(client);

      long answered = answered(reads);
      // The answers to the free ones pay for one more, where they come while others are judged:
      // it may be answered too late.
      int repeats = second.calls().size();
      assertTrue(
          repeats == RetryBudget.FREE_REPEATS || repeats == RetryBudget.FREE_REPEATS + 1,
          () -> repeats + " repeats");
      assertTrue(
          answered == repeats || answered == RetryBudget.FREE_REPEATS, () -> answered + " answers");
    }
  }

  @Test
  void shouldNotAskAnotherReplicaWhileTheFirstAnswersOtherCalls() throws Exception {
    try (ScriptedServer first =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  while (connection.readCall()) {
                    connection.reply(found("31"));
                  }
                });
        ScriptedServer second = ScriptedServer.answering(found("32"));
        RkvClient client =
            RkvClient.builder(nameOf(first), nameOf(second))
                .timeout(Duration.ofMillis(500))
                .connect()) {
      CompletableFuture<GetResult> passedOver = client.getAsync("k");

      assertEquals("1", client.get("k").text().get());
      assertEquals("Timed out", failureOf(passedOver).reason());
      assertEquals("1", client.get("k").text().get());
      assertEquals(List.of(), second.calls());
    }
  }

  private static List<CompletableFuture<GetResult>> read(RkvClient client) {
    List<CompletableFuture<GetResult>> reads = new ArrayList<>();
    for (int i = 0; i < READS; i++) {
      reads.add(client.getAsync("k" + i));
    }
    return reads;
  }

  private static int answered(List<CompletableFuture<GetResult>> reads) throws Exception {
    int answered = 0;
    for (CompletableFuture<GetResult> each : reads) {
      try {
        each.get(30, TimeUnit.SECONDS);
        answered++;
      } catch (ExecutionException e) {
        assertInstanceOf(CallFailedException.class, e.getCause());
      }
    }
    return answered;
  }

  @Test
  void shouldWaitBeforeItConnectsAnew() throws IOException {
    try (ScriptedServer server = ScriptedServer.start(READ_AND_RESET);
        RkvClient client = RkvClient.connect(nameOf(server))) {
      long start = System.nanoTime();
      for (int i = 0; i < 2; i++) {
        assertThrows(CallFailedException.class, () -> client.get("k"));
      }

      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      assertEquals(4, server.calls().size());
      assertTrue(millis >= 100, "twice 50 ms at least: " + millis);
    }
  }

  @Test
  void shouldAskOneFurtherReplicaAndNoMore() throws IOException {
    try (ScriptedServer first = ScriptedServer.start(READ_AND_RESET);
        ScriptedServer second = ScriptedServer.start(READ_AND_RESET);
        ScriptedServer third = ScriptedServer.answering(found("31"));
        RkvClient client = RkvClient.connect(nameOf(first), nameOf(second), nameOf(third))) {
      assertThrows(CallFailedException.class, () -> client.get("k"));
      assertEquals(1, first.calls().size());
      assertEquals(1, second.calls().size());
      assertEquals(List.of(), third.calls());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {FAILED, SYSTEM_ERR})
  void shouldStayWhereWritesFail(String answer) throws IOException {
    AtomicInteger connections = new AtomicInteger();
    try (ScriptedServer first =
            ScriptedServer.start(
                connection -> {
                  connections.incrementAndGet();
                  while (connection.readCall()) {
                    connection.reply(answer);
                  }
                });
        ScriptedServer second = ScriptedServer.answering(found("31"));
        RkvClient client = RkvClient.connect(nameOf(first), nameOf(second))) {
      for (int i = 0; i < 30; i++) {
        assertThrows(RkvException.class, () -> client.put("k", "v"));
      }
      assertEquals(1, connections.get());
      assertEquals(30, puts(first));
      assertEquals(answer.equals(FAILED) ? 31 : 30, first.calls().size(), "and one question");
      assertEquals(List.of(), second.calls());
    }
  }

  private static long puts(ScriptedServer server) {
    return server.calls().stream().filter(call -> call.startsWith(PUT_CALL)).count();
  }

  @Test
  void shouldRefuseByItselfWhatNoReplicaTakesWhateverElseIsUnderWay() throws Exception {
    byte[] tooLarge = new byte[KvProgram.MAX_TEXT_BYTES + 1];
    CompletableFuture<Void> refused = new CompletableFuture<>();
    try (ScriptedServer server =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  refused.join();
                  connection.reply(found("31"));
                  connection.awaitClose();
                });
        RkvClient client = RkvClient.connect(nameOf(server))) {
      CompletableFuture<GetResult> underWay = client.getAsync("k");

      assertEquals(
          RefusedException.Limit.VALUE_LENGTH,
          assertThrows(RefusedException.class, () -> client.put(new byte[] {'k'}, tooLarge))
              .limit());
      assertEquals(
          RefusedException.Limit.KEY_LENGTH,
          assertThrows(RefusedException.class, () -> client.put(tooLarge, tooLarge)).limit());
      assertEquals(GetResult.Status.KEY_TOO_LARGE, client.get(tooLarge).status());
      assertEquals(
          RefusedException.Limit.KEY_LENGTH,
          assertThrows(RefusedException.class, () -> client.del(tooLarge)).limit());

      refused.complete(null);
      assertEquals("1", underWay.get(30, TimeUnit.SECONDS).text().get());
      assertEquals(1, server.calls().size());
    }
  }

  @Test
  void shouldKnowTheLongestTextThatAReplicaCanBeToldToTake() {
    Limits most = new Limits(1, Limits.MAX_LENGTH_CEILING);

    assertFalse(most.tooLarge("x".repeat(KvProgram.MAX_TEXT_BYTES)));
    assertTrue(most.tooLarge("x".repeat(KvProgram.MAX_TEXT_BYTES + 1)));
  }
}
