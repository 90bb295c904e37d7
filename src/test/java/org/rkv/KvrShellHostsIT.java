package org.rkv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.KvrShell.Outcome;
import org.rkv.replica.ReplicaFile;
import org.rkv.replica.ReplicaName;
import org.rkv.testing.Eventually;
import org.rkv.testing.FreePort;
import org.rkv.testing.OtherProcess;

/** An operator has replicas on other machines as well, or at ports of their own. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KvrShellHostsIT extends KvrShellStories {
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
    shell.environment("RKV_START_SECONDS", "5");
    shell.installSsh("echo 'ssh: no route to host' >&2; exit 255");
    Files.copy(Path.of("target/rkv"), shell.directory().resolve("target/rkv"));

    Outcome start = shell.run("start");
    assertEquals(1, start.status(), start::toString);
    assertTrue(start.err().contains("lost.invalid: ssh: no route to host"), start::toString);
    assertTrue(start.err().contains("127.0.0.1 does not serve after 5 seconds"), start::toString);
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

    Path settings = Files.writeString(temporary.resolve("mine"), "RKV_START_SECONDS=40\n");
    Files.createSymbolicLink(shell.settingsFile(), settings);
    Outcome install = shell.run("install");
    assertEquals(0, install.status(), install::toString);
    assertEquals(List.of("lost.invalid: installed in " + there), install.lines());
    for (String file : List.of("kv_r.sh", "replica", "target/rkv", "target/rkv.jar")) {
      assertEquals(-1, Files.mismatch(shell.directory().resolve(file), there.resolve(file)));
    }
    assertTrue(Files.isExecutable(there.resolve("kv_r.sh")));
    assertTrue(Files.isRegularFile(there.resolve("rkv.env"), LinkOption.NOFOLLOW_LINKS));
    assertEquals(-1, Files.mismatch(settings, there.resolve("rkv.env")));

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
}
