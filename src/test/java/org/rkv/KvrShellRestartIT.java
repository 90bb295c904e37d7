package org.rkv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
