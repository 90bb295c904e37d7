package org.rkv.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The steps, as kv_r.sh calls them and reads what they print. */
@Timeout(60)
class ControlTest {
  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void setUp() throws IOException {
    environment.put("RKV_RUN_DIR", directory.toString());
    Files.writeString(file(), "127.0.0.1 lost.invalid 127.0.0.2:7\n");
  }

  @Test
  void shouldTellLocalReplicasFromRemoteOnes() throws Exception {
    assertEquals(0, run("choose"));
    assertEquals(
        List.of("local\t127.0.0.1", "remote\tlost.invalid", "local\t127.0.0.2:7"), printed());
  }

  @Test
  void shouldChooseOnlyThoseOfThisMachineAndFindTheFlags() throws Exception {
    environment.put("RKV_OPTS", "--capacity 1000000 --max-length 130");

    assertEquals(0, run("choose", "--here", "--flags", "/nowhere/java", "127.0.0.2"));
    assertEquals(
        List.of(
            "local\t127.0.0.2:7",
            "flags\t-XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:+UseTransparentHugePages -Xmx785m"
                + " -XX:+ExitOnOutOfMemoryError"),
        printed());
  }

  @Test
  void shouldSayWhatIsWrongWithTheFile() throws Exception {
    Files.writeString(file(), "127.0.0.1\na:b\n");

    assertEquals(1, run("choose"));
    assertEquals(
        "kv_r.sh: " + file() + ": line 2: \"a:b\" is not the name of a replica\n",
        err.toString(UTF_8));
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() throws Exception {
    assertEquals(2, run("choose", "nobody"));
    assertEquals(
        "kv_r.sh: the replica file does not name \"nobody\";"
            + " it names 127.0.0.1 lost.invalid 127.0.0.2:7\n",
        err.toString(UTF_8));
    assertEquals(2, run("dance"));
    assertEquals(2, run());
  }

  @Test
  void shouldPrintRowsForAnotherMachine() throws Exception {
    Files.writeString(directory.resolve("127.0.0.1.log"), "INFO: serving at 127.0.0.1:9 (alone)\n");

    assertEquals(0, run("row", "127.0.0.1=4711", "127.0.0.2:7=-"));
    assertEquals(
        List.of(
            "127.0.0.1\t127.0.0.1:9\t4711\tserving\t" + directory + "/127.0.0.1.log",
            "127.0.0.2:7\t127.0.0.2:7\t-\tstopped\t" + directory + "/127.0.0.2:7.log"),
        printed());
    assertEquals(1, run("row", "lost.invalid=-"));
  }

  @Test
  void shouldPrintATableOfLocalAndRemoteReplicas() throws Exception {
    environment.put("RKV_PORT", "1");
    String remote =
        "Welcome!\nfar.invalid\tfar.invalid:8\t12\tstarting\tlog\nlost.invalid\tunreachable\n";

    assertEquals(1, runWith(remote, "table", "127.0.0.1=-", "lost.invalid", "far.invalid"));
    assertEquals(
        List.of(
            "127.0.0.1 127.0.0.1:1 - stopped - - - - " + directory + "/127.0.0.1.log",
            "lost.invalid lost.invalid:1 - unreachable - - - - -",
            "far.invalid far.invalid:8 12 starting - - - - log"),
        printed().stream().skip(1).map(line -> line.replaceAll(" +", " ")).toList());
  }

  @Test
  void shouldCallUnknownWhatAnotherMachineDoesNotTell() throws Exception {
    assertEquals(1, run("table", "lost.invalid"));
    assertEquals(
        "lost.invalid lost.invalid:20456 - unknown - - - - -",
        printed().get(1).replaceAll(" +", " "));
  }

  @Test
  void shouldWaitForReplicas() throws Exception {
    assertEquals(1, run("await", "1", "127.0.0.1"));
    assertEquals("kv_r.sh: 127.0.0.1 did not start; the end of its log:\n", err.toString(UTF_8));
  }

  private int run(String... arguments) throws InterruptedException {
    return runWith("", arguments);
  }

  private int runWith(String input, String... arguments) throws InterruptedException {
    return new Control(
            file(),
            environment,
            new ByteArrayInputStream(input.getBytes(UTF_8)),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8))
        .run(List.of(arguments));
  }

  private List<String> printed() {
    return out.toString(UTF_8).lines().toList();
  }

  private Path file() {
    return directory.resolve("replica");
  }
}
