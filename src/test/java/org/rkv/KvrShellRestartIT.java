package org.rkv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.KvrShell.Outcome;
import org.rkv.testing.Eventually;
import org.rkv.testing.OtherProcess;

/** An operator restarts replicas with {@code kv_r.sh}, one after the other. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KvrShellRestartIT extends KvrShellStories {
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

  /** From a shell that does not have RKV_DATA, all came back in memory, and empty. */
  @Test
  void shouldTakeNoReplicaAwayFromItsDataDirectoryWithoutBeingToldSo() throws Exception {
    List<String> two = List.of("127.0.0.1", "127.0.0.2");
    shell.writeReplicaFile(String.join(" ", two));
    Path kept = Files.createDirectory(shell.directory().resolve("kept"));
    shell.environment("RKV_DATA", "kept");
    shell.run("start");
    put("k", "v");
    List<Long> before = shell.pids(two);

    shell.unset("RKV_DATA");
    Outcome status = shell.run("status");
    assertEquals("other options", status.row("127.0.0.2").get(11), status::toString);
    String line = "127.0.0.2 keeps what it holds in %s/127.0.0.2, and would be started now with it";
    assertTrue(status.lines().contains(String.format(line, kept) + " in memory only"));
    String fault = "127.0.0.2: it keeps what it holds in " + kept + "/127.0.0.2, and would come";
    assertRefused(1, fault + " back in memory only: set RKV_DATA as before", shell.run("restart"));
    assertRefused(1, fault + " back in memory only", shell.run("restart", "--all-at-once"));
    Path other = Files.createDirectory(shell.directory().resolve("other"));
    shell.environment("RKV_DATA", other.toString());
    String elsewhere = fault + " back with " + other + "/127.0.0.2: ";
    assertRefused(1, elsewhere, shell.run("restart", "--all-at-once"));
    assertEquals(before, shell.pids(two), "none was stopped");

    shell.environment("RKV_DATA", kept.toString());
    assertEquals("-", shell.run("status").row("127.0.0.2").get(11));
    for (String replica : two) {
      Files.delete(kept.resolve(replica).resolve("manifest"));
    }
    String gone = kept + "/127.0.0.1 does not hold any more what it has kept there";
    assertRefused(1, gone, shell.run("restart", "--all-at-once"));
    assertEquals(before, shell.pids(two), "none was stopped");

    shell.unset("RKV_DATA");
    Outcome told = shell.run("restart", "--all-at-once", "--other-data");
    assertEquals(0, told.status(), told::toString);
    assertEquals("memory", told.row("127.0.0.1").get(9), told::toString);
  }

  /** Each of these ended the trial with exit status 0, and stopped all. */
  @Test
  void shouldRefuseWordsWithWhichNothingWouldBeServed() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    shell.run("start");
    List<Long> before = shell.replicaProcesses();

    shell.environment("RKV_JAVA_OPTS", "--dry-run");
    String fault = "127.0.0.1: it would not serve with these flags: see RKV_JAVA_OPTS";
    assertRefused(1, fault, shell.run("restart", "--all-at-once"));
    shell.unset("RKV_JAVA_OPTS");
    for (String word : List.of("--help", "--version", "--check", "--all-at-once")) {
      shell.environment("RKV_OPTS", "--no-portmapper " + word);
      assertRefused(
          1,
          "RKV_OPTS: with " + word + " it would not serve\n",
          shell.run("restart", "--all-at-once"));
    }
    shell.environment("RKV_OPTS", "--no-portmapper --peer-timeout 0");
    Outcome limit = shell.run("restart", "--all-at-once");
    assertRefused(1, "127.0.0.1: --peer-timeout must be 1 to 8000, not 0; --help tells", limit);
    assertEquals(2, limit.err().lines().count(), "no usage: " + limit);
    assertEquals(before, shell.replicaProcesses());
  }

  @Test
  void shouldRefuseToMoveOneToAPortAtWhichTheOthersDoNotLook() throws Exception {
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    shell.run("start");
    List<Long> before = shell.replicaProcesses();
    int port = shell.port();
    shell.environment("RKV_PORT", Integer.toString(port + 1));

    String fault = "127.0.0.1: it is at port " + port + ", and would come back at port ";
    assertRefused(1, fault + (port + 1), shell.run("restart", "127.0.0.1"));
    assertEquals(before, shell.replicaProcesses());
  }

  @Test
  void shouldStartAllAgainWhenARestartOfAllIsInterrupted() throws Exception {
    List<String> two = List.of("127.0.0.1", "127.0.0.2");
    shell.writeReplicaFile(String.join(" ", two));
    shell.run("start");
    List<Long> before = shell.pids(two);
    Process restart = shell.begin("restart", "--all-at-once");
    Eventually.until(
        "one is stopped",
        () -> !shell.replicaProcesses().containsAll(before),
        shell::replicaProcesses);
    OtherProcess.signal("TERM", restart.pid());
    OtherProcess.signal("HUP", restart.pid());
    Outcome interrupted = KvrShell.await(restart);

    assertRefused(130, "kv_r.sh: interrupted, and gone on to the end\n", interrupted);
    assertEquals("serving", interrupted.row("127.0.0.2").get(3), interrupted::toString);
    assertEquals(2, shell.replicaProcesses().size());
    assertTrue(Collections.disjoint(before, shell.replicaProcesses()));
  }

  /** It was skipped as one that the broken-off restart had come to, and the rest forgotten. */
  @Test
  void shouldRestartTheNamedOneWhateverRestartWasBrokenOffBefore() throws Exception {
    List<String> two = List.of("127.0.0.1", "127.0.0.2");
    shell.writeReplicaFile(String.join(" ", two));
    shell.run("start");
    List<Long> before = shell.pids(two);
    assertEquals(130, restartInterruptedWhenItHasStopped(before.get(0)).status());
    List<Long> between = shell.pids(two);

    Outcome named = shell.run("restart", "127.0.0.1");
    assertEquals(0, named.status(), named::toString);
    assertNotEquals(between.get(0), shell.pid("127.0.0.1"));
    long again = shell.pid("127.0.0.1");
    Outcome rest = shell.run("restart");
    assertEquals(0, rest.status(), rest::toString);
    assertTrue(rest.out().contains("127.0.0.1: already restarted"), rest::toString);
    assertEquals(again, shell.pid("127.0.0.1"));
    assertNotEquals(between.get(1), shell.pid("127.0.0.2"));
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
    shell.environment("RKV_START_SECONDS", "10");
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
    Outcome interrupted = restartInterruptedWhenItHasStopped(before.get(0));

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

  /** What a restart comes to that gets SIGINT when this process has ended. */
  private Outcome restartInterruptedWhenItHasStopped(long first) throws Exception {
    Process restart = shell.begin("restart");
    Eventually.until(
        "the first is stopped",
        () -> !shell.replicaProcesses().contains(first),
        shell::replicaProcesses);
    OtherProcess.signal("INT", restart.pid());
    return KvrShell.await(restart);
  }
}
