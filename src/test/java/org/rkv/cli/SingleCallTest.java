package org.rkv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.client.Connector;
import org.rkv.oncrpc.blocking.ScriptedServer;

/** One call, when its replica is not there or does not answer, and others may be remembered. */
@Timeout(60)
final class SingleCallTest {
  private static final String FOUND = ScriptedServer.OK + "00000000 00000001 31000000";

  private static final String FAILED = ScriptedServer.OK + "00000001";

  /** The cause, the peer, the text, and how long ago. */
  private static final String BECAUSE =
      ScriptedServer.OK
          + "00000004 61776179 00000001 62000000 00000009 62206973 20617761 79000000"
          + " 00000000 00000001";

  private static final String NO_SUCH_PROCEDURE =
      "XID 00000001 00000000 00000000 00000000 00000003";

  /** What a replica of release 1.0.0 answers to STATUS. */
  private static final String STATUS_OF_RELEASE_100 =
      ScriptedServer.OK
          + "0000000a 3132372e 37372e30 2e310000 00000005 312e302e 30000000 48216a46 "
          + "fc65de17 00006b40 00000000 00017cab 00000002 00000000 00000001 00000000 "
          + "00000000 00000100 00000020 00000002 00000000 0000000e 00000000 00000000 "
          + "00000000 00000001 00000000 00000001 00000000 00000000 00000000 00000000 "
          + "00000000 00000000 00000000 00000000 00000000 00000003 00000000 00000002 "
          + "00000000 00000000 00000000 00000074 00000000 00000008 00000000 00000007 "
          + "00000000 00000001 00000000 0000003a 00000002 0000000a 3132372e 37372e30 "
          + "2e320000 00000001 00000002 00000000 0000029a 00000000 00000000 00000000 "
          + "00000007 0000000a 3132372e 37372e30 2e330000 00000000 00000002 00000000 "
          + "0000127f 00000000 00000000 00000000 00000047";

  private static final String FOUND_LINE = "GET: server response: succeeded (0); value=\"1\"\n";
  private static final String REFUSED = "RPC: Remote system error - Connection refused";
  private static final String RESET = "Unable to receive; errno = Connection reset by peer";
  private static final ScriptedServer.Script READ_AND_RESET =
      connection -> {
        connection.readCall();
        connection.reset();
      };
  private static final ScriptedServer.Script SILENT = ScriptedServer.Connection::awaitClose;
  private static final long NOW = System.currentTimeMillis() / 1000;

  @TempDir private Path directory;
  private ReplicaCache known;
  private Options options = Options.NONE;
  private Printed printed;
  private String gone;

