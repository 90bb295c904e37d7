package org.rkv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.KvrShell.Outcome;
import org.rkv.client.RkvClient;
import org.rkv.replica.ReplicaFile;
import org.rkv.replica.ReplicaName;
import org.rkv.store.Limits;
import org.rkv.testing.Eventually;
import org.rkv.testing.FreePort;
import org.rkv.testing.OtherProcess;

/** Stories of an operator with {@code kv_r.sh}, five real replicas on 127.0.0.1 to 127.0.0.5. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KvrShellIT {
  private static final List<String> FIVE =
      List.of("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5");

  /** Below the 25 s of a call to a replica that does not answer; a quiet machine needs 3 s. */
  private static final long STATUS_MILLIS = 20_000;

  @TempDir Path temporary;

  private KvrShell shell;

  @BeforeEach
  void installInADirectoryWithASpace() throws IOException {
    Path directory = Files.createDirectories(temporary.resolve("my key values")).toRealPath();
    shell = KvrShell.install(directory);
  }

  @AfterEach
  void leaveNoProcess() throws Exception {
    shell.killAll();
  }

  @Test
  void shouldStartFiveAndPrintATable() throws Exception {
    shell.unset("RKV_JAVA_OPTS");
    Outcome outcome = shell.run();

    assertEquals(0, outcome.status(), outcome::toString);
    assertEquals(
        List.of(
            "REPLICA",
            "ADDRESS",
            "PID",
            "STATE",
            "ENTRIES",
            "UNSETTLED",
            "PEERS",
            "WRITES",
            "UPTIME",
            "DATA",
            "LOG",
            "REASON"),
        List.of(outcome.lines().get(0).split(" +", -1)));
    for (String replica : FIVE) {
      List<String> row = outcome.row(replica);
      assertEquals(replica + ":" + shell.port(), row.get(1));
      assertEquals(shell.pid(replica), Long.parseLong(row.get(2)));
      assertEquals("serving", row.get(3));
      assertEquals(List.of("0", "0", "4/4", "ok"), row.subList(4, 8));
      assertTrue(row.get(8).matches("[0-9]+s"), row::toString);
      assertEquals(List.of("memory", "target/run/" + replica + ".log", "-"), row.subList(9, 12));
      shell.connect(replica);
    }
    assertEquals(5, shell.replicaProcesses().size());
    assertEquals(0, shell.run("status").status());
  }

  @Test
  void shouldSayAlreadyRunningTheSecondTime() throws Exception {
    shell.run("start");
    List<Long> pids = shell.pids(FIVE);
    Outcome again = shell.run("start");

    assertEquals(0, again.status(), again::toString);
    assertTrue(again.out().contains("127.0.0.4: already running (pid " + pids.get(3) + ")"));
    assertEquals(pids, shell.pids(FIVE));
    assertEquals(5, shell.replicaProcesses().size());
  }

  @Test
  void shouldStartEachOnceWhenTwoStartAtTheSameMoment() throws Exception {
    Process first = shell.begin("start");
    Process second = shell.begin("start");

    Outcome one = KvrShell.await(first);
    Outcome other = KvrShell.await(second);
    assertEquals(0, one.status(), one::toString);
    assertEquals(0, other.status(), other::toString);
    assertEquals(5, shell.replicaProcesses().size());
  }

  /** Where Linux shares the processors out among sessions, five would starve their clients'. */
  @Test
  void shouldStartAllInOneSessionThatIsNotTheTerminals() throws Exception {
    assertEquals(0, shell.run("start").status());
    Set<Long> sessions = new HashSet<>();
    for (long pid : shell.pids(FIVE)) {
      sessions.add(KvrShell.sessionOf(pid));
    }

    assertEquals(1, sessions.size(), sessions::toString);
    assertFalse(sessions.contains(KvrShell.sessionOf(ProcessHandle.current().pid())));
  }

  /**
   * A redirection that fails at the special builtin ":" ends dash; no other replica was started.
   */
  @Test
  void shouldStartTheOthersWhenOneLogCannotBeWritten() throws Exception {
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    Files.createDirectories(shell.runFile("127.0.0.1.log")); // root may write to any file
    assertRefused(1, "not all could be launched", shell.run("start"));

    Eventually.until(
        "the other runs",
        () -> shell.replicaProcesses().equals(shell.pids(List.of("127.0.0.2"))),
        shell::replicaProcesses);
  }

  @Test
  void shouldLeaveNoProcessAfterStop() throws Exception {
    shell.run("start");
    Outcome stop = shell.run("stop");

    assertEquals(0, stop.status(), stop::toString);
    for (String replica : FIVE) {
      assertTrue(stop.lines().contains(replica + ": stopped"), stop::toString);
      assertFalse(Files.exists(shell.runFile(replica + ".pid")));
    }
    assertEquals(List.of(), shell.replicaProcesses());

    Outcome status = shell.run("status");
    assertEquals(1, status.status());
    assertEquals("stopped", status.row("127.0.0.1").get(3));
    assertEquals("-", status.row("127.0.0.1").get(2));
  }

  @Test
  void shouldNotMindStoppingTwice() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.run("start", "127.0.0.1");
    shell.run("stop");
    Outcome again = shell.run("stop");

    assertEquals(0, again.status(), again::toString);
    assertEquals("127.0.0.1: not running", again.lines().get(0));
  }

  @Test
  void shouldStartAndStopOnlyTheOnesNamed() throws Exception {
    shell.run("start");
    assertEquals(0, shell.run("stop", "127.0.0.2", "127.0.0.3").status());
    assertEquals(3, shell.replicaProcesses().size());

    Outcome start = shell.run("start", "127.0.0.2", "127.0.0.3", "127.0.0.2");
    assertEquals(0, start.status(), start::toString);
    assertEquals(3, start.lines().size(), start::toString);
    assertEquals(5, shell.replicaProcesses().size());

    assertEquals(0, shell.run("stop", "127.0.0.3").status());
    assertEquals(4, shell.replicaProcesses().size());
    Outcome status = shell.run("status", "127.0.0.2");
    assertEquals("127.0.0.3", status.row("127.0.0.2").get(7), status::toString);
    assertEquals(1, status.status(), "it serves, and writes fail");
    assertEquals(1, shell.run("status").status());
  }

  @Test
  void shouldBringBackOnlyTheOneThatWasKilled() throws Exception {
    shell.run("start");
    List<Long> others = shell.pids(List.of("127.0.0.1", "127.0.0.2", "127.0.0.4", "127.0.0.5"));
    long killed = shell.pid("127.0.0.3");
    shell.kill("127.0.0.3");

    Outcome status = shell.run("status");
    assertEquals(1, status.status());
    assertEquals("failed", status.row("127.0.0.3").get(3));
    assertEquals("serving", status.row("127.0.0.4").get(3));

    Outcome start = shell.run("start");
    assertEquals(0, start.status(), start::toString);
    assertEquals("serving", start.row("127.0.0.3").get(3));
    assertNotEquals(killed, shell.pid("127.0.0.3"));
    assertEquals(others, shell.pids(List.of("127.0.0.1", "127.0.0.2", "127.0.0.4", "127.0.0.5")));
    assertEquals(5, shell.replicaProcesses().size());
  }

  @Test
  void shouldGiveEachANewProcessAtARestart() throws Exception {
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    shell.run("start", "127.0.0.1", "127.0.0.2");
    List<Long> before = shell.pids(List.of("127.0.0.1", "127.0.0.2"));
    Outcome restart = shell.run("restart", "127.0.0.2");

    assertEquals(0, restart.status(), restart::toString);
    assertEquals(before.get(0), shell.pid("127.0.0.1"));
    assertNotEquals(before.get(1), shell.pid("127.0.0.2"));
    assertEquals(2, shell.replicaProcesses().size());
  }

  @Test
  void shouldTryARestartBeforeAnythingStopsAndLeaveOneThatHoldsTheValues() throws Exception {
    List<String> three = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");
    shell.writeReplicaFile(String.join(" ", three));
    shell.run("start");
    put("k", "v");
    List<Long> before = shell.pids(three);

    shell.environment("RKV_OPTS", "--no-portmapper --capcity 1000");
    assertRefused(1, "Unknown options: '--capcity', '1000'", shell.run("restart"));
    shell.environment("RKV_OPTS", "--no-portmapper --capacity 1000");
    Outcome limits = shell.run("restart", "127.0.0.2");
    assertRefused(1, "replica 127.0.0.3 would not admit this one: its capacity", limits);
    assertRefused(1, "changed with --all-at-once", limits);
    assertEquals(before, shell.pids(three), "none was stopped");

    shell.environment("RKV_OPTS", "--no-portmapper");
    shell.run("stop", "127.0.0.3");
    List<Long> two = shell.pids(List.of("127.0.0.1", "127.0.0.2"));
    Outcome rest = shell.run("restart");
    assertRefused(1, "127.0.0.3 does not run, and is left out", rest);
    assertTrue(Collections.disjoint(two, shell.replicaProcesses()), rest::toString);
    assertEquals("v", get("k"));

    shell.run("stop", "127.0.0.2");
    List<Long> last = shell.replicaProcesses();
    String only = "127.0.0.1 is the only one that serves the values";
    assertRefused(1, only, shell.run("restart", "127.0.0.1"));
    assertRefused(1, only, shell.run("stop", "127.0.0.1"));
    assertEquals(last, shell.replicaProcesses());
  }

  /** The new Java passes every trial, and serves nothing. */
  @Test
  void shouldPutBackTheFirstThatDoesNotServeAgain() throws Exception {
    List<String> two = List.of("127.0.0.1", "127.0.0.2");
    shell.writeReplicaFile(String.join(" ", two));
    shell.run("start");
    put("k", "v");
    List<Long> before = shell.pids(two);
    String java = OtherProcess.argumentsOf(before.get(0)).get(0);
    shell.environment("JAVA_HOME", javaThat("*--check* | *Control*) ;; *) exec sleep 100 ;;"));
    shell.environment("RKV_START_SECONDS", "3");
    Outcome restart = shell.run("restart");

    assertEquals(1, restart.status(), restart::toString);
    assertTrue(restart.out().contains("127.0.0.1 did not come back"), restart::toString);
    assertTrue(
        restart.out().contains("it serves with those that it had before"), restart::toString);
    assertTrue(restart.err().contains("restarted: none; not restarted: 127.0.0.1, 127.0.0.2"));
    assertEquals(java, OtherProcess.argumentsOf(shell.pid("127.0.0.1")).get(0));
    assertNotEquals(before.get(0), shell.pid("127.0.0.1"));
    assertEquals(before.get(1), shell.pid("127.0.0.2"));
    assertEquals("v", get("k"));
  }

  @Test
  void shouldFinishTheOneUnderWayWhenInterruptedAndGoOnLater() throws Exception {
    List<String> three = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");
    shell.writeReplicaFile(String.join(" ", three));
    shell.run("start");
    put("k", "v");
    List<Long> before = shell.pids(three);
    Process restart = shell.begin("restart");
    Eventually.until(
        "the first is stopped",
        () -> !shell.replicaProcesses().contains(before.get(0)),
        shell::replicaProcesses);
    OtherProcess.signal("INT", restart.pid());
    Outcome interrupted = KvrShell.await(restart);

    String states = "restarted: 127.0.0.1; not restarted: 127.0.0.2, 127.0.0.3";
    assertRefused(130, states, interrupted);
    assertNotEquals(before.get(0), shell.pid("127.0.0.1"));
    assertEquals(before.subList(1, 3), shell.pids(three).subList(1, 3));
    List<Long> between = shell.pids(three);

    Process killed = shell.begin("restart");
    Eventually.until(
        "the second is stopped",
        () -> !shell.replicaProcesses().contains(between.get(1)),
        shell::replicaProcesses);
    killed.destroyForcibly();
    Eventually.until(
        "it runs again, whatever became of the script",
        () -> shell.run("status").status() == 0,
        () -> shell.replicaProcesses());
    Outcome rest = shell.run("restart");
    assertEquals(0, rest.status(), rest::toString);
    assertTrue(rest.out().contains("127.0.0.1: already restarted"), rest::toString);
    assertEquals(between.get(0), shell.pid("127.0.0.1"));
    assertNotEquals(between.get(2), shell.pid("127.0.0.3"));
    assertEquals("v", get("k"));
  }

  /** The home of a JDK whose java first looks at all its arguments: a case of shell. */
  private String javaThat(String cases) throws IOException {
    Path java = Files.createDirectories(temporary.resolve("jdk/bin")).resolve("java");
    Files.writeString(
        java,
        String.join(
            "\n",
            "#!/bin/sh",
            "case $* in " + cases + " esac",
            "exec '" + Path.of(System.getProperty("java.home"), "bin", "java") + "' \"$@\"",
            ""));
    assertTrue(java.toFile().setExecutable(true));
    return java.getParent().getParent().toString();
  }

  private void put(String key, String value) throws IOException {
    try (RkvClient client = RkvClient.connect("127.0.0.1:" + shell.port())) {
      client.put(key, value);
    }
  }

  private String get(String key) throws IOException {
    try (RkvClient client = RkvClient.connect("127.0.0.1:" + shell.port())) {
      return client.get(key).text().orElse("");
    }
  }

  @Test
  void shouldKillOneThatDoesNotStop() throws Exception {
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    shell.run("start", "127.0.0.1", "127.0.0.2");
    OtherProcess.signal("STOP", shell.pid("127.0.0.2"));
    Outcome stop = shell.run("stop", "127.0.0.1", "127.0.0.2");

    assertEquals(0, stop.status(), stop::toString);
    assertTrue(stop.err().contains("127.0.0.2 has not ended after 10 seconds: killing it"));
    assertFalse(stop.err().contains("127.0.0.1"), stop::toString);
    assertEquals(List.of(), shell.replicaProcesses());
  }

  @Test
  void shouldNotTouchAProcessThatHasGotTheNumberOfAReplica() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    Process other = new ProcessBuilder("sleep", "100").start();
    try {
      shell.writeRunFile("127.0.0.1.pid", Long.toString(other.pid()));
      assertEquals("failed", shell.run("status", "127.0.0.1").row("127.0.0.1").get(3));

      Outcome stop = shell.run("stop", "127.0.0.1");
      assertEquals(0, stop.status(), stop::toString);
      assertEquals(List.of("127.0.0.1: not running"), stop.lines());
      assertTrue(other.isAlive());

      shell.writeRunFile("127.0.0.1.pid", Long.toString(other.pid()));
      Outcome start = shell.run("start", "127.0.0.1");
      assertEquals(0, start.status(), start::toString);
      assertNotEquals(other.pid(), shell.pid("127.0.0.1"));
      assertTrue(other.isAlive());
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldNotTakeOnePeersProcessForAnother() throws Exception {
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    shell.run("start");
    shell.kill("127.0.0.1");
    shell.writeRunFile("127.0.0.1.pid", shell.pid("127.0.0.2") + "\n");

    assertEquals(List.of("127.0.0.1: not running"), shell.run("stop", "127.0.0.1").lines());
    assertEquals(List.of(shell.pid("127.0.0.2")), shell.replicaProcesses());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1 2", "one", "99999999999999999999"})
  void shouldNotTrustWhatIsInAPidFile(String content) throws Exception {
    shell.writeRunFile("127.0.0.1.pid", content + "\n");

    assertEquals(List.of("127.0.0.1: not running"), shell.run("stop", "127.0.0.1").lines());
  }

  @Test
  void shouldNotStopTheReplicaOfAnotherDirectory() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.run("start", "127.0.0.1");
    KvrShell other = KvrShell.install(Files.createDirectories(temporary.resolve("other")));
    other.writeRunFile("127.0.0.1.pid", shell.pid("127.0.0.1") + "\n");

    assertEquals(List.of("127.0.0.1: not running"), other.run("stop", "127.0.0.1").lines());
    assertEquals(1, shell.replicaProcesses().size());

    other.writeReplicaFile("127.0.0.1");
    other.environment("RKV_PORT", Integer.toString(shell.port()));
    String elsewhere = shell.pid("127.0.0.1") + " runs from another directory, ";
    assertRefused(1, elsewhere + shell.directory(), other.run("stop", "127.0.0.1"));
    assertEquals(1, shell.replicaProcesses().size());
  }

  @Test
  void shouldStopWhatRunsThoughItsFilesAreGone() throws Exception {
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    shell.run("start");
    Files.move(shell.directory().resolve("target/run"), shell.directory().resolve("old"));
    assertEquals(List.of("127.0.0.1: stopped"), shell.run("stop", "127.0.0.1").lines());

    shell.environment("JAVA_HOME", "/nowhere/jdk");
    assertEquals(List.of("127.0.0.2: stopped"), shell.run("stop").lines());
    assertEquals(List.of(), shell.replicaProcesses());
  }

  @Test
  void shouldRememberOptionsInTheSettingsFile() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.unset("RKV_OPTS");
    shell.writeSettings("# mine\r\n\r\nRKV_OPTS=\"--no-portmapper --capacity 1000\"\r\n");
    Outcome start = shell.run("start");
    assertEquals(0, start.status(), start::toString);
    assertEquals("-", start.row("127.0.0.1").get(11), start::toString);

    shell.writeSettings("RKV_OPTS=--no-portmapper --capacity 2000\n");
    Outcome status = shell.run("status");
    assertEquals("other options", status.row("127.0.0.1").get(11), status::toString);
    assertTrue(
        status
            .out()
            .contains(
                "127.0.0.1 runs with other options than it would be started with now:"
                    + " --capacity 1000 "),
        status::toString);

    shell.environment("RKV_OPTS", "--no-portmapper --capacity 1000");
    assertEquals("-", shell.run("status").row("127.0.0.1").get(11), "the environment wins");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RKV_OPTS=$HOME",
        "RKV_OPTS=`id`",
        "RKV_OPTS=a\\b",
        "RKV_OPTS=\"a\" b",
        "RKV_OPTS='a b'",
        "RKV_OPTS=\"a",
        "RKV_OPTS=\u0007",
        "export RKV_OPTS=a",
        "RKV_OPTS = a",
        "RKV_OPT=a",
        "RKV_OPTS"
      })
  void shouldRefuseSettingsThatShellOrSystemdCouldTakeForSomethingElse(String line)
      throws Exception {
    shell.writeSettings("RKV_PORT=20456\n" + line + "\n");

    assertRefused(1, "kv_r.sh: rkv.env, line 2: ", shell.run("start"));
    assertEquals(List.of(), shell.replicaProcesses());
  }

  @Test
  void shouldTakeTheSettingsOfTheUnitAndRefuseWhatOthersMayWrite() throws Exception {
    shell.writeSettings(Files.readString(Path.of("src/main/dist/rkv.env")));
    assertEquals("", shell.run("status", "127.0.0.1").err());
    shell.writeSettings("RKV_PORT=20456\n");
    for (String rights : List.of("rw-rw-r--", "rw-r--rw-")) {
      Files.setPosixFilePermissions(shell.settingsFile(), PosixFilePermissions.fromString(rights));
      assertRefused(1, "rkv.env may be written by others: chmod go-w it", shell.run("start"));
    }
  }

  @Test
  void shouldSayThatThePortIsTaken() throws Exception {
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    assertEquals(0, shell.run("start").status());
    assertEquals(0, shell.run("stop", "127.0.0.2").status());
    try (ServerSocket taken =
        new ServerSocket(shell.port(), 1, InetAddress.getByName("127.0.0.2"))) {
      Outcome start = shell.run("start");

      assertEquals(1, start.status(), start::toString);
      assertTrue(start.err().contains("127.0.0.2 did not start"), start::toString);
      assertTrue(
          start.err().contains("cannot listen at 127.0.0.2:" + taken.getLocalPort()),
          start::toString);
      assertFalse(start.err().contains("127.0.0.1 did not start"), start::toString);
      assertEquals("failed", start.row("127.0.0.2").get(3));
      assertEquals("serving", start.row("127.0.0.1").get(3));
    }
    assertEquals(0, shell.run("start", "127.0.0.2").status());
  }

  @Test
  void shouldShowOnlyTheLogOfThisStartWhenOneFails() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.run("start", "127.0.0.1");
    shell.run("stop", "127.0.0.1");
    shell.environment("RKV_OPTS", "--no-such-option");
    Outcome start = shell.run("start", "127.0.0.1");

    assertEquals(1, start.status());
    assertTrue(start.err().contains("--no-such-option"), start::toString);
    assertFalse(start.err().contains("serving at"), start::toString);
    assertTrue(Files.readString(shell.runFile("127.0.0.1.log")).contains("serving at"));
  }

  @Test
  void shouldKeepServingStateWhenALogIsTruncated() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.run("start", "127.0.0.1");
    Files.writeString(shell.runFile("127.0.0.1.log"), "");

    assertEquals(0, shell.run("status", "127.0.0.1").status());
  }

  @Test
  void shouldPrintLogs() throws Exception {
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    assertEquals(1, shell.run("logs", "127.0.0.1").status());
    shell.run("start", "127.0.0.1", "127.0.0.2");

    Outcome one = shell.run("logs", "127.0.0.2");
    assertEquals(0, one.status(), one::toString);
    assertTrue(one.out().contains("serving at 127.0.0.2:" + shell.port()), one::toString);
    assertFalse(one.out().contains("serving at 127.0.0.1:"), one::toString);

    shell.writeReplicaFile("127.0.0.1 127.0.0.2 127.0.0.5");
    Outcome all = shell.run("logs");
    assertEquals(0, all.status(), all::toString);
    assertTrue(all.out().contains("serving at 127.0.0.1:"), all::toString);
    assertTrue(all.out().contains("serving at 127.0.0.2:"), all::toString);
    assertTrue(all.err().contains("127.0.0.5: no log yet"), all::toString);
  }

  @Test
  void shouldFollowLogs() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.run("start", "127.0.0.1");
    Process follower = shell.begin("logs", "-f", "127.0.0.1");
    try {
      KvrShell.awaitLine(follower, "serving at");
      Files.writeString(
          shell.runFile("127.0.0.1.log"), "one more line\n", StandardOpenOption.APPEND);
      KvrShell.awaitLine(follower, "one more line");
      assertTrue(follower.isAlive());
    } finally {
      follower.destroy();
    }
    assertTrue(follower.waitFor(10, TimeUnit.SECONDS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"help", "-h", "--help"})
  void shouldPrintUsage(String word) throws Exception {
    Outcome outcome = shell.run(word);

    assertEquals(0, outcome.status());
    assertTrue(outcome.out().startsWith("usage: ./kv_r.sh"), outcome::toString);
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() throws Exception {
    assertRefused(2, "unknown command \"frobnicate\"", shell.run("frobnicate"));
    assertRefused(2, "unknown option --all", shell.run("stop", "--all"));
    assertRefused(2, "\"launch\" is a step, not a command", shell.run("launch", "127.0.0.1"));
    assertRefused(2, "does not name \"127.0.0.9\"", shell.run("start", "127.0.0.9"));
    assertRefused(2, "does not name \"*\"", shell.run("stop", "*"));
    shell.environment("RKV_PORT", "http");
    assertRefused(2, "RKV_PORT is not a port: http", shell.run("start"));
    shell.environment("RKV_PORT", "20456");
    shell.environment("RKV_START_SECONDS", "soon");
    assertRefused(2, "RKV_START_SECONDS is not a number: soon", shell.run("start"));
  }

  @Test
  void shouldSayThatThereIsNoReplicaFile() throws Exception {
    Files.delete(shell.directory().resolve("replica"));

    assertRefused(
        1, "no replica file: " + shell.directory().resolve("replica"), shell.run("start"));
  }

  @Test
  void shouldSayThatTheReplicaFileIsEmpty() throws Exception {
    shell.writeReplicaFile("");
    assertRefused(1, "names no replica", shell.run("start"));
    shell.writeReplicaFile("# nobody\r\n\n");
    assertRefused(1, "names no replica", shell.run("status"));
  }

  @Test
  void shouldShowTheDeadAndTheFrozenBesideTheOthers() throws Exception {
    shell.run("start");
    shell.kill("127.0.0.3");
    OtherProcess.signal("STOP", shell.pid("127.0.0.4"));
    long begin = System.nanoTime();
    Outcome status = shell.run("status");
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);

    assertEquals(1, status.status(), status::toString);
    assertEquals("serving", status.row("127.0.0.1").get(3));
    assertEquals(List.of("-", "failed", "-", "-"), status.row("127.0.0.3").subList(2, 6));
    assertEquals("silent", status.row("127.0.0.4").get(3));
    assertEquals(Long.toString(shell.pid("127.0.0.4")), status.row("127.0.0.4").get(2));
    System.out.println("kv_r.sh status of a dead one, a frozen one and others: ms " + millis);
    assertTrue(millis < STATUS_MILLIS, "it took ms " + millis);
  }

  @Test
  void shouldGoOnShowingTheTableUntilItIsInterrupted() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.run("start");
    Process watch = shell.begin("status", "--watch");
    try {
      KvrShell.awaitLine(watch, "serving");
      shell.run("stop");
      KvrShell.awaitLine(watch, "stopped");
    } finally {
      watch.destroy();
    }
    assertTrue(watch.waitFor(10, TimeUnit.SECONDS));
  }

  @Test
  void shouldTellOfTheProcessesWhenTheReplicasCannotBeAsked() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.run("start");
    shell.environment("JAVA_HOME", "/nowhere/jdk");
    Outcome status = shell.run("status");

    assertEquals(0, status.status(), status::toString);
    assertEquals(List.of("serving", "-", "-"), status.row("127.0.0.1").subList(3, 6));
    assertTrue(status.err().contains("the states are those of the logs"), status::toString);
  }

  @Test
  void shouldStopReplicasAndPrintLogsWhereThereIsNoJava() throws Exception {
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    shell.run("start");
    shell.environment("JAVA_HOME", "/nowhere/jdk");
    assertTrue(shell.run("logs", "127.0.0.1").out().contains("serving at 127.0.0.1:"));
    assertRefused(2, "there is no log of \"127.0.0.3\"", shell.run("stop", "127.0.0.3"));
    OtherProcess.signal("STOP", shell.pid("127.0.0.2"));
    Outcome stop = shell.run("stop");

    assertEquals(0, stop.status(), stop::toString);
    assertEquals(List.of("127.0.0.1: stopped", "127.0.0.2: stopped"), stop.lines());
    assertTrue(stop.err().contains("127.0.0.2 has not ended after 10 seconds: killing it"));
    assertEquals(List.of(), shell.replicaProcesses());
    assertEquals("stopped", shell.run("status").row("127.0.0.1").get(3));
  }

  @Test
  void shouldSayThatNoNameIsOfThisMachine() throws Exception {
    shell.writeReplicaFile("lost.invalid away.invalid");

    assertRefused(
        1, "no name in the replica file is an address of this", shell.run("--here", "start"));
    assertRefused(
        1, "away.invalid is not an address of this", shell.run("--here", "stop", "away.invalid"));
  }

  @Test
  void shouldStartTheLocalOnesAndSayWhichCannotBeReached() throws Exception {
    shell.writeReplicaFile("127.0.0.1 lost.invalid");
    shell.environment("RKV_START_SECONDS", "2");
    shell.installSsh("echo 'ssh: no route to host' >&2; exit 255");
    Files.copy(Path.of("target/rkv"), shell.directory().resolve("target/rkv"));

    Outcome start = shell.run("start");
    assertEquals(1, start.status(), start::toString);
    assertTrue(start.err().contains("lost.invalid: ssh: no route to host"), start::toString);
    assertTrue(start.err().contains("127.0.0.1 does not serve after 2 seconds"), start::toString);
    assertEquals("catching-up", start.row("127.0.0.1").get(3));
    assertEquals("unreachable", start.row("lost.invalid").get(3));
    assertRefused(1, "lost.invalid: ssh: no route to host", shell.run("stop", "lost.invalid"));
    assertRefused(1, "lost.invalid: ssh: no route to host", shell.run("logs", "lost.invalid"));
    assertRefused(1, "lost.invalid: ssh: no route to host", shell.run("install"));
    assertEquals(1, shell.replicaProcesses().size());
  }

  @Test
  void shouldLeaveOutARestartWhoIsAwayAndStopNotTheLastOne() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.run("start");
    List<Long> running = shell.replicaProcesses();
    shell.writeReplicaFile("127.0.0.1 lost.invalid");
    shell.installSsh("exit 255");

    Outcome restart = shell.run("restart");
    assertRefused(1, "lost.invalid is away, and is left out", restart);
    assertRefused(1, "127.0.0.1 is the only one that serves the values", restart);
    assertRefused(
        1, "not all can be started, so none is stopped", shell.run("restart", "--all-at-once"));
    assertEquals(running, shell.replicaProcesses());
  }

  @Test
  void shouldNotWaitForAnSshThatHangs() throws Exception {
    shell.writeReplicaFile("lost.invalid");
    shell.installSsh("echo $$ >ssh.pid; exec sleep 1000");
    Outcome status = shell.run("status");

    assertEquals(1, status.status(), status::toString);
    assertEquals("unreachable", status.row("lost.invalid").get(3));
    assertTrue(status.err().contains("lost.invalid: no answer by ssh in time"), status::toString);
    long ssh = Long.parseLong(Files.readString(shell.directory().resolve("ssh.pid")).strip());
    assertTrue(ProcessHandle.of(ssh).isEmpty(), "it left its ssh behind");
  }

  @Test
  void shouldLeaveNoSshBehindWhenItIsInterrupted() throws Exception {
    shell.writeReplicaFile("lost.invalid");
    shell.installSsh("echo $$ >ssh.pid; exec sleep 1000");
    Process stop = shell.begin("stop");
    Path file = shell.directory().resolve("ssh.pid");
    Eventually.until("an ssh", () -> Files.exists(file) && Files.size(file) > 0, () -> "none");
    stop.destroy();

    assertTrue(stop.waitFor(10, TimeUnit.SECONDS));
    assertEquals(143, stop.exitValue(), "as whoever is ended by SIGTERM");
    long ssh = Long.parseLong(Files.readString(file).strip());
    Eventually.until("no ssh", () -> OtherProcess.hasEnded(ssh), () -> "it is left");
  }

  @Test
  void shouldSayWhatIsNotInstalledThere() throws Exception {
    shell.writeReplicaFile("lost.invalid");
    shell.environment("RKV_DIR", temporary + "/no such directory");
    shell.installSsh("shift; eval \"$1\"");
    Outcome status = shell.run("status");

    assertEquals(1, status.status(), status::toString);
    assertEquals("not-installed", status.row("lost.invalid").get(3));
    assertTrue(status.err().contains("./kv_r.sh install lost.invalid"), status::toString);
  }

  @Test
  void shouldInstallAndHandOnEveryWordAsItIs() throws Exception {
    Path there = temporary.resolve("it's \"there\" $HOME\\n");
    shell.writeReplicaFile("lost.invalid");
    shell.environment("RKV_DIR", there.toString());
    shell.environment("RKV_OPTS", "--no-portmapper 'quoted' $(id) \\ *");
    shell.environment("RKV_JAVA_OPTS", "");
    shell.installSsh("shift; eval \"$1\"");
    Files.copy(Path.of("target/rkv"), shell.directory().resolve("target/rkv"));

    Outcome install = shell.run("install");
    assertEquals(0, install.status(), install::toString);
    assertEquals(List.of("lost.invalid: installed in " + there), install.lines());
    for (String file : List.of("kv_r.sh", "replica", "target/rkv", "target/rkv.jar")) {
      assertEquals(-1, Files.mismatch(shell.directory().resolve(file), there.resolve(file)));
    }
    assertTrue(Files.isExecutable(there.resolve("kv_r.sh")));

    Files.writeString(
        there.resolve("kv_r.sh"), "#!/bin/sh\nprintf '<%s>\\n' \"$RKV_OPTS\" \"$@\" \"$PWD\"\n");
    assertEquals(
        List.of(
            "<--no-portmapper 'quoted' $(id) \\ *>",
            "<--here>",
            "<stop>",
            "<--all-at-once>",
            "<lost.invalid>",
            "<" + there + ">"),
        shell.run("stop").lines());
  }

  @Test
  void shouldSayWhatAReplicaWaitsForThatDoesNotServe() throws Exception {
    shell.environment("RKV_START_SECONDS", "10");
    Outcome start = shell.run("start", "127.0.0.1", "127.0.0.2");

    assertEquals(1, start.status(), start::toString);
    assertTrue(start.err().contains("127.0.0.1 does not serve after 10 seconds"), start::toString);
    assertTrue(start.err().contains("not serving yet: waiting for"), start::toString);
    assertTrue(start.err().contains("127.0.0.5"), start::toString);
    assertEquals("catching-up", start.row("127.0.0.2").get(3));
    assertTrue(start.out().contains("127.0.0.2 waits for"), start::toString);
  }

  @Test
  void shouldStartAReplicaAtItsOwnPort() throws Exception {
    int own = FreePort.find();
    shell.writeReplicaFile("127.0.0.1 127.0.0.2:" + own);
    Outcome start = shell.run("start");

    assertEquals(0, start.status(), start::toString);
    assertEquals("127.0.0.2:" + own, start.row("127.0.0.2:" + own).get(1));
    assertEquals(0, shell.run("stop", "127.0.0.2").status());
    assertEquals(List.of(shell.pid("127.0.0.1")), shell.replicaProcesses());
  }

  @Test
  void shouldKnowTwoOnOneHostByTheirPorts() throws Exception {
    String one = "127.0.0.1:" + FreePort.find();
    String other = "127.0.0.1:" + FreePort.find();
    shell.writeReplicaFile(one + " " + other);
    Outcome start = shell.run("start");

    assertEquals(0, start.status(), start::toString);
    assertEquals(one, start.row(one).get(1));
    assertEquals(other, start.row(other).get(1));
    assertEquals(List.of(other + ": stopped"), shell.run("stop", other).lines());
    assertEquals(List.of(shell.pid(one)), shell.replicaProcesses());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1 127.0.0.2\t127.0.0.3\r\n127.0.0.4\n127.0.0.5",
        "\ufeff127.0.0.1\r\n# \u00c5: all ! [odd * words\r\n127.0.0.2#no 127.0.0.3\n\n \f\n#",
        "127.0.0.1 127.0.0.1 127.0.0.1:1 127.0.0.1:01 ::1 [::1] [::1]:7 127.0.0.2:65535",
        "127.0.0.1\n 127.0.0.2:0",
        "127.0.0.1\n127.0.0.2:65536",
        "127.0.0.1:http",
        "127.0.0.1:",
        "$(id)",
        "a/b",
        "-x",
        "[127.0.0.1]",
        "*",
        "127.0.0.1,127.0.0.2"
      })
  void shouldReadTheReplicaFileAsTheServerDoes(String text) throws Exception {
    shell.writeReplicaFile(text);
    Outcome status = shell.run("status");
    try {
      List<String> names =
          ReplicaFile.read(shell.directory().resolve("replica")).names().stream()
              .map(ReplicaName::toString)
              .toList();
      List<String> rows = status.lines().stream().skip(1).map(l -> l.split(" ", 2)[0]).toList();
      assertEquals(names, rows, status::toString);
    } catch (IOException e) {
      String reason = e.getMessage().substring(e.getMessage().indexOf("line "));
      assertRefused(1, "replica: " + reason, status);
    }
  }

  @Test
  void shouldPassOptionsAndFlagsOn() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.environment("RKV_JAVA_OPTS", "-XX:+UseSerialGC -Xmx77m");
    shell.environment("RKV_OPTS", "--no-portmapper --capacity 1000");
    Outcome start = shell.run("start", "127.0.0.1");
    assertEquals(0, start.status(), start::toString);

    List<String> words = OtherProcess.argumentsOf(shell.pid("127.0.0.1"));
    assertTrue(words.contains("-Xmx77m"), words::toString);
    assertFalse(words.contains("-Xmx128m"), words::toString);
    assertEquals("1000", words.get(words.indexOf("--capacity") + 1));
  }

  private String log(String replica) throws IOException {
    return Files.readString(shell.directory().resolve("target/run/" + replica + ".log"));
  }

  @Test
  void shouldGiveTheJvmAHeapThatHoldsAFullStore() throws Exception {
    shell.unset("RKV_JAVA_OPTS");
    shell.writeReplicaFile("127.0.0.1");
    shell.environment("RKV_OPTS", "--no-portmapper --capacity 1000000 --max-length=130");
    Outcome start = shell.run("start", "127.0.0.1");
    assertEquals(0, start.status(), start::toString);

    List<String> words = OtherProcess.argumentsOf(shell.pid("127.0.0.1"));
    assertTrue(words.contains("-Xmx787m"), words::toString);
    assertTrue(words.contains("-XX:+UseG1GC"), words::toString);
    assertFalse(log("127.0.0.1").contains("see -Xmx"), "it does not warn");
  }

  @Test
  void shouldTakeACollectorThatDoesNotStopForLargeValuesWhereThereIsOne() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process asked =
        new ProcessBuilder(java.toString(), "-XX:+UseShenandoahGC", "-version")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> words = wordsOfAReplicaForLargeValues(java);

    assertTrue(
        words.contains(asked.waitFor() == 0 ? "-XX:+UseShenandoahGC" : "-XX:+UseG1GC"),
        words::toString);
    assertTrue(words.contains("-Xmx898m"), words::toString);
  }

  @Test
  void shouldTakeG1ForLargeValuesWhereTheJdkHasNothingBetter() throws Exception {
    Path java =
        Path.of(
            javaThat("-*Shenandoah*) echo Unrecognized VM option >&2; exit 1 ;;"), "bin", "java");
    List<String> words = wordsOfAReplicaForLargeValues(java);

    assertTrue(words.contains("-XX:+UseG1GC"), words::toString);
    assertTrue(words.contains("-XX:G1HeapRegionSize=8m"), words::toString);
    assertTrue(words.contains("-Xmx898m"), words::toString);
  }

  /** With regions of 2 MiB, each value of 1 MiB had one to itself, and the heap was too small. */
  @Test
  void shouldHoldAFullStoreOfTheLargestKeysAndValues() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    wordsOfAReplicaForLargeValues(java);
    String largest = "v".repeat(Limits.MAX_LENGTH_CEILING - 2 - 3);
    try (RkvClient client = RkvClient.connect("127.0.0.1:" + shell.port())) {
      for (int round = 0; round < 2; round++) {
        for (int number = 100; number < 100 + Limits.DEFAULT_CAPACITY; number++) {
          client.put(number + largest, round + largest);
        }
      }
    }
    Outcome status = shell.run("status");
    assertEquals(0, status.status(), status::toString);
  }

  private List<String> wordsOfAReplicaForLargeValues(Path java) throws Exception {
    shell.unset("RKV_JAVA_OPTS");
    shell.writeReplicaFile("127.0.0.1");
    shell.environment("JAVA_HOME", java.getParent().getParent().toString());
    shell.environment("RKV_OPTS", "--no-portmapper --max-length " + Limits.MAX_LENGTH_CEILING);
    Outcome start = shell.run("start", "127.0.0.1");
    assertEquals(0, start.status(), start::toString);
    assertFalse(log("127.0.0.1").contains("see -Xmx"), "it does not warn");
    return OtherProcess.argumentsOf(shell.pid("127.0.0.1"));
  }

  @Test
  void shouldWarnOfAHeapThatAFullStoreWouldExhaust() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.environment("RKV_JAVA_OPTS", "-XX:+UseSerialGC -Xmx64m");
    shell.environment("RKV_OPTS", "--no-portmapper --capacity 1000000");
    Outcome start = shell.run("start", "127.0.0.1");
    assertEquals(0, start.status(), start::toString);

    String log = log("127.0.0.1");
    assertTrue(
        log.contains("a store full of the largest keys and values takes 251 MiB: see -Xmx"), log);
  }

  @Test
  void shouldHonourJavaHome() throws Exception {
    shell.environment("JAVA_HOME", "/nowhere/jdk");

    assertRefused(1, "/nowhere/jdk/bin/java cannot be run", shell.run("start"));
  }

  @Test
  void shouldKeepItsFilesWhereToldAndWorkThroughALink() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.environment("RKV_RUN_DIR", "state of mine");
    Path link = Files.createSymbolicLink(temporary.resolve("kvr"), shell.script());
    Outcome start = KvrShell.await(shell.beginAs(link, "start", "127.0.0.1"));

    assertEquals(0, start.status(), start::toString);
    assertTrue(Files.exists(shell.directory().resolve("state of mine/127.0.0.1.pid")));
    assertEquals(0, shell.run("stop").status());
    assertEquals(List.of(), shell.replicaProcesses());
  }

  @Test
  void shouldKeepWhatReplicasHoldThroughARestartOfAll() throws Exception {
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    shell.writeSettings("RKV_DATA=what is kept\n");
    Outcome missing = shell.run("start");
    assertEquals(1, missing.status(), missing::toString);
    assertTrue(missing.err().contains("cannot be made: there is no directory "), missing::toString);

    Files.createDirectory(shell.directory().resolve("what is kept"));
    Outcome start = shell.run("start");
    assertEquals(0, start.status(), start::toString);
    assertEquals("new", start.row("127.0.0.2").get(9), start::toString);
    put("k", "v");
    Outcome restart = shell.run("restart", "--all-at-once");

    assertEquals(0, restart.status(), restart::toString);
    assertEquals("disk", restart.row("127.0.0.2").get(9), restart::toString);
    assertEquals("v", get("k"));
    Path kept = shell.directory().resolve("what is kept/127.0.0.1");
    assertTrue(Files.exists(kept.resolve("manifest")), kept::toString);

    assertEquals(0, shell.run("restart").status(), "one after another");
    shell.environment("RKV_DATA", shell.directory().resolve("elsewhere").toString());
    assertRefused(1, "elsewhere/127.0.0.1 cannot be made: ", shell.run("restart"));
    assertEquals("v", get("k"));
  }

  /** Else whoever waits for the end of what it has opened waits for the end of the replica. */
  @Test
  void shouldHandOnNoDescriptorOfTheCaller() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    String script = "exec 7<\"$0\"; exec \"$0\" start";
    Outcome start =
        KvrShell.await(shell.beginAs(Path.of("/bin/sh"), "-c", script, shell.script().toString()));

    assertEquals(0, start.status(), start::toString);
    Path descriptors = Path.of("/proc/" + shell.pid("127.0.0.1") + "/fd");
    try (Stream<Path> open = Files.list(descriptors)) {
      for (Path each : open.toList()) {
        String file = Files.readSymbolicLink(each).toString();
        assertNotEquals(shell.script().toString(), file);
        assertNotEquals(shell.directory().toString(), file, "which is locked");
      }
    }
  }

  @Test
  void shouldBuildOnlyWhenASourceIsNewerThanTheJar() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.installSourcesAndMaven(0);
    assertFalse(shell.run("start", "127.0.0.1").out().contains("building"));

    Files.setLastModifiedTime(
        shell.directory().resolve("src/main/java/New.java"),
        FileTime.from(Instant.now().plusSeconds(100)));
    Outcome start = shell.run("start", "127.0.0.1");
    assertTrue(start.lines().get(0).startsWith("building target/rkv.jar: mvn "), start::toString);
    assertEquals("-q -B -Dstyle.color=never -DskipTests package", shell.mavenCalls());
  }

  @Test
  void shouldKeepReplicasRunningWhenABuildFails() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.run("start", "127.0.0.1");
    shell.installSourcesAndMaven(1);
    Files.setLastModifiedTime(
        shell.directory().resolve("kv.x"), FileTime.from(Instant.now().plusSeconds(100)));
    long pid = shell.pid("127.0.0.1");

    assertRefused(1, "the build failed", shell.run("restart"));
    assertEquals(List.of(pid), shell.replicaProcesses());
  }

  /** Maven first writes a jar without its libraries. */
  @Test
  void shouldNotUseWhatABuildHasLeftThatWasBrokenOff() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.installSourcesAndMaven(0);
    shell.installMaven("echo thin >target/rkv.jar; kill -9 $PPID");
    Path source = shell.directory().resolve("src/main/java/New.java");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(100)));
    assertEquals(137, shell.run("start").status(), "as whoever is killed");
    Files.setLastModifiedTime(source, FileTime.fromMillis(0));

    Outcome start = shell.run("start");
    assertEquals(0, start.status(), start::toString);
    assertEquals("serving", start.row("127.0.0.1").get(3));
  }

  @Test
  void shouldSayWhatIsMissingToBuild() throws Exception {
    Files.delete(shell.directory().resolve("target/rkv.jar"));

    assertRefused(1, "no pom.xml to build it from", shell.run("start"));
  }

  private static void assertRefused(int status, String message, Outcome outcome) {
    assertEquals(status, outcome.status(), outcome::toString);
    assertTrue(outcome.err().contains(message), outcome::toString);
  }
}
