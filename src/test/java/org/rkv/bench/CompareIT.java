package org.rkv.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;
import org.rkv.testing.LongAgo;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;
import org.rkv.testing.ProjectCopy;
import org.rkv.testing.Requirements;

/** The one command of performance.md, with rounds so short that only the way of it is tested. */
@Tag("alone")
class CompareIT {
  private static final Duration DEADLINE = Duration.ofSeconds(150);
  private static final List<String> NEEDED =
      List.of(
          "kv_r.sh",
          "kv.x",
          "target/rkv.jar",
          "target/test-classes",
          "src/test/c",
          "src/test/bench/compare");

  @TempDir private Path temporary;

  @Test
  void shouldMeasureBothSidesOfEachComparisonAndLeaveNothingBehind() throws Exception {
    Requirements.commands(
        "make", "cc", "rpcgen", "pkg-config", "redis-server", "redis-cli", "etcd");
    Path project = temporary.resolve("rkv"); // with a target/bench of its own
    ProjectCopy.make(project, NEEDED);
    try (NetworkNamespace namespace =
        NetworkNamespace.open(Files.createDirectory(temporary.resolve("scratch")))) {
      Map<String, String> environment = Map.of("HOME", temporary.toString());
      Outcome outcome =
          namespace.run(
              DEADLINE,
              environment,
              List.of(project.resolve("src/test/bench/compare").toString(), "1", "1", "0"));

      assertEquals(0, outcome.status(), outcome::toString);
      assertTrue(outcome.stdout().contains(": ratio "), outcome::toString);
      String sockets = namespace.run("ss", "-Hltn").stdout();
      assertEquals("", sockets, "nobody listens any more");
    }

    Map<String, Integer> sides = sides(project.resolve("target/bench/compare.csv"));
    assertTrue(
        sides
            .keySet()
            .containsAll(
                List.of(
                    "PUT at 64 clients beside Redis SET + WAIT 4",
                    "durable PUT at 64 clients beside Redis (appendfsync always)",
                    "durable PUT at 64 clients beside etcd",
                    "GET at 64 clients with data beside in memory",
                    "PUT at 64 clients over all replicas beside one",
                    "90 GET 10 PUT at 64 clients beside GET",
                    "NULL at 8 clients beside libtirpc",
                    "GET at 8 clients beside libtirpc",
                    "PUT at 64 clients beside fan_out",
                    "fan_out at 64 clients over all processes beside one")),
        sides::toString);
    sides.forEach((what, count) -> assertEquals(2, count, what));
  }

  @Test
  void shouldNotMeasureAnotherProgramThatHasOneOfItsPorts() throws Exception {
    Path project = temporary.resolve("rkv");
    ProjectCopy.make(project, NEEDED);
    try (NetworkNamespace namespace =
        NetworkNamespace.open(Files.createDirectory(temporary.resolve("scratch")))) {
      Path directory = Files.createDirectory(temporary.resolve("other"));
      LongAgo.modified(Files.writeString(directory.resolve("replica"), "127.0.0.1\n"));
      namespace.start(
          directory,
          directory.resolve("log"),
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              project.resolve("target/rkv.jar").toString(),
              "org.rkv.replica.Main",
              "--no-portmapper",
              "--host=127.0.0.1",
              "--port=26381"));
      Eventually.until(
          "the other program listens",
          () -> namespace.run("ss", "-Hltn").stdout().contains(":26381 "),
          () -> logOf(directory));
      Outcome outcome =
          namespace.run(
              DEADLINE,
              Map.of("HOME", temporary.toString()),
              List.of(project.resolve("src/test/bench/compare").toString(), "1", "1", "0"));

      assertEquals(1, outcome.status(), outcome::toString);
      assertEquals("compare: another program listens at 127.0.0.1:26381\n", outcome.stderr());
    }
  }

  private static String logOf(Path directory) {
    try {
      return Files.readString(directory.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** How many sides of each comparison did something. */
  private static Map<String, Integer> sides(Path csv) throws IOException {
    Map<String, Integer> sides = new TreeMap<>();
    for (String line : Files.readAllLines(csv).stream().skip(1).toList()) {
      String[] cells = line.split(",");
      assertTrue(Double.parseDouble(cells[4]) > 0, line);
      sides.merge(cells[0], 1, Integer::sum);
    }
    return sides;
  }
}
