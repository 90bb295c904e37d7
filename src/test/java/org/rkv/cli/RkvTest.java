package org.rkv.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.oncrpc.blocking.ScriptedServer;
import org.rkv.testing.Outcome;

/** What the words of a command line lead to, and what variables change of it. */
@Timeout(60)
final class RkvTest {
  private static final String USAGE = "usage: rkv host (PUT|GET|DEL) key [value]\n";
  private static final String FOUND = ScriptedServer.OK + "00000000 00000001 31000000";
  private static final String FOUND_LINE = "GET: server response: succeeded (0); value=\"1\"\n";
  private static final String STORED = ScriptedServer.OK + "00000000";
  private static final String NOBODY =
      ScriptedServer.OK + "00000001 00000002 64620000 00000001"; // one replica, db

  private static final Map<String, String> WILD =
      Map.of("RKV_HOSTS", ",,'", "RKV_PORT", "99999", "RKV_OPTIONS", "--what 'is this");

  @TempDir private Path directory;
  private Map<String, String> variables = Map.of();
  private Terminals terminals = Terminals.NONE;

  private Outcome run(String... arguments) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Rkv rkv = new Rkv("rkv", Environment.of(variables), out, err, terminals);
    int status = rkv.run(arguments.clone());
    return new Outcome(status, out.toString(ISO_8859_1), err.toString(ISO_8859_1));
  }

  private String wrong(String... arguments) {
    return assertThrows(IllegalArgumentException.class, () -> run(arguments)).getMessage();
  }

  private static String nameOf(ScriptedServer server) {
    return "127.0.0.1:" + server.port();
  }

  @Test
  void shouldPrintTheUsageLineOfTheCClientAlone() throws IOException {
    for (String[] line : List.of(new String[] {}, new String[] {"db"}, new String[] {"db", "x"})) {
      assertEquals(new Outcome(1, "", USAGE), run(line));
    }
    assertEquals(new Outcome(1, "", "bad command\n" + USAGE), run("db", "get", "k"));
  }

  @Test
  void shouldTellAPersonWhatElseThereIs() throws IOException {
    terminals = new Terminals(false, true);
    Outcome outcome = run();
    assertTrue(outcome.stderr().startsWith(USAGE + "       rkv host (REPLICAS|"), outcome::stderr);
    assertTrue(run("db", "Get", "k").stderr().startsWith("bad command\n" + USAGE + "       rkv "));
    assertEquals("usage: rkv host GET key\n", run("db", "GET", "k", "v").stderr());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "help"})
  void shouldShowTheHelpBelowTheUsageLineWhenAskedForIt(String word) throws IOException {
    for (Terminals each : List.of(Terminals.NONE, new Terminals(true, true))) {
      terminals = each;
      Outcome outcome = run(word);
      assertEquals(1, outcome.status());
      assertEquals(USAGE, outcome.stderr());
      assertEquals(run("--help").stdout(), outcome.stdout());
    }
  }

  @Test
  void shouldHaveHelpForEachCommand() throws IOException {
    for (CommandText each : CommandText.values()) {
      String help = run("help", each.word()).stdout();
      assertTrue(help.startsWith("usage: rkv [OPTION...] HOST " + each.synopsis() + "\n"), help);
      assertTrue(help.contains(each.summary()), help);
      assertEquals(help, run("--help", "db", each.word()).stdout());
      assertTrue(help.lines().allMatch(line -> line.length() <= 92), help);
    }
    assertEquals(run("help", "PUT"), run("help", "put"));
    assertEquals("there is no command POT; see rkv --help", wrong("help", "POT"));
  }

  @Test
  void shouldSayWhatACommandOfOursDoesNotTake() throws IOException {
    assertEquals(new Outcome(1, "", "usage: rkv host STATUS\n"), run("db", "STATUS", "k"));
    assertEquals(new Outcome(1, "", "usage: rkv host -\n"), run("db", "-", "k", "v", "w"));
    assertEquals(new Outcome(1, "", "usage: rkv host DUMP\n"), run("db", "DUMP", "k"));
    assertEquals(
        new Outcome(1, "", "usage: rkv host LIST [PREFIX] [--keys-only] [--limit N]\n"),
        run("db", "LIST", "a", "b"));
  }

  @Test
  void shouldRefuseOptionsOfListAndLoadElsewhere() throws IOException {
    String see = "\nsee rkv --help\n";
    String ofList = "rkv: --keys-only and --limit N go with HOST LIST" + see;
    String ofLoad = "rkv: --replace, --keep and --from-line N go with HOST LOAD" + see;
    assertEquals(new Outcome(1, "", ofList), run("--limit", "1", "db", "GET", "k"));
    assertEquals(new Outcome(1, "", ofList), run("db", "STATUS", "--keys-only"));
    assertEquals(new Outcome(1, "", ofLoad), run("db", "LIST", "a", "--replace"));
    assertEquals(
        new Outcome(1, "", "rkv: --replace and --keep exclude each other" + see),
        run("db", "LOAD", "--replace", "--keep"));
    assertEquals(
        new Outcome(1, "", "rkv: --limit and --from-line want a number from 1 on" + see),
        run("db", "LIST", "--limit", "0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"db:0", "db:99999", "db:x", "db:", "[::1]:65536", "db,db:0"})
  void shouldSayThatAPortIsNone(String host) {
    String reason = ": a port is a number from 1 to 65535, behind a host's name or [IPv6 address]";
    assertEquals(host.replace("db,", "") + reason, wrong(host, "GET", "k"));
    assertEquals(host.replace("db,", "") + reason, wrong("--json", host, "REPLICAS"));
  }

  /** What the C client takes, it takes whatever is set. */
  @Test
  void shouldAnswerALineOfTheCClientWhateverTheVariablesAre() throws IOException {
    try (ScriptedServer other = ScriptedServer.answering(FOUND);
        ScriptedServer server = ScriptedServer.answering(STORED)) {
      Map<String, String> valid =
          Map.of(
              "RKV_HOSTS",
              nameOf(other),
              "RKV_PORT",
              "" + other.port(),
              "RKV_OPTIONS",
              "--json --exit-status --no-failover --timeout 1");
      String host = nameOf(server);
      for (Map<String, String> each : List.of(Map.<String, String>of(), WILD, valid)) {
        variables = each;
        assertEquals(
            new Outcome(0, "PUT: server response: succeeded (0)\n", ""),
            run(host, "PUT", "k", "v"));
        assertEquals(
            new Outcome(0, "DEL: server response: succeeded (0)\n", ""), run(host, "DEL", "k"));
        assertEquals(new Outcome(1, "", USAGE), run());
        assertEquals(new Outcome(1, "", "bad command\n" + USAGE), run("db", "get", "k"));
        assertEquals(new Outcome(1, "", "usage: rkv host PUT key value\n"), run("db", "PUT", "k"));
      }
      assertEquals(List.of(), other.calls());
    }
  }

  @Test
  void shouldAskTheHostsOfTheVariableWhereADashStandsForThem() throws IOException {
    try (ScriptedServer server = ScriptedServer.answering(FOUND)) {
      variables = Map.of("RKV_HOSTS", " " + nameOf(server) + "  127.0.0.99 ");
      assertEquals(new Outcome(0, FOUND_LINE, ""), run("-", "GET", "k"));
      assertEquals(new Outcome(0, FOUND_LINE, ""), run("::", "GET", "k"));
      assertEquals("-: RPC: Unknown host\n", run("--no-env", "-", "GET", "k").stderr());
    }
  }

  @Test
  void shouldHeedTheOptionsOfTheVariableForCommandsOfOurs() throws IOException {
    try (ScriptedServer server = ScriptedServer.answering(NOBODY)) {
      String host = nameOf(server);
      String json =
          "{\"command\":\"REPLICAS\",\"replicas\":[{\"name\":\"db\",\"reachable\":true}]}\n";
      String text = "db reachable\n";
      variables = Map.of("RKV_OPTIONS", "--json '--timeout' 3");
      assertEquals(json, run(host, "replicas").stdout());
      assertEquals(json, run("--timeout", "2", host, "REPLICAS").stdout());
      assertEquals("db\n", run("--value-only", host, "REPLICAS").stdout());
      assertEquals(text, run("--no-env", host, "REPLICAS").stdout());
      variables = Map.of("RKV_OPTIONS", "--jsn");
      assertEquals(
          "rkv: RKV_OPTIONS: Unknown option: '--jsn'\nsee rkv --help\n",
          run(host, "REPLICAS").stderr());
      variables = Map.of("RKV_OPTIONS", "--json db");
      assertEquals(
          "rkv: RKV_OPTIONS: db is not an option\nsee rkv --help\n", run(host, "-").stderr());
      variables = Map.of("RKV_OPTIONS", "'--json");
      assertEquals("RKV_OPTIONS: a ' is not closed", wrong(host, "STATUS"));
    }
  }

  @Test
  void shouldSayThatThePortOfTheVariableIsNone() {
    for (String none : List.of("99999", "+20456", " 20456", "0", "9999999999")) {
      String reason = "RKV_PORT is not a port from 1 to 65535: " + none;
      variables = Map.of("RKV_PORT", none);
      assertEquals(reason, wrong("db", "STATUS"));
      assertEquals(reason, wrong("--json", "db", "GET", "k"));
    }
  }

  @Test
  void shouldTakeAValueFromAFile() throws IOException {
    byte[] value = {0, 10, 13, (byte) 0xff, 27, '@'};
    Path file = Files.write(directory.resolve("ü value"), value);
    String name = new String(file.toString().getBytes("UTF-8"), ISO_8859_1);
    try (ScriptedServer server = ScriptedServer.answering(STORED)) {
      assertEquals(0, run("--value-file", name, nameOf(server), "PUT", "k").status());
      assertTrue(server.calls().get(0).endsWith("000000016b000000" + "00000006000a0dff1b400000"));
    }
    assertEquals(
        "--value-file FILE goes with HOST PUT KEY",
        wrong("--value-file", name, "db", "PUT", "k", "v"));
    assertEquals(
        "--value-file FILE goes with HOST PUT KEY", wrong("--value-file", name, "db", "STATUS"));
    assertEquals(
        "--value-file: there is no file /no/such",
        assertThrows(IOException.class, () -> run("--value-file", "/no/such", "db", "PUT", "k"))
            .getMessage());
    Path tooLarge = Files.write(directory.resolve("large"), new byte[(1 << 20) + 1]);
    assertEquals(
        "--value-file: " + tooLarge + " holds more than a value can be, 1048576 bytes",
        assertThrows(
                IOException.class, () -> run("--value-file", tooLarge.toString(), "db", "PUT", "k"))
            .getMessage());
  }
}
