package org.rkv.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;
import org.rkv.testing.ProjectCopy;

/** Does what operations.md says of backup, of restoring, and of moving to other limits. */
class BackupIT {
  private static final Path MANUAL = Path.of("src/site/markdown/operations.md");
  private static final Duration DEADLINE = Duration.ofSeconds(120);
  private static final List<String> INSTALLED =
      List.of("kv_r.sh", "replica", "kv.x", "target/rkv", "target/rkv.jar");

  @TempDir private Path temporary;

  private Path directory;
  private NetworkNamespace namespace;

  @BeforeEach
  void install() throws IOException, InterruptedException {
    namespace = NetworkNamespace.open(Files.createDirectory(temporary.resolve("scratch")));
    directory = Files.createDirectory(temporary.resolve("rkv"));
    ProjectCopy.make(directory, INSTALLED);
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    if (namespace == null) {
      return; // skipped
    }
    try {
      run("./kv_r.sh stop");
    } finally {
      namespace.close();
    }
  }

  @Test
  void shouldGoAsItIsWritten() throws Exception {
    assertEquals(0, run("./kv_r.sh start").status());
    List<Session> sessions =
        Session.between(Files.readAllLines(MANUAL), "## Backup", "## The operation log");
    assertTrue(sessions.size() >= 10, "all of it is found");
    for (Session session : sessions) {
      Outcome outcome = run(session.command());
      assertEquals(0, outcome.status(), session.command() + ": " + outcome);
      assertTrue(
          session.expected().matcher(outcome.stdout()).matches(),
          () -> session.command() + " is said to print " + session.output() + ": " + outcome);
    }
  }

  private Outcome run(String command) throws IOException, InterruptedException {
    Map<String, String> environment = Map.of("HOME", temporary.toString());
    String inDirectory = "cd '" + directory + "' && " + command;
    return namespace.run(DEADLINE, environment, List.of("sh", "-c", inDirectory));
  }
}
