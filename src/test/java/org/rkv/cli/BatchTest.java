package org.rkv.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.client.Connector;
import org.rkv.client.RkvClient;
import org.rkv.client.RkvException;
import org.rkv.oncrpc.blocking.ScriptedServer;
import org.rkv.testing.Eventually;

@Timeout(60)
final class BatchTest {
  private static final String STORED = ScriptedServer.OK + "00000000";
  private static final String STORED_LINE = "PUT: server response: succeeded (0)\n";

  private Options options = Options.NONE;
  private Terminals terminals = Terminals.NONE;
  private Printed printed;

  private int run(ScriptedServer server, String input) throws IOException {
    return run(server, null, new ByteArrayInputStream(input.getBytes(ISO_8859_1)));
  }

  /** Runs a batch at a server, with another one to go to, or null. */
  private int run(ScriptedServer server, ScriptedServer other, InputStream in) throws IOException {
    printed = new Printed(options, terminals);
    Console console = printed.console().escaping().buffered();
    Connector connector = new Connector(1, 1, 5_000);
    Session session = new Session("rkv", 1, options, connector, new ReplicaCache(null), console);
    try (ReplicaInUse replica =
        new ReplicaInUse(
            connect(server),
            givenUp -> other == null ? null : connect(other),
            console,
            options.timeoutMillis())) {
      return new Batch(replica, in, session, new Progress(console, false)).run();
    }
  }

  private RkvClient connect(ScriptedServer server) throws RkvException {
    return RkvClient.builder(nameOf(server))
        .timeout(Duration.ofMillis(options.timeoutMillis()))
        .connect();
  }

  private static String nameOf(ScriptedServer server) {
    return "127.0.0.1:" + server.port();
  }

  @Test
  void shouldAnswerEveryLineInOrder() throws IOException {
    int lines = 10_000;
    try (ScriptedServer server = ScriptedServer.answering(STORED)) {
      assertEquals(0, run(server, "PUT key value\n".repeat(lines)));
      assertEquals(STORED_LINE.repeat(lines), printed.out());
      assertEquals("", printed.err());
      assertEquals(lines, server.calls().size());
    }
  }

  @Test
  void shouldNameAWrongLineAndGoOn() throws IOException {
    try (ScriptedServer server = ScriptedServer.answering(STORED)) {
      String input =
          "# a comment\n\nPUT a b\npot a b\nPUT a\nGET 'a\nDEL a b\n   \nPUT 'a b' \"c d\"";
      assertEquals(1, run(server, input));
      assertEquals(STORED_LINE.repeat(2), printed.out());
      assertEquals(
          "line 4: bad command\n"
              + "line 5: usage: PUT key value\n"
              + "line 6: a ' is not closed\n"
              + "line 7: usage: DEL key\n",
          printed.err());
      assertTrue(server.calls().get(1).endsWith("0000000361206200" + "0000000363206400"));
    }
  }

  @Test
  void shouldSayInWordsThatItMayNotCall() throws IOException {
    try (ScriptedServer closed = ScriptedServer.answering(ScriptedServer.TOO_WEAK)) {
      assertEquals(1, run(closed, "PUT a b\nGET a\n"));
      String why = ": rpc error: RPC: Authentication error; why = Client credential too weak\n";
      String name = nameOf(closed);
      assertEquals(
          ("line 1: PUT" + why + "line 1: " + name + " does not let us write\n")
              + ("line 2: GET" + why + "line 2: " + name + " does not let us read\n"),
          printed.err());
      assertEquals("", printed.out());
    }
  }

  /** It takes another connection, and says nothing there, as one that is frozen since. */
  @Test
  void shouldDoWithoutReasonsWhereNobodyTells() throws IOException {
    options = Options.NONE.explaining();
    try (ScriptedServer server = ScriptedServer.answering(ScriptedServer.OK + "00000001")) {
      assertEquals(0, run(server, "PUT a b\n".repeat(100)));
      assertEquals("PUT: server response: failed (1)\n".repeat(100), printed.out());
      assertEquals("", printed.err());
    }
  }

  @Test
  void shouldTakeCommandsInLowerCaseToo() throws IOException {
    try (ScriptedServer server = ScriptedServer.answering(STORED)) {
      assertEquals(0, run(server, "put a b\nDel a\n"));
      assertEquals(STORED_LINE + "DEL: server response: succeeded (0)\n", printed.out());
    }
  }

