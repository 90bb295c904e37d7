package org.rkv.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A replica as it runs in earnest: a JVM of its own, from {@code target/rkv.jar}, in a working
 * directory with a {@code replica} file.
 */
public final class ReplicaProcess {
  /** Where a replica listens unless told otherwise. */
  public static final int PORT = 20456;

  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final String host;
  private final int port;
  private final Path log;
  private final Process process;

  private ReplicaProcess(String host, int port, Path log, Process process) {
    this.host = host;
    this.port = port;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts the replica of this host at this port, and does not wait; its log is a file in the
   * directory. Where no portmapper answers, it is one itself at once.
   */
  public static ReplicaProcess start(
      NetworkNamespace namespace, Path directory, String host, int port) throws IOException {
    return start(namespace, directory, host, port, List.of("--portmapper", "embedded"));
  }

  /** The same with other options. */
  public static ReplicaProcess start(
      NetworkNamespace namespace, Path directory, String host, int port, List<String> options)
      throws IOException {
    Path log = Files.createTempFile(directory, fileName(host) + "-", ".log");
    List<String> command = command(host, port);
    command.addAll(options);
    return new ReplicaProcess(host, port, log, namespace.start(directory, log, command));
  }

  private static String fileName(String host) {
    return host.replace(':', '_');
  }

  /**
   * Starts a replica without peers and without a portmapper, at a free port of this machine, and
   * waits until it serves.
   *
   * @param options of the program
   */
  public static ReplicaProcess startAlone(Path directory, String host, String... options)
      throws Exception {
    int port = FreePort.find();
    LongAgo.modified(Files.writeString(directory.resolve("replica"), host + "\n", UTF_8));
    Path log = directory.resolve("log");
    List<String> command = command(host, port);
    command.add("--no-portmapper");
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    ReplicaProcess replica = new ReplicaProcess(host, port, log, process);
    replica.awaitServing();
    return replica;
  }

  /**
   * Starts a replica of this machine in a directory that has its {@code replica} file, and does not
   * wait; its log is a file there.
   *
   * @param host what it calls itself, a name that it resolves to an address of this machine
   * @param javaOptions of its JVM
   * @param options of the program
   * @param environment added to that of this process
   */
  public static ReplicaProcess start(
      Path directory,
      String host,
      int port,
      List<String> javaOptions,
      List<String> options,
      Map<String, String> environment)
      throws IOException {
    Path log = Files.createTempFile(directory, host + "-", ".log");
    List<String> command = command(javaOptions, host, port);
    command.add("--no-portmapper");
    command.addAll(options);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return new ReplicaProcess(host, port, log, builder.start());
  }

  /** The command that starts the replica of this host at this port. */
  public static List<String> command(String host, int port) {
    return command(List.of(), host, port);
  }

  private static List<String> command(List<String> javaOptions, String host, int port) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Replicas of a test are few moments old: to start soon counts more than to run fast.
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx128m", "-XX:TieredStopAtLevel=1"));
    command.addAll(javaOptions); // the last one counts
    // All threads of the JVM from the start, so that one more is one of ours.
    command.add("-XX:-UseDynamicNumberOfCompilerThreads");
    command.addAll(List.of("-cp", Path.of("target/rkv.jar").toAbsolutePath().toString()));
    command.addAll(List.of("org.rkv.replica.Main", "--host", host));
    command.addAll(List.of("--port", Integer.toString(port)));
    return command;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }

  /** What the system and the JVM say of its process. */
  public ProcessFigures figures() {
    return new ProcessFigures(process.pid());
  }

  /** Whether its process has not ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Writes the {@code replica} file, starts a replica for each host, waits till clients find them.
   */
  public static List<ReplicaProcess> startAll(
      NetworkNamespace namespace, Path directory, List<String> hosts) throws Exception {
    return startAll(namespace, directory, hosts, PORT);
  }

  /** As {@link #startAll(NetworkNamespace, Path, List)}, at another port. */
  public static List<ReplicaProcess> startAll(
      NetworkNamespace namespace, Path directory, List<String> hosts, int port) throws Exception {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("replica"), String.join("\n", hosts) + "\n", UTF_8);
    List<ReplicaProcess> replicas = new ArrayList<>();
    for (String host : hosts) {
      replicas.add(start(namespace, directory, host, port));
    }
    for (ReplicaProcess replica : replicas) {
      replica.awaitServing();
    }
    RpcInfo rpcInfo = new RpcInfo(namespace);
    for (String host : hosts) {
      rpcInfo.awaitMapped(host);
    }
    return replicas;
  }

  /** Waits until it says that it serves. */
  public void awaitServing() throws Exception {
    awaitLog("serving at " + host + ":" + port);
  }

  /** Waits until its log contains a text; fails at once if it ends before. */
  public void awaitLog(String text) throws Exception {
    Eventually.until(
        START,
        () -> {
          boolean alive = process.isAlive();
          boolean said = log().contains(text);
          assertTrue(said || alive, () -> host + " ended, and never said " + text + ":\n" + log());
          return said;
        },
        () -> host + " does not say " + text + ":\n" + log());
  }

  /** All that it has logged so far. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Asks it to stop, as an operator does, and checks that it does so properly. */
  public void terminate() throws InterruptedException {
    process.destroy();
    assertTrue(
        process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS),
        () -> host + " does not stop at SIGTERM:\n" + log());
    assertEquals(0, process.exitValue(), () -> "exit status after SIGTERM of " + host + log());
  }

  /** SIGSTOP: it is there and does nothing. */
  public void freeze() throws IOException, InterruptedException {
    OtherProcess.signal("STOP", process.pid());
  }

  /** SIGCONT. */
  public void thaw() throws IOException, InterruptedException {
    OtherProcess.signal("CONT", process.pid());
  }

  /** Ends it without a warning, as a crash does. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    assertTrue(process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS), "SIGKILL ends a process");
  }
}
