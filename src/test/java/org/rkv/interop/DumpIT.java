package org.rkv.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rkv.testing.Eventually;
import org.rkv.testing.LongAgo;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.OtherProcess;
import org.rkv.testing.Outcome;
import org.rkv.testing.ReplicaProcess;

/** LIST, DUMP and LOAD as {@code target/rkv} has them, in any locale. */
class DumpIT {
  private static final String SOURCE = "127.0.0.1";
  private static final String TARGET = "127.0.0.2";
  private static final Duration DEADLINE = Duration.ofSeconds(120);
  private static final List<String> OPTIONS = List.of("--capacity", "1000", "--no-portmapper");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  private NetworkNamespace namespace;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void startReplicas() throws Exception {
    namespace = NetworkNamespace.open(directory);
    environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
    start(SOURCE);
    start(TARGET);
  }

  /** A replica that knows no other one. */
  private void start(String host) throws Exception {
    Path own = Files.createDirectory(directory.resolve(host));
    LongAgo.modified(Files.writeString(own.resolve("replica"), host + "\n"));
    ReplicaProcess.start(namespace, own, host, ReplicaProcess.PORT, OPTIONS).awaitServing();
  }

  @AfterEach
  void closeNamespace() throws IOException, InterruptedException {
    if (namespace != null) {
      namespace.close();
    }
  }

