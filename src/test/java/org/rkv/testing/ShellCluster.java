package org.rkv.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/**
 * Replicas that {@code kv_r.sh} runs in a directory of their own, and what a test does to them. All
 * are ended, by their process ids, when the cluster is closed.
 */
public final class ShellCluster implements AutoCloseable {
  /** Flags for the JVM, where to start soon counts more than to run fast; else the script's own. */
  public static final String SOON_STARTED = "-XX:+UseSerialGC -Xmx128m -XX:TieredStopAtLevel=1";

  private static final Duration SCRIPT = Duration.ofSeconds(150);
  private static final Duration END = Duration.ofSeconds(10);

  private final Path directory;
  private final List<String> hosts;
  private final int port;
  private final String options;
  private final Map<String, String> environment;
  private final BiFunction<Path, List<String>, ProcessBuilder> place;
  private final Thread closeAtExit = new Thread(this::killAll, "end replicas");

  private ShellCluster(
      Path directory,
      List<String> hosts,
      int port,
      String options,
      Map<String, String> environment,
      BiFunction<Path, List<String>, ProcessBuilder> place)
      throws IOException {
    this.directory = directory.toRealPath();
    this.hosts = hosts;
    this.port = port;
    this.options = options;
    this.environment = environment;
    this.place = place;
    ProjectCopy.make(directory, List.of("kv_r.sh", "target/rkv.jar"));
    LongAgo.modified(
        Files.writeString(directory.resolve("replica"), String.join("\n", hosts) + "\n"));
    Runtime.getRuntime().addShutdownHook(closeAtExit);
  }

  /**
   * Of this machine, at a free port, without a portmapper; nothing is started yet.
   *
   * @param hosts loopback addresses, which other tests of this machine do not use
   * @param options for the server
   */
  public static ShellCluster install(Path directory, List<String> hosts, String options)
      throws IOException {
    return new ShellCluster(
        directory,
        hosts,
        FreePort.find(),
        "--no-portmapper " + options,
        Map.of(),
        ShellCluster::here);
  }

  /** The same, where no process may have more files open than this. */
  public static ShellCluster install(
      Path directory, List<String> hosts, String options, int maxOpenFiles) throws IOException {
    return new ShellCluster(
        directory,
        hosts,
        FreePort.find(),
        "--no-portmapper " + options,
        Map.of(),
        (place, command) -> {
          List<String> limited = new ArrayList<>();
          limited.addAll(List.of("sh", "-c", "ulimit -n " + maxOpenFiles + " && exec \"$@\"", "-"));
          limited.addAll(command);
          return here(place, limited);
        });
  }

  /** In a namespace, at this port; nothing is started yet. */
  public static ShellCluster install(
      NetworkNamespace namespace, Path directory, List<String> hosts, int port, String options)
      throws IOException {
    return install(namespace, directory, hosts, port, options, Map.of());
  }

  /**
   * As {@link #install(NetworkNamespace, Path, List, int, String)}.
   *
   * @param environment of the script besides, and of what it starts
   */
  public static ShellCluster install(
      NetworkNamespace namespace,
      Path directory,
      List<String> hosts,
      int port,
      String options,
      Map<String, String> environment)
      throws IOException {
    return new ShellCluster(directory, hosts, port, options, environment, namespace::enter);
  }

  private static ProcessBuilder here(Path directory, List<String> command) {
    return new ProcessBuilder(command).directory(directory.toFile());
  }

  /** The addresses of all, as the replica file names them. */
  public List<String> hosts() {
    return hosts;
  }

  /** Where the replica of this host listens. */
  public InetSocketAddress address(String host) {
    return new InetSocketAddress(host, port);
  }

  /** Where each listens, in the order of {@link #hosts}. */
  public List<InetSocketAddress> addresses() {
    return hosts.stream().map(this::address).toList();
  }

  private Path script() {
    return directory.resolve("kv_r.sh");
  }

  /** Runs {@code kv_r.sh start}, for some replicas or all, to its end. */
  public void start(String... replicas) throws IOException, InterruptedException {
    Process script = beginStart(replicas);
    assertTrue(script.waitFor(SCRIPT.toMillis(), TimeUnit.MILLISECONDS), "kv_r.sh start ends");
    assertEquals(0, script.exitValue(), this::output);
  }

  /** What kv_r.sh has said so far. */
  private String output() {
    try {
      return "kv_r.sh start: " + Files.readString(directory.resolve("kv_r.log"), ISO_8859_1);
    } catch (IOException e) {
      return "kv_r.sh start, and " + e;
    }
  }

  /** Runs the same and does not wait. */
  public Process beginStart(String... replicas) throws IOException {
    return begin("start", replicas);
  }

  /** Runs a command of {@code kv_r.sh} and does not wait. */
  public Process begin(String verb, String... replicas) throws IOException {
    ProcessBuilder builder = script(verb, replicas);
    Path output = directory.resolve("kv_r.log");
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    return builder.start();
  }

  /** What {@code kv_r.sh status} prints. */
  public String status() throws IOException, InterruptedException {
    return statusOutcome().stdout();
  }

  /** What {@code kv_r.sh status} prints, both streams as one, and its exit status. */
  public Outcome statusOutcome() throws IOException, InterruptedException {
    Process status = script("status").redirectErrorStream(true).start();
    String printed = new String(status.getInputStream().readAllBytes(), ISO_8859_1);
    assertTrue(status.waitFor(SCRIPT.toMillis(), TimeUnit.MILLISECONDS), "kv_r.sh status ends");
    return new Outcome(status.exitValue(), printed, "");
  }

  private ProcessBuilder script(String verb, String... replicas) {
    List<String> command = new ArrayList<>(List.of(script().toString(), verb));
    command.addAll(List.of(replicas));
    ProcessBuilder builder = place.apply(directory, command);
    builder.environment().keySet().removeIf(name -> name.startsWith("RKV_"));
    builder.environment().put("RKV_PORT", Integer.toString(port));
    builder.environment().put("RKV_OPTS", options);
    builder.environment().putAll(environment);
    return builder;
  }

  /** The process id of a replica that was started. */
  public long pid(String host) throws IOException {
    return Long.parseLong(
        Files.readString(directory.resolve("target/run/" + host + ".pid")).strip());
  }

  /** All that the replica has logged, in all its lives. */
  public String log(String host) throws IOException {
    return Files.readString(directory.resolve("target/run/" + host + ".log"), ISO_8859_1);
  }

  /** SIGKILL; returns when the process is gone. */
  public void kill(String host) throws Exception {
    OtherProcess.kill(List.of(pid(host)));
  }

  /** SIGSTOP: it is there and does nothing. */
  public void freeze(String host) throws IOException, InterruptedException {
    OtherProcess.signal("STOP", pid(host));
  }

  /** SIGCONT. */
  public void thaw(String host) throws IOException, InterruptedException {
    OtherProcess.signal("CONT", pid(host));
  }

  /** SIGTERM; returns when the process is gone. */
  public void terminate(String host) throws Exception {
    long pid = pid(host);
    OtherProcess.signal("TERM", pid);
    Eventually.until(
        END, () -> OtherProcess.hasEnded(pid), () -> host + " does not stop at SIGTERM");
  }

  /** Ends whatever runs in this directory. */
  @Override
  public void close() {
    killAll();
    Runtime.getRuntime().removeShutdownHook(closeAtExit);
  }

  private void killAll() {
    OtherProcess.replicasIn(directory)
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
  }
}
