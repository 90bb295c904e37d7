package org.rkv.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.OtherProcess;
import org.rkv.testing.Outcome;
import org.rkv.testing.ReplicaProcess;
import org.rkv.testing.Requirements;

/** What {@code target/rkv} can beyond the C client, against real replicas. */
final class RkvCommandIT {
  private static final List<String> FIVE =
      List.of("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5");
  private static final String THIRD = FIVE.get(2);
  private static final String STORED = "PUT: server response: succeeded (0)\n";
  private static final String NOT_CONNECTED =
      THIRD + ": RPC: Remote system error - Connection refused\n";
  private static final Duration DEADLINE = Duration.ofSeconds(120);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  private NetworkNamespace namespace;
  private final Map<String, String> environment = new HashMap<>();
  private Path rkv = Path.of("target/rkv").toAbsolutePath();

  @BeforeEach
  void openNamespace() throws IOException, InterruptedException {
    namespace = NetworkNamespace.open(directory);
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
  }

  @AfterEach
  void closeNamespace() throws IOException, InterruptedException {
    if (namespace != null) {
      namespace.close();
    }
  }

  private Outcome rkv(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(rkv.toString()));
    command.addAll(List.of(arguments));
    return namespace.run(DEADLINE, environment, command);
  }

  /** Runs rkv with a file as its standard input. */
  private Outcome rkvReading(Path input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" <\"$0\""));
    command.addAll(List.of(input.toString(), rkv.toString()));
    command.addAll(List.of(arguments));
    return namespace.run(DEADLINE, environment, command);
  }

  @Test
  void shouldAskTheOthersOnceItKnowsThem() throws Exception {
    List<ReplicaProcess> replicas = ReplicaProcess.startAll(namespace, directory, FIVE);
    assertEquals(new Outcome(0, STORED, ""), rkv("127.0.0.1", "PUT", "k", "v"));
    Outcome found = new Outcome(0, "GET: server response: succeeded (0); value=\"v\"\n", "");
    assertEquals(found, rkv(THIRD, "GET", "k"));

    replicas.get(2).terminate();
    assertEquals(
        new Outcome(
            0,
            found.stdout(),
            "rkv: "
                + THIRD
                + ": RPC: Remote system error - Connection refused; asking 127.0.0.1\n"),
        rkv(THIRD, "GET", "k"));

    Outcome failed = new Outcome(1, "client create failed\n", NOT_CONNECTED);
    assertEquals(failed, rkv("--no-failover", THIRD, "GET", "k"));
    environment.put("XDG_CACHE_HOME", directory.resolve("empty").toString());
    assertEquals(failed, rkv(THIRD, "GET", "k"));
    assertEquals(found.stdout(), rkv(THIRD + ",127.0.0.5", "GET", "k").stdout());
    expectOneUnreachable();
  }

  /** The others find out by themselves that one is gone: within their peer timeout. */
  private void expectOneUnreachable() throws Exception {
    List<String> lines = new ArrayList<>();
    for (String host : FIVE) {
      lines.add(host + (host.equals(THIRD) ? " not reachable" : " reachable"));
    }
    lines.add(0, lines.remove(4));
    Outcome expected = new Outcome(0, String.join("\n", lines) + "\n", "");
    Eventually.until(
        Duration.ofSeconds(20),
        () -> rkv("127.0.0.5", "REPLICAS").equals(expected),
        () -> rkv("127.0.0.5", "REPLICAS").toString() + " instead of " + expected);
  }

  @Test
  void shouldListTheReplicas() throws Exception {
    ReplicaProcess.startAll(namespace, directory, FIVE.subList(0, 2));
    assertEquals(
        new Outcome(0, "127.0.0.2 reachable\n127.0.0.1 reachable\n", ""),
        rkv("127.0.0.2", "REPLICAS"));
    assertEquals(
        "{\"command\":\"REPLICAS\",\"replicas\":[{\"name\":\"127.0.0.1\",\"reachable\":true},"
            + "{\"name\":\"127.0.0.2\",\"reachable\":true}]}\n",
        rkv("--json", "127.0.0.1", "REPLICAS").stdout());
  }

  @Test
  void shouldTellByTheExitStatusWhatWasAnswered() throws Exception {
    List<ReplicaProcess> replicas =
        ReplicaProcess.startAll(namespace, directory, FIVE.subList(0, 2));
    String host = "127.0.0.1";
    assertEquals(2, rkv("--exit-status", host, "GET", "k").status());
    assertEquals(0, rkv("--exit-status", host, "PUT", "k", "v").status());
    assertEquals(4, rkv("--exit-status", host, "PUT", "k".repeat(31), "v").status());
    assertEquals(1, rkv("--exit-status", "127.0.0.99", "GET", "k").status());
    assertEquals(new Outcome(0, "v", ""), rkv("--value-only", host, "GET", "k"));
    replicas.get(1).terminate();
    assertEquals(5, rkv("--exit-status", host, "PUT", "k", "w").status());
    assertEquals(
        new Outcome(0, "PUT: server response: failed (1)\n", ""), rkv(host, "PUT", "k", "w"));
  }

  @Test
  void shouldNotTakeAKeyForAnOption() throws Exception {
    ReplicaProcess.startAll(namespace, directory, FIVE.subList(0, 1));
    String host = FIVE.get(0);
    assertEquals(new Outcome(0, STORED, ""), rkv(host, "PUT", "--json", "--help"));
    assertEquals(
        new Outcome(0, "GET: server response: succeeded (0); value=\"--help\"\n", ""),
        rkv(host, "GET", "--json"));
    assertEquals(new Outcome(0, "rkv 1.1.0\n", ""), rkv("--version"));
    assertTrue(rkv("--help").stdout().contains("--no-failover"));
  }

  @Test
  void shouldRunManyCommandsFromAFile() throws Exception {
    int lines = 100_000;
    int wrong = 77_777;
    ReplicaProcess.startAll(namespace, directory, FIVE);
    StringBuilder input = new StringBuilder();
    for (int i = 1; i <= lines; i++) {
      input.append(i == wrong ? "PUT what\n" : "PUT key" + i % 200 + " value" + i + "\n");
    }
    Path file = Files.writeString(directory.resolve("input"), input, UTF_8);
    Path first = Files.writeString(directory.resolve("first"), input.substring(0, 200_000), UTF_8);
    rkvReading(first, THIRD, "-"); // Replicas that have just been started are not warm.

    long begin = System.nanoTime();
    Outcome outcome = rkvReading(file, THIRD, "-");
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf("rkv HOST -: %d PUT lines, %.0f lines/s%n", lines, lines / seconds);

    assertEquals("line " + wrong + ": usage: PUT key value\n", outcome.stderr());
    assertEquals(1, outcome.status());
    List<String> answers = outcome.stdout().lines().toList();
    assertEquals(lines - 1, answers.size());
    for (String answer : answers) {
      assertEquals("PUT: server response: key is not unique; value is reset (7)", answer);
    }
    assertEquals(
        "GET: server response: succeeded (0); value=\"value99999\"\n",
        rkv("127.0.0.5", "GET", "key199").stdout());
  }

  @Test
  void shouldSayThatItsInputWasNotSent() throws Exception {
    Path file = Files.writeString(directory.resolve("input"), "GET k\n", UTF_8);
    assertEquals(
        new Outcome(1, "client create failed\n", NOT_CONNECTED), rkvReading(file, THIRD, "-"));
  }

  @Test
  void shouldStartWithItsArchiveOfClasses() throws Exception {
    ReplicaProcess.startAll(namespace, directory, FIVE.subList(0, 1));
    rkv(FIVE.get(0), "PUT", "k", "v");
    long[] millis = new long[15];
    for (int i = 0; i < millis.length; i++) {
      long begin = System.nanoTime();
      assertEquals(0, rkv(FIVE.get(0), "GET", "k").status());
      millis[i] = (System.nanoTime() - begin) / 1_000_000;
    }
    Arrays.sort(millis);
    System.out.printf(
        "rkv HOST GET KEY: median %d ms, with nsenter and a shell%n", millis[millis.length / 2]);

    Path log = directory.resolve("classes.log");
    environment.put("JAVA_HOME", javaThatLogs(log).toString());
    assertEquals(0, rkv(FIVE.get(0), "GET", "k").status());
    List<String> ours;
    try (var lines = Files.lines(log)) {
      ours = lines.filter(line -> line.contains(" org.rkv.")).toList();
    }
    assertFalse(ours.isEmpty(), "it loads classes of ours");
    // Not all: what only the real command loads, its main class among it, is not in the archive.
    long mapped =
        ours.stream().filter(line -> line.contains("source: shared objects file")).count();
    // The JDK archives no class of a path that is another one in a URL, as one with a blank.
    boolean isArchived = rkv.toUri().getRawPath().equals(rkv.toString());
    assertEquals(isArchived, mapped > ours.size() / 2, mapped + " of " + ours.size());
  }

  /** Its options come after those of the script, which turn the log off. */
  private Path javaThatLogs(Path log) throws IOException {
    Path java = Files.createDirectories(directory.resolve("java/bin")).resolve("java");
    Path real = Path.of(System.getProperty("java.home"), "bin", "java");
    Files.writeString(
        java,
        String.format(
            "#!/bin/sh\n_JAVA_OPTIONS='-Xlog:class+load:file=%s' exec '%s' \"$@\"\n", log, real));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return directory.resolve("java");
  }

  /** An installation that has no archive of classes, used by several at the same time. */
  @Test
  void shouldMakeItsArchiveInTheUsersCache() throws Exception {
    ReplicaProcess.startAll(namespace, directory, FIVE.subList(0, 1));
    Path installed = Files.createDirectory(directory.resolve("bin")).resolve("rkv");
    rkv = Files.copy(rkv, installed, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    Outcome expected = new Outcome(0, "GET: server response: key value store is empty (5)\n", "");
    Callable<Outcome> get = () -> rkv(FIVE.get(0), "GET", "k");
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      for (Future<Outcome> each : threads.invokeAll(List.of(get, get, get))) {
        assertEquals(expected, each.get());
      }
    } finally {
      threads.shutdownNow();
    }
    List<Path> archives;
    try (var files = Files.list(directory.resolve("cache/rkv"))) {
      archives = files.filter(file -> file.toString().contains(".jsa")).toList();
    }
    assertEquals(1, archives.size(), archives::toString);
    assertTrue(Files.size(archives.get(0)) > 100_000);

    // What does not fit is not used, and nothing is said.
    Files.writeString(directory.resolve("bin/rkv.jsa"), "no archive");
    assertEquals(expected, get.call());
    Files.delete(directory.resolve("bin/rkv.jsa"));
    environment.put("XDG_CACHE_HOME", "/dev/null");
    assertEquals(expected, get.call());
    assertFalse(Files.exists(directory.resolve("bin/rkv.jsa")));
  }

  /** The C client has no word for any of this. */
  @Test
  void shouldSayNothingOfWhatJavaFindsAround() throws Exception {
    Requirements.commands("unshare", "mount");
    ReplicaProcess.startAll(namespace, directory, FIVE.subList(0, 1));
    environment.putAll(Client.OF_JAVA);
    Outcome expected = new Outcome(0, "GET: server response: key value store is empty (5)\n", "");
    assertEquals(expected, rkv(FIVE.get(0), "GET", "k"));
    Files.writeString(directory.resolve(".hotspotrc"), "");
    String here = "cd \"$0\" && exec \"$@\"";
    assertEquals(expected, sh(here, directory.toString(), FIVE.get(0), "GET", "k"));
    // The program stays where it is, also if that is below /tmp.
    String fullTmp =
        "mount --bind \"$0\" /mnt && mount -t tmpfs -o size=8k none /tmp"
            + " && mkdir -p \"$0\" && mount --bind /mnt \"$0\""
            + " && ! head -c 9999 /dev/zero 2>&1 >/tmp/full | grep -v . && exec \"$@\"";
    List<String> command = List.of("unshare", "-rm", "sh", "-c", fullTmp);
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of(rkv.getParent().toString(), rkv.toString(), FIVE.get(0), "GET", "k"));
    assertEquals(expected, namespace.run(DEADLINE, environment, words));
  }

  private Outcome sh(String script, String name, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, name, rkv.toString()));
    command.addAll(List.of(arguments));
    return namespace.run(DEADLINE, environment, command);
  }

  @Test
  void shouldConverseOnATerminal() throws Exception {
    Requirements.commands("script");
    ReplicaProcess.startAll(namespace, directory, FIVE.subList(0, 1));
    String typed = "put k $'\\x1b[2j'\nGET k\nreplicas\nhelp get\nGET\n$'\\x1b'\nDIGEST\nexit\n";
    for (String cache : List.of("cache", "cache/rkv/history/below")) { // there can be no second one
      environment.put("XDG_CACHE_HOME", directory.resolve(cache).toString());
      environment.put("TERM", "dumb");
      Outcome outcome = onATerminal(typed, "\"$RKV\" 127.0.0.1 -");
      String shown = outcome.stdout().replace("\r\n", "\n");
      assertEquals(0, outcome.status(), shown);
      for (String line :
          List.of(
              "Replica 127.0.0.1 answers. HELP lists the commands, Ctrl-D ends.\n",
              "rkv 127.0.0.1> ",
              "GET: server response: succeeded (0); value=\"\\x1b[2j\"\n",
              "127.0.0.1 reachable\n",
              "GET KEY\nShow the value of a key.\n",
              "usage: GET key\n",
              "bad command\n",
              "all replicas hold the same\n")) {
        assertTrue(shown.contains(line), line + " is missing: " + shown);
      }
    }
    Path history = directory.resolve("cache/rkv/history");
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(history)));
    assertTrue(Files.readString(history).contains("GET k"));

    Outcome raw = onATerminal("GET k\n", "\"$RKV\" 127.0.0.1 GET k; \"$RKV\" --raw 127.0.0.1 -");
    assertEquals(2, raw.stdout().split("\u001b\\[2j", -1).length - 1, raw::stdout);
    assertTrue(onATerminal("", "\"$RKV\" help").stdout().contains("Usage: rkv "));
    assertTrue(onATerminal("", "\"$RKV\"").stdout().contains(" bench host "));
  }

  private Outcome onATerminal(String typed, String command) throws Exception {
    List<String> words = new ArrayList<>(List.of("sh", "-c"));
    words.addAll(List.of("printf %s \"$1\" | script -qec \"$2\" /dev/null", "sh", typed, command));
    environment.put("RKV", rkv.toString());
    return namespace.run(DEADLINE, environment, words);
  }

  @Test
  void shouldFailWithoutAnInputOrAnOutput() throws Exception {
    ReplicaProcess.startAll(namespace, directory, FIVE.subList(0, 1));
    String noInput = "rkv: standard input is closed\n";
    assertEquals(new Outcome(1, "", noInput), redirected("<&-", "127.0.0.1", "-"));
    assertEquals(
        "rkv: --value-file: - cannot be read: standard input is closed\n",
        redirected("<&-", "--value-file", "-", "127.0.0.1", "PUT", "k").stderr());
    assertEquals(0, redirected("<&-", "127.0.0.1", "GET", "k").status());
    String noOutput = "rkv: standard output cannot be written: No space left on device\n";
    for (String full : List.of(">/dev/full", ">&-")) {
      assertEquals(new Outcome(1, "", noOutput), redirected(full, "127.0.0.1", "GET", "k"));
      assertEquals(
          new Outcome(1, "", noOutput), redirected("<<x " + full + "\nGET k\nx", "127.0.0.1", "-"));
      assertEquals(1, redirected(full, "--help").status());
      assertEquals(1, redirected(full, "bench", "--help").status());
    }
    assertEquals(0, redirected("2>&-", "127.0.0.1", "GET", "k").status());
  }

  @Test
  void shouldRemoveTheKeysOfABenchAfterCtrlC() throws Exception {
    ReplicaProcess.startAll(namespace, directory, FIVE.subList(0, 1));
    List<String> bench =
        OtherProcess.interruptible(List.of("timeout", "--preserve-status", "-s", "INT", "3"));
    bench.addAll(List.of(rkv.toString(), "bench", "127.0.0.1"));
    Outcome broken = namespace.run(DEADLINE, environment, bench);
    assertEquals(130, broken.status(), broken::toString);
    assertTrue(broken.stdout().contains(" operations in "), broken::toString);
    assertTrue(rkv("127.0.0.1", "STATUS").stdout().contains("entries: 0 of 256\n"));
    assertFalse(rkv("127.0.0.1", "STATUS").stdout().contains("tombstones: 0\n"), "it had some");
  }

  private Outcome redirected(String redirection, String... arguments) throws Exception {
    return sh("\"$@\" " + redirection, "sh", arguments);
  }

  @Test
  void shouldCompleteWordsInBash() throws Exception {
    Requirements.commands("bash");
    Path memory = Files.createDirectories(directory.resolve("cache/rkv")).resolve("replicas");
    Files.writeString(memory, "# title\n1 db1 db1 db2\n");
    assertEquals("PUT\n", complete("rkv", "--port", "7", "db1", "P"));
    assertEquals("", complete("rkv", "db1", "PUT", "P"));
    assertEquals("--json\n", complete("rkv", "--j"));
    assertEquals("", complete("rkv", "--port", ""));
    assertEquals("db1\ndb2\n", complete("rkv", "--json", "db"));
    assertEquals("--json\n", complete("rkv", "db1", "STATUS", "--js"));
    assertEquals("--keys-only\n", complete("rkv", "db1", "LIST", "--key"));
    assertEquals("LIST\nLOAD\n", complete("rkv", "db1", "L"));
    assertEquals("--clients\n", complete("rkv", "bench", "--cl"));
    assertEquals("db1\ndb2\n", complete("rkv", "bench", "--fill", "db"));
    assertEquals("DIGEST\n", complete("rkv", "help", "DI"));
  }

  private String complete(String... words) throws Exception {
    String script =
        ". target/completion/rkv.bash; HOSTFILE=/dev/null; COMP_WORDS=(\"$@\");"
            + " COMP_CWORD=$(($# - 1)); _rkv; printf '%s\\n' \"${COMPREPLY[@]}\" | grep . || :";
    List<String> command = new ArrayList<>();
    String here = Path.of("").toAbsolutePath().toString();
    command.addAll(List.of("bash", "-c", "cd '" + here + "'; " + script, "bash"));
    command.addAll(List.of(words));
    Outcome outcome = namespace.run(DEADLINE, environment, command);
    assertEquals("", outcome.stderr());
    return outcome.stdout();
  }
}
