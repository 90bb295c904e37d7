package org.rkv.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;
import org.rkv.testing.Requirements;

/**
 * A command-line client: one of the two C clients, or the Java rkv. They must not differ in
 * anything that a caller sees.
 *
 * @param name what the test reports call it
 * @param executable the program, by its absolute path; that is also its name in a usage line
 * @param environment what it is started with besides the test's own environment
 */
public record Client(String name, Path executable, Map<String, String> environment) {
  /** Longer than the 25 s of a call: only a client that hangs meets it. */
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /** Where nothing can be remembered: without other replicas to ask, rkv is as the C client. */
  private static final String NO_DIRECTORY = "/dev/null";

  /** What users of other Java programs may have set: of each, Java says that it has heeded it. */
  static final Map<String, String> OF_JAVA =
      Map.of(
          "JAVA_TOOL_OPTIONS", "-Da=b",
          "_JAVA_OPTIONS", "-Da=c",
          "JDK_JAVA_OPTIONS", "-Da=d",
          "JDK_ALTERNATE_VM", "none",
          "_JAVA_LAUNCHER_DEBUG", "1",
          "_JAVA_SR_SIGNUM", "3");

  private static final String USUAL_LOCALE = "C.UTF-8";
  private static final Duration BUILD_DEADLINE = Duration.ofSeconds(120);

  /** The Java rkv, as {@code mvn package} leaves it, in an ordinary terminal. */
  static Client java() {
    return java(USUAL_LOCALE);
  }

  /**
   * The Java rkv in the given locale, which must not matter: arguments are bytes. Neither do its
   * own variables, be they right or wrong, nor those that Java heeds.
   */
  static Client java(String locale) {
    boolean isUsual = locale.equals(USUAL_LOCALE);
    Map<String, String> variables = new HashMap<>(OF_JAVA);
    variables.putAll(
        Map.of(
            "LC_ALL", locale,
            "XDG_CACHE_HOME", NO_DIRECTORY,
            "RKV_HOSTS", isUsual ? ",[::1]:,\t'" : "127.0.0.77",
            "RKV_PORT", isUsual ? "99999" : "20456",
            "RKV_OPTIONS", isUsual ? "--what 'is this" : "--json --exit-status --timeout 1"));
    return new Client("java, " + locale, Path.of("target/rkv").toAbsolutePath(), variables);
  }

  /** Builds both C clients, new and old, or skips the calling test where that is not possible. */
  public static List<Client> c() throws IOException, InterruptedException {
    Path build = buildC();
    return List.of(
        new Client("c, kv.x of today", build.resolve("new/rkv"), locale("C")),
        new Client("c, kv.x of old", build.resolve("old/rkv"), locale("C")));
  }

  /**
   * Builds the C client that calls over UDP, or skips the calling test. It repeats a call that is
   * not answered after 300 ms.
   */
  static Client udp() throws IOException, InterruptedException {
    return new Client("c over UDP", buildC().resolve("udp/rkv"), locale("C"));
  }

  /** Builds what registers a server and leaves it behind, or skips the calling test. */
  static Path leftBehind() throws IOException, InterruptedException {
    return buildC().resolve("left_behind");
  }

  private static Path buildC() throws IOException, InterruptedException {
    Requirements.commands("make", "cc", "rpcgen", "pkg-config");
    Requirements.file("/usr/include/tirpc/rpc/rpc.h", "libtirpc-dev");
    Requirements.file("/etc/netconfig", "libtirpc-common");
    Path build = Path.of("target/c").toAbsolutePath();
    Files.createDirectories(build);
    // Tests of another process of this build may want them at the same time.
    try (FileChannel lock = FileChannel.open(build.resolve("lock"), CREATE, WRITE)) {
      lock.lock();
      make(build);
    }
    return build;
  }

  private static void make(Path build) throws IOException, InterruptedException {
    File log = build.resolve("make.log").toFile();
    Process make =
        new ProcessBuilder("make", "-C", "src/test/c")
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    if (!make.waitFor(BUILD_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
      make.destroyForcibly();
    }
    assertTrue(
        make.waitFor() == 0, () -> "the C clients do not build; see " + log.getAbsolutePath());
  }

  /** Both C clients and the Java rkv. */
  static List<Client> all() throws IOException, InterruptedException {
    List<Client> all = new ArrayList<>(c());
    all.add(java());
    return List.copyOf(all);
  }

  private static Map<String, String> locale(String name) {
    return Map.of("LC_ALL", name);
  }

  /** Runs the client to its end; arguments are bytes, one char each. */
  public Outcome run(NetworkNamespace namespace, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(executable.toString());
    command.addAll(arguments);
    return namespace.run(DEADLINE, environment, command);
  }

  /** Runs the cases one after the other and checks each: streams and exit status. */
  void expect(NetworkNamespace namespace, String host, List<ClientCase> cases)
      throws IOException, InterruptedException {
    int line = 0;
    for (ClientCase each : cases) {
      line++;
      assertEquals(
          each.expected(executable.toString(), host),
          run(namespace, each.arguments(host)),
          name + ", line " + line + ": " + each.arguments(host));
    }
  }

  /** Runs one case and checks it. */
  void expect(NetworkNamespace namespace, String host, ClientCase one)
      throws IOException, InterruptedException {
    expect(namespace, host, List.of(one));
  }

  /** The bytes of a text as a terminal in UTF-8 would type them, one char each. */
  static String utf8(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  @Override
  public String toString() {
    return name;
  }
}
