package org.rkv.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.rpc.Contents;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;
import org.rkv.testing.LongAgo;
import org.rkv.testing.ReplicaProcess;
import org.rkv.testing.TestClient;

/**
 * A host as its replica sees it, on a loopback address of this machine: with a replica file, a name
 * service and, if wanted, a wall clock of its own, which a test can make wrong. For one thread.
 */
final class ReplicaHost {
  private static final int TIMEOUT_MILLIS = 2_000;
  private static final String NEVER_WRITTEN = "\u0001 nobody writes this";

  private final String name;
  private final InetSocketAddress address;
  private final Path directory;
  private final List<String> options;
  private Map<String, String> environment = Map.of();
  private String ownName;
  private ReplicaProcess process;

  ReplicaHost(String name, InetSocketAddress address, Path directory, List<String> options)
      throws IOException {
    this.name = name;
    this.address = address;
    this.directory = Files.createDirectories(directory);
    this.options = options;
    ownName = name;
  }

  String name() {
    return name;
  }

  /** Where its replica listens, whatever any name service says. */
  InetSocketAddress address() {
    return address;
  }

  /** Its address, as a replica file or a hosts file would have it. */
  String literal() {
    return address.getAddress().getHostAddress();
  }

  /** Its line in a replica file that names it by its name. */
  String entry() {
    return entry(name);
  }

  /** Its line in a replica file that spells it so. */
  String entry(String spelling) {
    return spelling + ":" + address.getPort();
  }

  /** From its next start on, its replica is told with {@code --host} that it is this one. */
  void callItself(String spelling) {
    ownName = spelling;
  }

  /** Puts another replica file in place of its own, at once. */
  void list(List<String> entries) throws IOException {
    replace("replica", String.join("\n", entries) + "\n");
  }

  /**
   * Writes over its replica file where it is, as scp does: half of the new text comes after this
   * pause, and only then the end of a longer old text goes.
   */
  void listByScp(List<String> entries, Duration pause) throws Exception {
    byte[] text = (String.join("\n", entries) + "\n").getBytes(UTF_8);
    int half = text.length / 2;
    try (RandomAccessFile file =
        new RandomAccessFile(directory.resolve("replica").toFile(), "rw")) {
      file.write(text, 0, half);
      ReplicaHosts.pass(pause);
      file.write(text, half, text.length - half);
      file.setLength(text.length);
    }
  }

  /** Puts a replica file in place that names these by their names. */
  void listHosts(ReplicaHost... hosts) throws IOException {
    list(Arrays.stream(hosts).map(ReplicaHost::entry).toList());
  }

  /**
   * From now on, look-ups of these names by its replica have these answers, and those of any other
   * name none.
   */
  void resolve(Map<String, String> addresses) throws IOException {
    StringBuilder hosts = new StringBuilder();
    addresses.forEach((name, address) -> hosts.append(address + " " + name + "\n"));
    replace("hosts", hosts.toString());
  }

  /** From its next start on, its replica has a wall clock of its own. */
  FakeTime ownClock() throws IOException {
    FakeTime clock = FakeTime.in(directory);
    environment = clock.environment();
    return clock;
  }

  /** Never half written to whoever reads it meanwhile. */
  private void replace(String file, String text) throws IOException {
    Path fresh = LongAgo.modified(Files.writeString(directory.resolve(file + ".new"), text, UTF_8));
    Files.move(fresh, directory.resolve(file), ATOMIC_MOVE);
  }

  /** Starts its replica, and does not wait. */
  void start() throws IOException {
    List<String> javaOptions = new ArrayList<>();
    javaOptions.add("-Djdk.net.hosts.file=" + directory.resolve("hosts"));
    // What a name service said stays in force no longer than a program may keep it.
    javaOptions.addAll(List.of("-Dsun.net.inetaddr.ttl=1", "-Dsun.net.inetaddr.negative.ttl=0"));
    process =
        ReplicaProcess.start(
            directory, ownName, address.getPort(), javaOptions, options, environment);
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.kill();
  }

  /** SIGTERM, to its end. */
  void terminate() throws InterruptedException {
    process.terminate();
  }

  /** SIGSTOP. */
  void freeze() throws IOException, InterruptedException {
    process.freeze();
  }

  /** SIGCONT. */
  void thaw() throws IOException, InterruptedException {
    process.thaw();
  }

  /** Whether there is a process of its replica. */
  boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** All that the process started last has logged. */
  String log() {
    return process.log();
  }

  /** The last lines that its replica has logged, for whoever has to find out what went wrong. */
  String lastLines() {
    if (process == null) {
      return "";
    }
    List<String> lines = log().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 12), lines.size())) + "\n";
  }

  /** A client of this replica alone. */
  TestClient connect() throws IOException {
    return TestClient.connect(address, TIMEOUT_MILLIS).timeoutMillis(TIMEOUT_MILLIS);
  }

  /** Whether clients are answered. */
  boolean serves() {
    return !get(NEVER_WRITTEN).equals("" + kv.GET_FAILED);
  }

  /** What a GET answers, as {@link TestClient#get}; no answer is one more that failed. */
  String get(String key) {
    try (TestClient client = connect()) {
      return client.get(key);
    } catch (IOException | OncRpcException e) {
      return "" + kv.GET_FAILED;
    }
  }

  /** Whether a PUT is acknowledged. */
  boolean put(String key, String value) {
    try (TestClient client = connect()) {
      return Register.isAcknowledged(client.put(key, value));
    } catch (IOException | OncRpcException e) {
      return false;
    }
  }

  /** Whether a DEL is acknowledged. */
  boolean delete(String key) {
    try (TestClient client = connect()) {
      return client.del(key) == kv.DEL_OK;
    } catch (IOException | OncRpcException e) {
      return false;
    }
  }

  /** What DIGEST answers. */
  Contents contents() throws IOException, OncRpcException {
    try (TestClient client = connect()) {
      return client.stub().DIGEST_1();
    }
  }

  /** What STATUS answers. */
  Status status() throws IOException, OncRpcException {
    try (TestClient client = connect()) {
      return client.stub().STATUS_1();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