  @Test
  void shouldNumberWrongLinesAndNameEachCommandAsJson() throws IOException {
    options = new Options(0, 25_000, true, false, false, true);
    try (ScriptedServer server = ScriptedServer.answering(STORED)) {
      assertEquals(1, run(server, "PUT a b\nPUT a\nSTATUS x\nhelp get\nDEL a\n"));
      assertEquals(
          "{\"command\":\"PUT\",\"key\":\"a\",\"code\":0,\"text\":\"succeeded\"}\n"
              + "{\"line\":2,\"error\":\"usage: PUT key value\"}\n"
              + "{\"line\":3,\"error\":\"usage: STATUS\"}\n"
              + "{\"command\":\"HELP\",\"text\":\"GET KEY",
          printed.out().replaceAll("(?s)(GET KEY).*", "$1"));
      assertTrue(
          printed
              .out()
              .endsWith("{\"command\":\"DEL\",\"key\":\"a\",\"code\":0,\"text\":\"succeeded\"}\n"),
          printed.out());
    }
  }

  @Test
  void shouldTellTroubleAsJson() throws IOException {
    options = new Options(0, 25_000, true, false, false, true);
    try (ScriptedServer server =
        ScriptedServer.start(
            connection -> {
              connection.readCall();
              connection.reset();
            })) {
      assertEquals(3, run(server, "PUT a b\n"));
      assertEquals(
          "{\"line\":1,\"command\":\"PUT\",\"key\":\"a\","
              + "\"error\":\"Unable to receive; errno = Connection reset by peer\","
              + "\"outcome\":\"unknown\"}\n",
          printed.out());
    }
  }

  @Test
  void shouldListTheCommands() throws IOException {
    try (ScriptedServer server = ScriptedServer.answering(STORED)) {
      assertEquals(0, run(server, "HELP\n"));
      for (String word : TurnCommand.allWords()) {
        assertTrue(printed.out().contains(word) || word.equals("exit"), word);
      }
    }
  }

