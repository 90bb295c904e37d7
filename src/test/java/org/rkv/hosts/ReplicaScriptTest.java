package org.rkv.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.testing.Outcome;

/** What {@code src/main/dist/rkv-replica} makes of the operator's files, before the JVM runs. */
final class ReplicaScriptTest {
  private static final Path SCRIPT = Path.of("src/main/dist/rkv-replica");

  @TempDir private Path directory;

  /** Prints the arguments that it is given. */
  @BeforeEach
  void writeJava() throws IOException {
    Path java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertTrue(java.toFile().setExecutable(true));
    Files.writeString(directory.resolve("replica"), "alpha beta\n");
  }

  private Outcome run(String... settings) throws Exception {
    return run(Map.of(), settings);
  }

  private Outcome run(Map<String, String> environment, String... settings) throws Exception {
    Files.write(directory.resolve("rkv.env"), List.of(settings));
    Path stdout = directory.resolve("stdout");
    Path stderr = directory.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder("sh", SCRIPT.toAbsolutePath().toString(), directory.toString());
    builder.environment().keySet().removeIf(name -> name.startsWith("RKV_"));
    builder.environment().remove("JAVA_HOME");
    builder.environment().putAll(environment);
    Process process =
        builder.redirectOutput(stdout.toFile()).redirectError(stderr.toFile()).start();
    int status = process.waitFor();
    return new Outcome(status, Files.readString(stdout), Files.readString(stderr));
  }

  private String java() {
    return "JAVA_HOME=" + directory.resolve("jdk");
  }

  private void assertRefused(String why, Outcome outcome) {
    assertEquals(2, outcome.status(), "which systemd does not start again");
    assertEquals("", outcome.stdout());
    assertTrue(outcome.stderr().contains(why), outcome.stderr());
  }

  @Test
  void shouldGiveTheReplicaTheWordsOfTheSettings() throws Exception {
    Outcome outcome =
        run(
            java(),
            "RKV_JAVA_OPTS=\"-XX:+UseG1GC -Xmx1g\"",
            "RKV_PORT=20500",
            "RKV_OPTS=--no-udp --capacity 1000");

    List<String> words =
        List.of(
            "-XX:+UseG1GC",
            "-Xmx1g",
            "-cp",
            SCRIPT.toAbsolutePath().resolveSibling("rkv.jar").toString(),
            "org.rkv.replica.Main",
            "--replica-file",
            directory.toRealPath().resolve("replica").toString(),
            "--port",
            "20500",
            "--no-udp",
            "--capacity",
            "1000");
    assertEquals(new Outcome(0, String.join("\n", words) + "\n", ""), outcome);
  }

  /** An empty one is for a replica in memory only. */
  @ParameterizedTest
  @CsvSource({
    "# nothing is set, --data /var/lib/rkv/data",
    "RKV_DATA=/srv/the disk, --data /srv/the disk/data",
    "RKV_DATA=, replica"
  })
  void shouldKeepDataInTheDirectoryOfTheUnitUnlessAnotherIsSet(String line, String end)
      throws Exception {
    Outcome outcome = run(Map.of("STATE_DIRECTORY", "/var/lib/rkv"), java(), line);

    assertTrue(outcome.stdout().replace('\n', ' ').endsWith(end + " "), outcome::toString);
  }

  @Test
  void shouldSayWhichSettingsMeanNothingToIt() throws Exception {
    String said = run(java(), "RKV_SSH=ssh -l rkv", "RKV_RUN_DIR=run").stdout();

    assertTrue(said.contains("rkv.env: RKV_SSH means something to kv_r.sh only\n"), said);
    assertTrue(said.contains("rkv.env: RKV_RUN_DIR means something to kv_r.sh only\n"), said);
  }

  @ParameterizedTest
  @CsvSource({
    "RKV_OPTS=$HOME, none of",
    "RKV_OPT=a, there is no such setting",
    "RKV_OPTS, not NAME=words"
  })
  void shouldRefuseASettingWithItsLine(String line, String why) throws Exception {
    assertRefused("rkv-replica: rkv.env, line 2: " + why, run(java(), line));
  }

  /** What the one refuses or reads otherwise, the other would start a replica with. */
  @Test
  void shouldReadTheSettingsAsTheShellScriptDoes() throws Exception {
    assertEquals(
        reading("kv_r.sh"),
        reading(SCRIPT.toString()).replace("\"rkv-replica: \"", "\"kv_r.sh: \""));
  }

  private static String reading(String script) throws IOException {
    String text = Files.readString(Path.of(script));
    int end = text.indexOf("\n}\n", text.indexOf("\nparse_settings() {\n"));
    return text.substring(text.indexOf("\nread_settings() {\n"), end);
  }

  /** With no name in it, it would serve alone, to whoever reaches this host. */
  @ParameterizedTest
  @ValueSource(strings = {"", "\n \t\n", "# alpha\n  # beta\n", "the packaged one"})
  void shouldNotStartWhereTheReplicaFileHasNoName(String text) throws Exception {
    String file = text.contains("packaged") ? Files.readString(Path.of("src/deb/replica")) : text;
    Files.writeString(directory.resolve("replica"), file);

    assertRefused("replica names no replica: write the names of all into it", run(java()));
  }

  @Test
  void shouldNotStartWithoutAReplicaFile() throws Exception {
    Files.delete(directory.resolve("replica"));

    assertRefused("replica names no replica", run(java()));
  }

  @Test
  void shouldSayThatThereIsNoJava() throws Exception {
    assertRefused("no Java: /nowhere/bin/java cannot be run", run("JAVA_HOME=/nowhere"));
  }
}
