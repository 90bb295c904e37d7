package org.rkv.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;
import org.rkv.testing.ProjectCopy;
import org.rkv.testing.Requirements;

/** Does what readme.txt says, in a directory as {@code mvn package} leaves it. */
class ReadmeIT {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final List<String> INSTALLED =
      List.of("kv_r.sh", "replica", "kv.x", "target/rkv", "target/rkv.jar", "src/test/c");

  @TempDir private Path temporary;

  private Path directory;
  private NetworkNamespace namespace;
  private List<String> readme;

  @BeforeEach
  void install() throws IOException, InterruptedException {
    namespace = NetworkNamespace.open(Files.createDirectory(temporary.resolve("scratch")));
    directory = Files.createDirectory(temporary.resolve("rkv"));
    ProjectCopy.make(directory, INSTALLED);
    readme = Files.readAllLines(Path.of("readme.txt"));
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
  void shouldShowTheSessionAsItGoes() throws Exception {
    expect("A session looks like this:", "THE C CLIENT");
  }

  @Test
  void shouldBuildAndUseTheCClient() throws Exception {
    Requirements.commands("make", "cc", "rpcgen", "pkg-config");
    Outcome start = run("./kv_r.sh start");
    assertEquals(0, start.status(), start::toString);
    expect("THE C CLIENT", "THE rkv COMMAND");
  }

  @Test
  void shouldShowWhatTheCommandCanDo() throws Exception {
    assertEquals(0, run("./kv_r.sh start").status());
    expect("THE rkv COMMAND", "A JAVA PROGRAM");
  }

  @Test
  void shouldRunTheJavaProgram() throws Exception {
    assertEquals(0, run("./kv_r.sh start").status());
    Files.write(
        directory.resolve("Hello.java"),
        Session.indentedBetween(
            readme, "A JAVA PROGRAM", "    $ java -cp target/rkv.jar Hello.java"));
    expect("A JAVA PROGRAM", "HOW IT REPLICATES");
  }

  /** What a test of CI needs, a person who runs the tests needs too. */
  @Test
  void shouldNameThePackagesThatCiInstalls() throws Exception {
    String script = Files.readString(Path.of(".ci/run"));
    String text = String.join(" ", readme);
    Matcher list = Pattern.compile("packages\\+?=\\(([^)]*)\\)").matcher(script);
    while (list.find()) {
      for (String name : list.group(1).trim().split("\\s+")) {
        assertTrue(text.contains(" " + name), "readme.txt does not name " + name);
      }
    }
  }

  @Test
  void shouldPrintTheOptionsOfTheServer() throws Exception {
    expect("THE SERVER", "LIMITS");
  }

  private void expect(String from, String to) throws IOException, InterruptedException {
    List<Session> sessions = Session.between(readme, from, to);
    assertFalse(sessions.isEmpty(), "there is something to run");
    for (Session session : sessions) {
      Outcome outcome = run(session.command());
      assertEquals(0, outcome.status(), session.command() + ": " + outcome);
      assertEquals("", outcome.stderr(), session.command());
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
