package org.rkv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.KvrShell.Outcome;
import org.rkv.testing.Eventually;
import org.rkv.testing.OtherProcess;

/** Stories of an operator with {@code kv_r.sh}, five real replicas on 127.0.0.1 to 127.0.0.5. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KvrShellIT extends KvrShellStories {
  /** Below the 25 s of a call to a replica that does not answer; a quiet machine needs 3 s. */
  private static final long STATUS_MILLIS = 20_000;

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
    Files.delete(shell.settingsFile());
    Files.createSymbolicLink(shell.settingsFile(), temporary.resolve("not mounted"));
    assertRefused(1, "rkv.env is a link that leads nowhere", shell.run("start"));
    assertEquals(List.of(), shell.replicaProcesses());
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
    shell.environment("RKV_OPTS", "--secret-file missing");
    Outcome start = shell.run("start", "127.0.0.1");

    assertEquals(1, start.status());
    assertTrue(start.err().contains("SEVERE: cannot start: "), start::toString);
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
    assertEquals(shell.run(word), shell.run("--here", word));
    shell.writeSettings("no setting");
    Outcome outcome = shell.run(word);

    assertEquals(0, outcome.status());
    assertTrue(outcome.out().startsWith("usage: ./kv_r.sh"), outcome::toString);
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() throws Exception {
    assertRefused(2, "unknown command \"frobnicate\"", shell.run("frobnicate"));
    assertRefused(2, "unknown command \"\"", shell.run("")); // an unset variable in quotes
    assertRefused(2, "unknown command \"\"", shell.run("--here", ""));
    assertRefused(2, "unknown option --all", shell.run("stop", "--all"));
    assertRefused(2, "\"launch\" is a step, not a command", shell.run("launch", "127.0.0.1"));
    assertRefused(2, "does not name \"127.0.0.9\"", shell.run("start", "127.0.0.9"));
    assertRefused(2, "does not name \"*\"", shell.run("stop", "*"));
    shell.environment("RKV_PORT", "http");
    assertRefused(2, "RKV_PORT is not a port from 1 to 65535: http", shell.run("start"));
    shell.environment("RKV_PORT", "65536");
    assertRefused(2, "RKV_PORT is not a port from 1 to 65535: 65536", shell.run("status"));
    shell.environment("RKV_PORT", "20456");
    shell.environment("RKV_START_SECONDS", "soon");
    assertRefused(2, "RKV_START_SECONDS is not a number from 0 to 99999: soon", shell.run("start"));
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

  /** Rather than saying each second what is wrong with its words, or that nobody reads it. */
  @Test
  void shouldEndTheTableThatItCannotGoOnShowing() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    assertRefused(2, "unknown option --watch", shell.run("status", "--watch", "--watch"));
    assertRefused(2, "does not name \"x\"", shell.run("status", "--watch", "x"));
    assertRefused(
        1, "what it prints cannot be written", shell.runWith(">/dev/full", "status", "--watch"));
  }

  /** The next file that is opened would take its place. */
  @ParameterizedTest
  @ValueSource(strings = {"<&-", "2>&-", "<&- 2>&-"})
  void shouldDoAllThatItDoesWhereAStreamIsClosed(String closed) throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.writeSettings("RKV_START_SECONDS=29\n");
    for (String command : List.of("start", "restart --all-at-once", "status", "logs", "stop")) {
      Outcome outcome = shell.runWith(closed, command.split(" "));
      assertEquals(0, outcome.status(), () -> command + ": " + outcome);
      assertTrue(outcome.out().contains("127.0.0.1"), () -> command + ": " + outcome);
    }
    assertEquals(List.of(), shell.replicaProcesses());
  }

  @ParameterizedTest
  @ValueSource(strings = {">&-", ">/dev/full"})
  void shouldFailWhereItsOutputCannotBeWritten(String output) throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    for (String command : List.of("help", "status", "start", "logs", "stop")) {
      Outcome outcome = shell.runWith(output, command);
      assertEquals(1, outcome.status(), () -> command + ": " + outcome);
      assertFalse(outcome.err().contains("unknown command"), outcome::toString);
    }
    assertEquals(List.of(), shell.replicaProcesses(), "what it does is done all the same");
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

  /** Too old, out of memory, without its libraries; a program that is none; a jar cut off. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo 'Error: no memory' >&2; exit 1",
        "kill -s KILL $$",
        "exit 127",
        "not a program",
        "a damaged jar"
      })
  void shouldStopReplicasWhereJavaOrTheJarIsOfNoUse(String what) throws Exception {
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    shell.run("start");
    if (what.equals("a damaged jar")) {
      Path jar = shell.directory().resolve("target/rkv.jar");
      byte[] half = Arrays.copyOf(Files.readAllBytes(jar), 100_000);
      Files.delete(jar); // a running replica keeps the file that it has open
      Files.write(jar, half);
    } else {
      Path java = Files.createDirectories(temporary.resolve("broken/bin")).resolve("java");
      Files.writeString(java, "#!/bin/sh\n" + what + "\n");
      assertTrue(java.toFile().setExecutable(!what.equals("not a program")));
      shell.environment("JAVA_HOME", java.getParent().getParent().toString());
    }

    assertEquals("serving", shell.run("status").row("127.0.0.2").get(3));
    assertTrue(shell.run("logs", "127.0.0.1").out().contains("serving at 127.0.0.1:"));
    assertEquals(
        List.of("127.0.0.1: stopped"), shell.run("stop", "--all-at-once", "127.0.0.1").lines());
    Outcome stop = shell.run("stop");
    assertEquals(0, stop.status(), stop::toString);
    assertEquals(List.of("127.0.0.1: not running", "127.0.0.2: stopped"), stop.lines());
    assertEquals(List.of(), shell.replicaProcesses());

    shell.writeReplicaFile("127.0.0.1 127.0.0.2 198.51.100.1");
    stop = shell.run("stop");
    assertEquals(1, stop.status(), "another machine was not asked: " + stop);
    assertEquals("198.51.100.1: unknown here; stop it on its machine", stop.lines().get(2));
    assertEquals(0, shell.run("stop", "127.0.0.2").status());
  }

  /** As on a disk that is full or read-only, where not even a pid file can be taken away. */
  @Test
  void shouldStopReplicasWhereNothingCanBeWritten() throws Exception {
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    shell.run("start");
    Path runDirectory = shell.directory().resolve("target/run");
    Files.move(runDirectory, shell.directory().resolve("old"));
    Files.createFile(runDirectory); // root may write into any directory

    assertRefused(1, "cannot write in target/run", shell.run("restart"));
    assertEquals("serving", shell.run("status").row("127.0.0.2").get(3));
    assertEquals(2, shell.replicaProcesses().size());
    Outcome stop = shell.run("stop");
    assertEquals(0, stop.status(), stop::toString);
    assertEquals(List.of(), shell.replicaProcesses());
  }

  @Test
  void shouldWarnThatNothingIsLeftAfterAllWereDownAtOnce() throws Exception {
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    shell.run("start");
    put("key", "value");
    shell.killAll();
    shell.run("start");

    String warning = "WARNING: the store is empty: what all held before is lost; put it back";
    assertTrue(shell.run("logs", "127.0.0.1").out().contains(warning));
  }
}