  /** What stands behind the command is for a shell. */
  private Outcome rkv(String redirection, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "\"$@\" " + redirection, "sh"));
    command.add(Path.of("target/rkv").toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    return namespace.run(DEADLINE, environment, command);
  }

  private void put(String commands) throws Exception {
    Path file = directory.resolve("commands");
    Files.write(file, commands.getBytes(ISO_8859_1));
    assertEquals(0, rkv("<" + file, "--exit-status", SOURCE, "-").status());
  }

  @ParameterizedTest
  @CsvSource({"C, C.UTF-8", "C.UTF-8, C", "POSIX, C"})
  void shouldKeepEveryByteInAnyLocale(String ofDump, String ofLoad) throws Exception {
    StringBuilder commands = new StringBuilder();
    for (int each = 0; each < 256; each++) {
      commands.append(String.format("PUT $'\\x%02x' $'\\x%02x\\xff'%n", each, 255 - each));
    }
    put(commands + "PUT '' ''\n");
    Path dump = directory.resolve("dump");
    Path again = directory.resolve("again");

    environment.put("LC_ALL", ofDump);
    assertEquals(new Outcome(0, "", ""), rkv(">" + dump, SOURCE, "DUMP"));
    environment.put("LC_ALL", ofLoad);
    assertEquals(
        new Outcome(0, "LOAD: 257 stored\n", ""), rkv("<" + dump, "--no-env", TARGET, "LOAD"));
    assertEquals(0, rkv(">" + again, TARGET, "DUMP").status());

    assertEquals(entries(dump), entries(again));
    Outcome found = rkv("| od -An -tx1", "--value-only", TARGET, "GET", "A");
    assertEquals("be ff", found.stdout().strip());
  }

  private static List<String> entries(Path dump) throws IOException {
    List<String> lines = Files.readAllLines(dump, ISO_8859_1);
    assertEquals("# end of rkv dump: 257 entries", lines.get(lines.size() - 1));
    return lines.subList(1, lines.size());
  }

  @Test
  void shouldFailWhereItCannotWrite() throws Exception {
    put("PUT a b\n");
    for (String command : List.of("DUMP", "LIST")) {
      Outcome full = rkv(">/dev/full", SOURCE, command);
      assertEquals(1, full.status(), full::toString);
      assertTrue(
          full.stderr().startsWith("rkv: standard output cannot be written: "), full::toString);
      assertEquals(1, rkv(">&-", SOURCE, command).status());
    }
  }

  @Test
  void shouldRefuseAFileThatIsCutOffAndTellOfAPipe() throws Exception {
    put("PUT a 1\nPUT b 2\n");
    Path dump = directory.resolve("dump");
    rkv(">" + dump, SOURCE, "DUMP");
    List<String> lines = Files.readAllLines(dump);
    Files.write(dump, lines.subList(0, lines.size() - 1));

    Outcome ofFile = rkv("<" + dump, TARGET, "LOAD");
    assertEquals(1, ofFile.status());
    assertTrue(ofFile.stderr().endsWith("; nothing was loaded\n"), ofFile::toString);
    assertEquals("", rkv("", TARGET, "LIST").stdout());

    Outcome ofPipe = rkv("<" + fifo(dump), TARGET, "LOAD");
    assertEquals(1, ofPipe.status());
    assertEquals("LOAD: 2 stored\n", ofPipe.stdout());
    assertTrue(ofPipe.stderr().endsWith(" is missing; it has 2\n"), ofPipe::toString);
    assertEquals("a 1\nb 2\n", rkv("", TARGET, "LIST").stdout());
  }

  /** A named pipe that somebody writes this file to. */
  private Path fifo(Path file) throws IOException, InterruptedException {
    Path fifo = directory.resolve("fifo");
    namespace.run(
        DEADLINE,
        environment,
        List.of("sh", "-c", "mkfifo " + fifo + "; cat " + file + " >" + fifo + " 2>&1 &"));
    return fifo;
  }

  @Test
  void shouldSayWhereToGoOnWhenItIsInterrupted() throws Exception {
    put("PUT a 1\nPUT b 2\nPUT c 3\n");
    Path dump = directory.resolve("dump");
    rkv(">" + dump, SOURCE, "DUMP");
    List<String> lines = Files.readAllLines(dump);
    ProcessBuilder builder =
        namespace.enter(
            directory,
            OtherProcess.interruptible(
                List.of(
                    Path.of("target/rkv").toAbsolutePath().toString(), TARGET, "LOAD", "--keep")));
    builder.environment().putAll(environment);
    Process load = builder.start();
    load.getOutputStream().write((String.join("\n", lines.subList(0, 3)) + "\n").getBytes(UTF_8));
    load.getOutputStream().flush();
    Eventually.until(
        "two are stored",
        () -> rkv("", TARGET, "LIST").stdout().lines().count() == 2,
        () -> rkv("", TARGET, "LIST"));

    OtherProcess.signal("INT", load.pid());
    // It may wait for a line, and looks whether it is to end before each.
    Eventually.holds("it ends", () -> isGivenAnEmptyLineInVain(load));

    String err = new String(load.getErrorStream().readAllBytes(), UTF_8);
    assertEquals(130, load.waitFor(), err);
    assertEquals("LOAD: 2 stored\n", new String(load.getInputStream().readAllBytes(), UTF_8));
    Matcher goOn = Pattern.compile(" 127.0.0.2 LOAD --keep --from-line (\\d+)\n$").matcher(err);
    assertTrue(goOn.find(), err);
    assertTrue(Integer.parseInt(goOn.group(1)) >= 4, err);
  }

  private static boolean isGivenAnEmptyLineInVain(Process process) {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void shouldTakeOptionsBeforeHostAndBehindTheCommand() throws Exception {
    put("PUT --a 1\nPUT --b 2\nPUT c 3\n");

    assertEquals("--a\n--b\n", rkv("", SOURCE, "LIST", "--keys-only", "--limit", "2").stdout());
    assertEquals("--a 1\n", rkv("", "--limit", "1", SOURCE, "LIST").stdout());
    assertEquals("--b\n", rkv("", SOURCE, "LIST", "--keys-only", "--", "--b").stdout());
    assertEquals("c 3\n", rkv("", SOURCE, "list", "c", "--limit=9").stdout());
    assertEquals("c\n", rkv("", "--keys-only", SOURCE, "LIST", "c", "--limit", "9").stdout());
    Path line = Files.writeString(directory.resolve("line"), "LIST c --limit 1\nGET c\n");
    assertEquals(
        "c 3\nGET: server response: succeeded (0); value=\"3\"\n",
        rkv("<" + line, SOURCE, "-").stdout());
    Outcome others = rkv("", "--limit", "1", SOURCE, "STATUS");
    assertEquals(1, others.status());
    assertTrue(others.stderr().startsWith("rkv: --keys-only and --limit N go with HOST LIST\n"));
    assertEquals(
        "usage: rkv host LIST [PREFIX] [--keys-only] [--limit N]\n",
        rkv("", SOURCE, "LIST", "a", "b").stderr().replaceAll("usage: .*/rkv", "usage: rkv"));
  }
}
