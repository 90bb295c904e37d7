package org.rkv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.KvrShell.Outcome;
import org.rkv.client.RkvClient;
import org.rkv.store.Limits;
import org.rkv.testing.Eventually;
import org.rkv.testing.OtherProcess;

/** What {@code kv_r.sh} starts a replica with: options, a JVM, files, and a jar that it builds. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KvrShellLaunchIT extends KvrShellStories {
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
        log.contains("a store full of the largest keys and values takes 335 MiB: see -Xmx"), log);
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
    assertRefused(1, "and would come back with ", shell.run("restart"));
    assertRefused(1, "elsewhere/127.0.0.1 cannot be made: ", shell.run("restart", "--other-data"));
    assertEquals("v", get("k"));
  }

  /** From a shell where RKV_DATA is not set, as in a new login: all would seem to be gone. */
  @Test
  void shouldNotStartWithoutTheDirectoriesThatReplicasWereStoppedWith() throws Exception {
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    Path kept = Files.createDirectory(shell.directory().resolve("kept"));
    shell.environment("RKV_DATA", "kept");
    assertEquals(0, shell.run("start").status());
    put("k", "v");
    assertEquals(0, shell.run("stop").status());

    shell.environment("RKV_DATA", "");
    String fault = "it keeps what it holds in " + kept.toRealPath().resolve("127.0.0.1");
    assertRefused(1, fault + ", and would come back in memory only: ", shell.run());
    assertEquals(List.of(), shell.replicaProcesses());
    assertRefused(1, "and would come back in memory only: ", shell.run("restart", "--all-at-once"));

    assertEquals(0, shell.run("start", "--other-data").status());
    assertEquals(0, shell.run("stop").status());
    assertEquals(0, shell.run("start").status(), "it has left them");
    assertEquals(0, shell.run("stop").status());
    shell.environment("RKV_DATA", "kept");
    assertEquals(0, shell.run("start").status());
    assertEquals("v", get("k"));
  }

  /** What was moved away while none runs is not missed. */
  @Test
  void shouldStartInMemoryWhenTheDirectoriesHaveBeenMovedAway() throws Exception {
    shell.writeReplicaFile("127.0.0.1");
    Path kept = Files.createDirectory(shell.directory().resolve("kept"));
    shell.environment("RKV_DATA", "kept");
    assertEquals(0, shell.run("start").status());
    assertEquals(0, shell.run("stop").status());

    Files.move(kept, shell.directory().resolve("aside"));
    shell.environment("RKV_DATA", "");

    assertEquals(0, shell.run("start").status());
  }

  /** What it acknowledged would be on no disk. */
  @Test
  void shouldEndAReplicaWhoseDataDirectoryIsTakenAwayAndStartItFromTheOther() throws Exception {
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    Path kept = Files.createDirectory(shell.directory().resolve("kept"));
    shell.environment("RKV_DATA", "kept");
    assertEquals(0, shell.run("start").status());
    put("k", "v");
    Path aside = Files.move(kept.resolve("127.0.0.2"), shell.directory().resolve("aside"));
    List<Long> one = shell.pids(List.of("127.0.0.1"));
    Eventually.until(
        "it ends at a write",
        () -> {
          tryToPut("k2", "v2");
          return shell.replicaProcesses().equals(one);
        },
        shell::replicaProcesses);

    String line = kept + "/127.0.0.2 was taken away or replaced while it was in use: the replica";
    assertTrue(log("127.0.0.2").contains(line), log("127.0.0.2"));
    assertTrue(Files.exists(aside.resolve("manifest")));
    Outcome start = shell.run("start");
    assertEquals(0, start.status(), start::toString);
    assertEquals("v", get("k"));
  }

  private void tryToPut(String key, String value) {
    try {
      put(key, value);
    } catch (IOException e) {
      // that is what may happen
    }
  }

  /** Once it was another directory for each, and all began empty without a word. */
  @Test
  void shouldKeepWhatReplicasHoldWhenTheirNamesAreWrittenInAnotherWay() throws Exception {
    Path kept = Files.createDirectory(shell.directory().resolve("kept"));
    shell.environment("RKV_DATA", "kept");
    shell.writeReplicaFile("127.0.0.1 127.0.0.2");
    assertEquals(0, shell.run("start").status());
    put("k", "v");
    List<Long> before = shell.pids(List.of("127.0.0.1", "127.0.0.2"));
    String port = ":" + shell.port();
    shell.writeReplicaFile("127.0.0.1" + port + " 127.0.0.1 127.0.0.2" + port);
    Outcome again = shell.run("start");

    assertEquals(0, again.status(), again::toString);
    assertTrue(
        again.out().contains("127.0.0.2" + port + ": already running (pid " + before.get(1)));
    assertEquals(before, shell.replicaProcesses().stream().sorted().toList());
    Outcome stop = shell.run("stop");
    assertTrue(stop.lines().contains("127.0.0.2" + port + ": stopped"), stop::toString);
    Outcome start = shell.run("start");
    assertEquals(0, start.status(), start::toString);
    assertEquals("disk", start.row("127.0.0.2" + port).get(9), start::toString);
    assertEquals("v", get("k"));
    assertEquals(2, shell.replicaProcesses().size());
    try (Stream<Path> directories = Files.list(kept)) {
      assertEquals(2, directories.count());
    }

    shell.run("stop");
    Files.move(kept.resolve("127.0.0.2"), kept.resolve("127.0.0.9"));
    assertRefused(1, "was written by replica 127.0.0.2" + port, shell.run("start"));
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

  private String log(String replica) throws IOException {
    return Files.readString(shell.directory().resolve("target/run/" + replica + ".log"));
  }
}
