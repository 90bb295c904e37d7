package org.rkv.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.replica.ReplicaName;
import org.rkv.testing.OtherProcess;

/** Whether a process is the replica whose pid file names it; "sh" stands for the replica. */
@Timeout(60)
class LocalReplicaTest {
  private static final String MAIN = "org.rkv.replica.Main";

  @TempDir Path temporary;

  private Path home;
  private LocalReplica replica;
  private Process process;

  @BeforeEach
  void setUp() throws IOException {
    home = Files.createDirectory(temporary.resolve("home")).toRealPath();
    replica = replica("::1", 7);
  }

  @AfterEach
  void endIt() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldFindAReplicaByItsHostAndPort() throws Exception {
    begin(home, MAIN, "--host", "[::1]:7", "--port", "8");

    assertEquals(Optional.of(process.pid()), found());
    assertEquals(Long.toString(process.pid()), replica.row("-", "-").pid());
  }

  /** Somebody has deleted target/run, or the disk was full when it was started. */
  @Test
  void shouldFindItWithoutItsPidFile() throws Exception {
    begin(home, MAIN, "--host", "[::1]:7");
    Files.delete(temporary.resolve("[::1]:7.pid"));

    assertEquals(Optional.of(process.pid()), found());
  }

  @Test
  void shouldFindItHoweverItsNameWasWrittenWhenItWasStarted() throws Exception {
    begin(home, MAIN, "--host", "0::1", "--port", "7");

    assertEquals(Optional.of(process.pid()), found());
  }

  /** The port of all was another one then. */
  @Test
  void shouldFindItAtAnotherPortByTheNameAsItIsWritten() throws Exception {
    replica = replica("::1", 0);
    begin(home, MAIN, "--host", "::1", "--port", "9");

    assertEquals(Optional.of(process.pid()), found());
  }

  @Test
  void shouldNotFindOneThatHasEnded() throws Exception {
    begin(home, MAIN, "--host", "[::1]:7");
    OtherProcess.signal("KILL", process.pid());
    process.waitFor();

    assertEquals(Optional.empty(), found());
    assertEquals("failed", replica.row("-", "-").state());
  }

  @Test
  void shouldNotTakeAnotherProgramForIt() throws Exception {
    begin(home, "org.rkv.replica.Mainframe", "--host", "[::1]:7");

    assertEquals(Optional.empty(), found());
  }

  @Test
  void shouldNotTakeThePeersProcessForIt() throws Exception {
    begin(home, MAIN, "--host", "[::1]:77");

    assertEquals(Optional.empty(), found());
  }

  @Test
  void shouldNotTakeTheReplicaOfAnotherDirectoryForIt() throws Exception {
    begin(temporary, MAIN, "--host", "[::1]:7");

    assertEquals(Optional.empty(), found());
  }

  private Optional<Long> found() throws InterruptedException {
    return replica.process().map(LiveProcess::pid);
  }

  private LocalReplica replica(String host, int port) {
    ReplicaName name = new ReplicaName(host, port);
    return new LocalReplica(name, "[::1]:7", new RunFiles(temporary, name.toString()), home);
  }

  /** A process with these words among its arguments, until its standard input ends. */
  private void begin(Path directory, String... words) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", "read line; exit 0");
    builder.command().addAll(List.of(words));
    process = builder.directory(directory.toFile()).start();
    Files.writeString(temporary.resolve("[::1]:7.pid"), process.pid() + "\n");
  }
}