  @BeforeEach
  void findAPortWhereNobodyListens() throws IOException {
    known = new ReplicaCache(directory.resolve("replicas"));
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      gone = "127.0.0.1:" + socket.getLocalPort();
    }
  }

  private int run(String... arguments) throws IOException {
    return run(new Connector(1, 1, 5_000), arguments);
  }

  private int run(Connector connector, String... arguments) throws IOException {
    printed = new Printed(options);
    Session session = new Session("rkv", 1, options, connector, known, printed.console());
    return new ClientCommand(session).run(arguments);
  }

  @Test
  void shouldFailAsTheCClientWhenNothingIsRemembered() throws IOException {
    assertEquals(1, run(gone, "GET", "k"));
    assertEquals("client create failed\n", printed.out());
    assertEquals(gone + ": " + REFUSED + "\n", printed.err());
  }

  @Test
  void shouldSayInWordsBehindTheLineOfTheCClientThatItMayNotCall() throws IOException {
    try (ScriptedServer closed = ScriptedServer.answering(ScriptedServer.TOO_WEAK)) {
      String name = nameOf(closed);
      known.remember(name, List.of(name, gone), NOW);
      assertEquals(1, run(name, "PUT", "k", "v"));
      String why = ": rpc error: RPC: Authentication error; why = Client credential too weak\n";
      assertEquals("PUT" + why + "rkv: " + name + " does not let us write\n", printed.err());
      assertEquals(1, run(name, "GET", "k"));
      assertEquals("GET" + why + "rkv: " + name + " does not let us read\n", printed.err());
      assertEquals("", printed.out());
    }
  }

  @Test
  void shouldAskAReplicaThatTheHostOnceNamed() throws IOException {
    try (ScriptedServer other = ScriptedServer.answering(FOUND)) {
      known.remember(gone, List.of(gone, nameOf(other)), NOW);
      assertEquals(0, run(gone, "GET", "k"));
      assertEquals(FOUND_LINE, printed.out());
      assertEquals(
          "rkv: " + gone + ": " + REFUSED + "; asking " + nameOf(other) + "\n", printed.err());
      assertEquals(1, other.calls().size());
    }
  }

  @Test
  void shouldAskNobodyElseWithoutFailover() throws IOException {
    try (ScriptedServer other = ScriptedServer.answering(FOUND)) {
      known.remember(gone, List.of(nameOf(other)), NOW);
      options = new Options(0, 25_000, false, false, false, false);
      assertEquals(1, run(gone, "GET", "k"));
      assertEquals("client create failed\n", printed.out());
      assertEquals(gone + ": " + REFUSED + "\n", printed.err());
      assertEquals(List.of(), other.calls());
    }
  }

  @Test
  void shouldTrySeveralHostsInOrder() throws IOException {
    try (ScriptedServer other = ScriptedServer.answering(FOUND)) {
      assertEquals(0, run(gone + "," + nameOf(other), "GET", "k"));
      assertEquals(FOUND_LINE, printed.out());
      assertEquals(
          "rkv: " + gone + ": " + REFUSED + "; asking " + nameOf(other) + "\n", printed.err());
    }
  }

  @Test
  void shouldRememberWhatTheReplicaNames() throws IOException {
    String name = "127.0.0.1";
    try (ScriptedServer server =
        ScriptedServer.start(
            connection -> {
              connection.readCall();
              connection.reply(FOUND);
              connection.readCall();
              connection.reply(
                  ScriptedServer.OK + "00000001 00000009 3132372e302e302e31000000 00000001");
              connection.awaitClose();
            })) {
      assertEquals(0, run(nameOf(server), "GET", "k"));
      assertEquals(FOUND_LINE, printed.out());
      assertEquals("", printed.err());
      assertEquals(List.of(name), known.namedBy(nameOf(server)));
    }
  }

  @Test
  void shouldSayThatAReplicaIsOfAnotherReleaseWhenItsStatusCannotBeRead() throws IOException {
    try (ScriptedServer old = ScriptedServer.answering(STATUS_OF_RELEASE_100)) {
      assertEquals(1, run(nameOf(old), "STATUS"));
      assertEquals("", printed.out());
      assertEquals(
          "STATUS: rpc error: RPC: Can't decode result: it is of another release than this"
              + " program; ./kv_r.sh status shows of which\n",
          printed.err());
    }
  }

  @Test
  void shouldNotAskAgainWhatItHasJustHeard() throws IOException {
    try (ScriptedServer server = ScriptedServer.answering(FOUND)) {
      known.remember(nameOf(server), List.of(), NOW);
      assertEquals(0, run(nameOf(server), "GET", "k"));
      assertEquals(1, server.calls().size());
    }
  }

  @Test
  void shouldNotMindAReplicaThatKnowsNoReplicas() throws IOException {
    try (ScriptedServer server =
        ScriptedServer.start(
            connection -> {
              connection.readCall();
              connection.reply(FOUND);
              connection.readCall();
              connection.reply("XID 00000001 00000000 00000000 00000000 00000003");
              connection.awaitClose();
            })) {
      assertEquals(0, run(nameOf(server), "GET", "k"));
      assertEquals("", printed.err());
      assertEquals(List.of(), known.namedBy(nameOf(server)));
      assertEquals(false, known.isStale(nameOf(server), System.currentTimeMillis() / 1000));
    }
  }

  @Test
  void shouldAskElsewhereWhenAReadIsNotAnswered() throws IOException {
    try (ScriptedServer first = ScriptedServer.start(READ_AND_RESET);
        ScriptedServer other = ScriptedServer.answering(FOUND)) {
      known.remember(nameOf(first), List.of(nameOf(other)), NOW);
      assertEquals(0, run(nameOf(first), "GET", "k"));
      assertEquals(FOUND_LINE, printed.out());
      assertEquals(
          "rkv: " + nameOf(first) + ": RPC: " + RESET + "; asking " + nameOf(other) + "\n",
          printed.err());
    }
  }

  @Test
  void shouldSayTheFirstReasonWhenNobodyAnswersARead() throws IOException {
    try (ScriptedServer first = ScriptedServer.start(READ_AND_RESET)) {
      assertEquals(1, run(nameOf(first) + "," + gone, "GET", "k"));
      assertEquals("", printed.out());
      assertEquals("GET: rpc error: RPC: " + RESET + "\n", printed.err());
    }
  }

  @Test
  void shouldNeverSendAWriteTwice() throws IOException {
    try (ScriptedServer first = ScriptedServer.start(READ_AND_RESET);
        ScriptedServer other = ScriptedServer.answering(ScriptedServer.OK + "00000000")) {
      known.remember(nameOf(first), List.of(nameOf(other)), NOW);
      assertEquals(3, run(nameOf(first), "PUT", "k", "v"));
      assertEquals("", printed.out());
      assertEquals(
          "PUT: rpc error: RPC: " + RESET + "\noutcome unknown: the write may have been applied\n",
          printed.err());
      assertEquals(List.of(), other.calls());
    }
  }

  @Test
  void shouldSayOfAWriteWhatTheCClientSaysWhenThereIsOneReplicaOnly() throws IOException {
    try (ScriptedServer only = ScriptedServer.start(READ_AND_RESET)) {
      assertEquals(1, run(nameOf(only), "DEL", "k"));
      assertEquals("DEL: rpc error: RPC: " + RESET + "\n", printed.err());
      options = new Options(0, 25_000, false, false, true, true);
      assertEquals(3, run(nameOf(only), "DEL", "k"));
    }
  }

  @Test
  void shouldTellTroubleAsJson() throws IOException {
    options = new Options(0, 25_000, true, false, false, true);
    assertEquals(1, run(gone, "GET", "k"));
    assertEquals(
        "{\"command\":\"GET\",\"key\":\"k\",\"error\":"
            + "\"Remote system error - Connection refused\"}\n",
        printed.out());
    try (ScriptedServer only = ScriptedServer.start(READ_AND_RESET)) {
      assertEquals(3, run(nameOf(only), "PUT", "k", "v"));
      assertEquals(
          "{\"command\":\"PUT\",\"key\":\"k\",\"error\":\""
              + RESET
              + "\",\"outcome\":\"unknown\"}\n",
          printed.out());
    }
  }

  private static ScriptedServer.Script inTurn(String... replies) {
    return connection -> {
      for (String reply : replies) {
        connection.readCall();
        connection.reply(reply);
      }
      connection.awaitClose();
    };
  }

  @Test
  void shouldAskWhyAWriteHasFailedIfItIsToExplain() throws IOException {
    options = Options.NONE.explaining();
    try (ScriptedServer server = ScriptedServer.start(inTurn(FAILED, BECAUSE))) {
      assertEquals(0, run(nameOf(server), "PUT", "k", "v"));
      assertEquals("PUT: server response: failed (1)\n", printed.out());
      assertEquals("rkv: PUT: b is away\n", printed.err());
    }
  }

  @Test
  void shouldTellWhyAsJson() throws IOException {
    options = new Options(0, 25_000, true, false, false, false);
    try (ScriptedServer server = ScriptedServer.start(inTurn(FAILED, BECAUSE))) {
      assertEquals(0, run(nameOf(server), "PUT", "k", "v"));
      assertEquals(
          "{\"command\":\"PUT\",\"key\":\"k\",\"code\":1,\"text\":\"failed\","
              + "\"cause\":\"away\",\"peer\":\"b\",\"reason\":\"b is away\"}\n",
          printed.out());
      assertEquals("", printed.err());
    }
  }

  @Test
  void shouldDoWithoutTheReasonWhereTheReplicaDoesNotKnowIt() throws IOException {
    options = Options.NONE.explaining();
    try (ScriptedServer server = ScriptedServer.start(inTurn(FAILED, NO_SUCH_PROCEDURE))) {
      assertEquals(0, run(nameOf(server), "DEL", "k"));
      assertEquals("DEL: server response: failed (1)\n", printed.out());
      assertEquals("", printed.err());
    }
  }

  @Test
  void shouldWriteNothingButTheValue() throws IOException {
    options = new Options(0, 25_000, false, true, false, true);
    try (ScriptedServer server = ScriptedServer.answering(FOUND)) {
      assertEquals(0, run(nameOf(server), "GET", "k"));
      assertEquals("1", printed.out());
      assertEquals("", printed.err());
    }
    try (ScriptedServer server =
        ScriptedServer.answering(ScriptedServer.OK + "00000004 00000000")) {
      assertEquals(0, run(nameOf(server), "GET", "k"));
      assertEquals("", printed.out());
      assertEquals("GET: server response: key is not found (4)\n", printed.err());
    }
  }

  @Test
  void shouldCallEveryReplicaAtThePortThatWasAskedFor() throws IOException {
    try (ScriptedServer server = ScriptedServer.answering(FOUND)) {
      options = new Options(server.port(), 25_000, false, false, false, true);
      assertEquals(0, run("127.0.0.1", "GET", "k"));
      assertEquals(FOUND_LINE, printed.out());
    }
  }

  /** It is called within the time that was given for everything, and not when that is over. */
  @Test
  void shouldMoveOnFromAFrozenReplicaWithinTheTime() throws IOException {
    options = new Options(0, 3_000, false, false, false, true);
    try (ScriptedServer frozen = ScriptedServer.start(SILENT);
        ScriptedServer other = ScriptedServer.answering(FOUND)) {
      long begin = System.nanoTime();
      assertEquals(0, run(nameOf(frozen) + "," + nameOf(other), "GET", "k"));
      assertTrue(millisSince(begin) < 3_000, "before the time is over");
      assertEquals(FOUND_LINE, printed.out());
      assertEquals(
          "rkv: " + nameOf(frozen) + ": RPC: Timed out; asking " + nameOf(other) + "\n",
          printed.err());
    }
  }

  @Test
  void shouldNotGiveAWriteLessTimeForTheSakeOfOthers() throws IOException {
    options = new Options(0, 1_000, false, false, false, true);
    try (ScriptedServer frozen = ScriptedServer.start(SILENT);
        ScriptedServer other = ScriptedServer.answering(FOUND)) {
      long begin = System.nanoTime();
      assertEquals(3, run(nameOf(frozen) + "," + nameOf(other), "DEL", "k"));
      assertTrue(millisSince(begin) >= 990, "all of the time");
      assertEquals(List.of(), other.calls());
    }
  }

  /** Slow replicas must not get more to do for it, as they would if each were asked in turn. */
  @Test
  void shouldAskNoThirdReplicaWhenTwoLeaveAReadUnanswered() throws IOException {
    options = new Options(0, 1_000, false, false, false, true);
    try (ScriptedServer first = ScriptedServer.start(SILENT);
        ScriptedServer second = ScriptedServer.start(READ_AND_RESET);
        ScriptedServer third = ScriptedServer.answering(FOUND)) {
      String hosts = nameOf(first) + "," + gone + "," + nameOf(second) + "," + nameOf(third);
      assertEquals(1, run(hosts, "GET", "k"));
      assertEquals(1, second.calls().size());
      assertEquals(List.of(), third.calls());
      assertTrue(printed.err().endsWith("GET: rpc error: RPC: Timed out\n"), printed.err());
    }
  }

  @Test
  void shouldTakeNoLongerThanTheTimeForASilentPortmapperAndAFrozenReplica() throws IOException {
    options = new Options(0, 1_500, false, false, false, true);
    try (ScriptedServer silent = ScriptedServer.start(SILENT);
        ScriptedServer frozen = ScriptedServer.start(SILENT)) {
      long begin = System.nanoTime();
      assertEquals(
          1, run(new Connector(frozen.port(), silent.port(), 1_500), "127.0.0.1", "GET", "k"));
      long millis = millisSince(begin);
      assertTrue(millis < 2_200, millis + " ms, and not once for each of them");
      assertEquals("GET: rpc error: RPC: Timed out\n", printed.err());
    }
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  private static String nameOf(ScriptedServer server) {
    return "127.0.0.1:" + server.port();
  }
}