  /** As one that is stopped: it takes what is sent, and says nothing. */
  @Test
  void shouldMoveOnFromAFrozenReplicaWithinTheTime() throws IOException {
    options = new Options(0, 3_000, false, false, false, true);
    String input = "PUT a b\nGET a\nGET a\n";
    try (ScriptedServer frozen =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  connection.reply(STORED);
                  connection.awaitClose();
                });
        ScriptedServer other =
            ScriptedServer.answering(ScriptedServer.OK + "00000000 00000001 31000000")) {
      long begin = System.nanoTime();
      assertEquals(0, run(frozen, other, new ByteArrayInputStream(input.getBytes(ISO_8859_1))));
      assertTrue(System.nanoTime() - begin < 3_000_000_000L, "before the time is over");
      assertEquals(
          STORED_LINE + "GET: server response: succeeded (0); value=\"1\"\n".repeat(2),
          printed.out());
      assertEquals(
          "rkv: " + nameOf(frozen) + ": RPC: Timed out; asking " + nameOf(other) + "\n",
          printed.err());
      assertEquals(2, other.calls().size());
    }
  }

  /** Replicas that are slow get no more to do for it. */
  @Test
  void shouldRepeatNoMoreThanAFewReads() throws IOException {
    options = new Options(0, 1_000, false, false, false, true);
    String input = "GET a\n".repeat(100);
    try (ScriptedServer frozen = ScriptedServer.start(ScriptedServer.Connection::awaitClose);
        ScriptedServer other =
            ScriptedServer.answering(ScriptedServer.OK + "00000000 00000001 31000000")) {
      assertEquals(1, run(frozen, other, new ByteArrayInputStream(input.getBytes(ISO_8859_1))));
      assertEquals(11, other.calls().size());
      assertTrue(
          printed.err().endsWith("line 100: GET: rpc error: RPC: Timed out\n"), printed.err());
    }
  }

  @Test
  void shouldSayThatAnotherReplicaIsAsked() throws IOException {
    printed = new Printed(options);
    try (ScriptedServer first =
            ScriptedServer.start(
                connection -> {
                  connection.readCall();
                  connection.reset();
                });
        ScriptedServer second = ScriptedServer.answering(ScriptedServer.OK + "00000004 00000000");
        ReplicaInUse replica =
            new ReplicaInUse(
                RkvClient.connect(nameOf(first), nameOf(second)),
                givenUp -> null,
                printed.console(),
                25_000)) {
      InputStream in = new ByteArrayInputStream("GET a\n".getBytes(ISO_8859_1));
      Connector connector = new Connector(1, 1, 5_000);
      Session session =
          new Session("rkv", 1, options, connector, new ReplicaCache(null), printed.console());
      assertEquals(
          0, new Batch(replica, in, session, new Progress(printed.console(), false)).run());
      assertEquals(
          "rkv: left " + nameOf(first) + "; asking " + nameOf(second) + "\n", printed.err());
    }
  }

  @Test
  void shouldPrintTheAnswersOfSingleCalls() throws IOException {
    try (ScriptedServer server =
        ScriptedServer.start(
            connection -> {
              connection.readCall();
              connection.reply(ScriptedServer.OK + "00000000 00000001 ff000000");
              connection.readCall();
              connection.reply(ScriptedServer.OK + "00000004 00000000");
              connection.readCall();
              connection.reply(ScriptedServer.OK + "00000001");
              connection.readCall();
              connection.reply(ScriptedServer.OK + "00000005");
              connection.awaitClose();
            })) {
      options = new Options(0, 25_000, false, false, true, true);
      assertEquals(5, run(server, "GET a\nGET b\nPUT a b\nDEL a\n"));
      assertEquals(
          "GET: server response: succeeded (0); value=\"\u00ff\"\n"
              + "GET: server response: key is not found (4)\n"
              + "PUT: server response: failed (1)\n"
              + "DEL: server response: key value store is empty (5)\n",
          printed.out());
    }
  }

  @Test
  void shouldShowTheControlCharactersOfValuesOnATerminalOnly() throws IOException {
    String value = ScriptedServer.OK + "00000000 00000004 1b5b326a";
    String shown = "GET: server response: succeeded (0); value=\"%s[2j\"\n";
    try (ScriptedServer server = ScriptedServer.answering(value)) {
      run(server, "GET a\n");
      assertEquals(String.format(shown, "\u001b"), printed.out());
      terminals = new Terminals(true, true);
      run(server, "GET a\n\u001b[2j\n");
      assertEquals(String.format(shown, "\\x1b"), printed.out());
      options = new Options(0, 25_000, false, true, false, true);
      run(server, "GET a\n");
      assertEquals("\\x1b[2j", printed.out());
      options = new Options(0, 25_000, false, false, false, true, true, EntryOptions.NONE);
      run(server, "GET a\n");
      assertEquals(String.format(shown, "\u001b"), printed.out());
    }
  }

  @Test
  void shouldPrintARefusalAsASingleCallDoes() throws IOException {
    try (ScriptedServer server = ScriptedServer.answering(ScriptedServer.OK + "00000008")) {
      options = new Options(0, 25_000, false, false, true, true);
      assertEquals(ExitStatus.REFUSED, run(server, "PUT a b\n"));
      assertEquals("PUT: server response: key value store is out of capacity (8)\n", printed.out());
      assertEquals("", printed.err());
    }
  }

  @Test
  void shouldSayWhichOutcomesAreUnknown() throws IOException {
    try (ScriptedServer server =
        ScriptedServer.start(
            connection -> {
              connection.readCall();
              connection.reply(STORED);
              connection.readCall();
              connection.reset();
            })) {
      assertEquals(3, run(server, "PUT a b\nPUT c d\n"));
      assertEquals(STORED_LINE, printed.out());
      assertEquals(
          "line 2: PUT: rpc error: RPC: Unable to receive; errno = Connection reset by peer\n"
              + "line 2: outcome unknown: the write may have been applied\n",
          printed.err());
    }
  }

  @Test
  void shouldStopWhenThereIsNoReplicaAnyMore() throws IOException {
    CompletableFuture<ScriptedServer> itself = new CompletableFuture<>();
    try (ScriptedServer server =
        ScriptedServer.start(
            connection -> {
              connection.readCall();
              itself.join().stopListening();
              connection.reset();
            })) {
      itself.complete(server);
      assertEquals(1, run(server, "GET a\n".repeat(100_000)));
      assertEquals("", printed.out());
      assertTrue(
          printed
              .err()
              .startsWith("line 1: not sent: RPC: Remote system error - Connection refused\n"),
          printed.err());
      assertTrue(printed.err().length() < 1000, "not a line for each line");
    }
  }

  /** As a program does that talks to rkv through two pipes. */
  @Test
  void shouldAnswerBeforeTheNextLineComes() throws Exception {
    printed = new Printed(options);
    try (ScriptedServer server = ScriptedServer.answering(STORED);
        PipedOutputStream out = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(out)) {
      CompletableFuture<Integer> status =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return run(server, null, in);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      for (int i = 1; i <= 3; i++) {
        out.write("PUT a b\n".getBytes(ISO_8859_1));
        out.flush();
        String answers = STORED_LINE.repeat(i);
        Eventually.until("it is answered", () -> printed.out().equals(answers), printed::out);
      }
      out.close();
      assertEquals(0, status.get(30, TimeUnit.SECONDS));
    }
  }
}
