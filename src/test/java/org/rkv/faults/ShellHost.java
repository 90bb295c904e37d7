package org.rkv.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rkv.testing.Eventually;
import org.rkv.testing.LongAgo;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.ShellCluster;

/**
 * A host of a namespace. Its replica, which kv_r.sh starts, goes by a replica file, a name service
 * and a wall clock of its own. It lists itself by its address, and the others by their names. For
 * one thread.
 */
final class ShellHost implements AutoCloseable {
  private static final Duration LISTENING = Duration.ofSeconds(60);
  private static final String LISTENING_LINE = " listening at ";

  private final String name;
  private final String literal;
  private final Path directory;
  private final ShellCluster cluster;
  private final FakeTime clock;
  private int starts;

  /**
   * Nothing is started yet, and neither names nor a replica file are there.
   *
   * @param literal its address
   * @param options of its replica
   */
  ShellHost(
      NetworkNamespace namespace,
      Path directory,
      String name,
      String literal,
      int port,
      String options)
      throws IOException {
    this.name = name;
    this.literal = literal;
    this.directory = Files.createDirectories(directory);
    clock = FakeTime.in(directory);
    Map<String, String> environment = new HashMap<>(clock.environment());
    environment.put(
        "RKV_JAVA_OPTS",
        ShellCluster.SOON_STARTED + " -Djdk.net.hosts.file=" + directory.resolve("hosts"));
    cluster =
        ShellCluster.install(namespace, directory, List.of(literal), port, options, environment);
  }

  String name() {
    return name;
  }

  String literal() {
    return literal;
  }

  FakeTime clock() {
    return clock;
  }

  /** Its entry in the replica file of that host. */
  String entryAt(ShellHost host) {
    return host == this ? literal : name;
  }

  /** Puts another replica file in place of its own, at once. */
  void list(List<String> entries) throws IOException {
    replace("replica", String.join("\n", entries) + "\n");
  }

  /** From now on look-ups of these names have these answers, and those of any other name none. */
  void resolve(Map<String, String> addresses) throws IOException {
    StringBuilder hosts = new StringBuilder();
    addresses.forEach((name, address) -> hosts.append(address + " " + name + "\n"));
    replace("hosts", hosts.toString());
  }

  private void replace(String file, String text) throws IOException {
    Path fresh = LongAgo.modified(Files.writeString(directory.resolve(file + ".new"), text, UTF_8));
    Files.move(fresh, directory.resolve(file), ATOMIC_MOVE);
  }

  /** Runs {@code kv_r.sh start} and does not wait. */
  Process start() throws IOException {
    starts++;
    return cluster.beginStart(literal);
  }

  /** Returns when the process that was started last listens. */
  void awaitListening() {
    Eventually.until(
        LISTENING,
        () -> cluster.log(literal).split(LISTENING_LINE, -1).length - 1 == starts,
        () -> name + " was started " + starts + " times:\n" + cluster.log(literal));
  }

  /** SIGKILL. */
  void kill() throws Exception {
    cluster.kill(literal);
  }

  /** SIGTERM, to its end. */
  void terminate() throws Exception {
    cluster.terminate(literal);
  }

  /** SIGSTOP. */
  void freeze() throws IOException, InterruptedException {
    cluster.freeze(literal);
  }

  /** SIGCONT. */
  void thaw() throws IOException, InterruptedException {
    cluster.thaw(literal);
  }

  /** All that its replica has logged, in all its lives. */
  String log() throws IOException {
    return cluster.log(literal);
  }

  @Override
  public void close() {
    cluster.close();
  }

  @Override
  public String toString() {
    return name;
  }
}
