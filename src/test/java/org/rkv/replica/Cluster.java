package org.rkv.replica;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.store.Limits;
import org.rkv.testing.Eventually;

/**
 * Replicas that know each other, all in this JVM, each on a loopback address of its own. The
 * addresses and the port are drawn for each cluster, so that nothing else on this machine is in the
 * way.
 */
public final class Cluster implements AutoCloseable {
  /** Below the ports that the system gives to outgoing connections. */
  private static final int FIRST_PORT = 12_000;

  private static final int PORTS = 18_000;
  private static final Random RANDOM = new Random();

  private final List<TestReplica> replicas = new ArrayList<>();

  /** Makes replicas that list each other and do not run yet. */
  Cluster(Path directory, int size) throws IOException {
    byte[] network = new byte[2];
    int port;
    do {
      RANDOM.nextBytes(network);
      port = FIRST_PORT + RANDOM.nextInt(PORTS);
    } while (network[0] == 0 || !isFree(network, port, size));
    for (int i = 0; i < size; i++) {
      InetSocketAddress address = new InetSocketAddress(inetAddress(network, i), port);
      replicas.add(new TestReplica(address, directory.resolve("replica" + i)));
    }
    String[] all = names();
    for (TestReplica replica : replicas) {
      replica.lists(all);
    }
  }

  /**
   * Replicas of which each serves, for tests of what calls them.
   *
   * @param directory for their replica files
   */
  public static Cluster serving(Path directory, int size, Limits limits) throws Exception {
    return serving(
        directory, size, replica -> replica.limits(limits.capacity(), limits.maxLength()));
  }

  /** A cluster of which every replica serves. */
  static Cluster serving(Path directory, int size) throws Exception {
    return serving(directory, size, replica -> {});
  }

  /** A cluster of which every replica serves, each set up like this. */
  static Cluster serving(Path directory, int size, Consumer<TestReplica> setUp) throws Exception {
    Cluster cluster = new Cluster(directory, size);
    try {
      cluster.replicas.forEach(setUp);
      cluster.startAll();
      cluster.awaitLinked();
      return cluster;
    } catch (Exception | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  private static InetAddress inetAddress(byte[] network, int index) throws IOException {
    return InetAddress.getByAddress(new byte[] {127, network[0], network[1], (byte) (index + 1)});
  }

  private static boolean isFree(byte[] network, int port, int size) {
    for (int i = 0; i < size; i++) {
      try (ServerSocket tcp = new ServerSocket(port, 1, inetAddress(network, i));
          DatagramSocket udp = new DatagramSocket(port, inetAddress(network, i))) {
        if (tcp.getLocalPort() != udp.getLocalPort()) {
          return false;
        }
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  TestReplica replica(int index) {
    return replicas.get(index);
  }

  List<TestReplica> all() {
    return replicas;
  }

  /** The address of one, as a replica file names it. */
  public String host(int index) {
    return replicas.get(index).host();
  }

  /** The port of all. */
  public int port() {
    return replicas.get(0).address().getPort();
  }

  /** {@code HOST:PORT} of one. */
  public String name(int index) {
    return host(index) + ":" + port();
  }

  /** Where one listens. */
  public InetSocketAddress address(int index) {
    return replicas.get(index).address();
  }

  /** Starts one that was stopped, and does not wait until it serves. */
  public void start(int index) throws IOException, OncRpcException {
    replicas.get(index).start();
  }

  /** Stops one at once. */
  public void stop(int index) throws InterruptedException {
    replicas.get(index).stop();
  }

  /** The addresses, as a replica file names them. */
  String[] names() {
    return replicas.stream().map(TestReplica::host).toArray(String[]::new);
  }

  void startAll() throws IOException, OncRpcException {
    for (TestReplica replica : replicas) {
      replica.start();
    }
  }

  /** Waits until every replica that runs serves, and every other one can ask it and knows that. */
  void awaitLinked() throws InterruptedException {
    Eventually.until("all that run serve, linked to each other", this::isLinked, this::describe);
  }

  private boolean isLinked() {
    List<TestReplica> running = running();
    running.forEach(TestReplica::origin); // a link to a former life is none, and one may end now
    return running.stream()
        .allMatch(one -> one.isServing() && running.stream().allMatch(one::reachesServing));
  }

  /** Waits until every replica that runs has taken over a list of so many others. */
  void awaitPeersOfAll(int count) throws InterruptedException {
    for (TestReplica replica : running()) {
      Eventually.until(
          replica.host() + " has " + count + " peers",
          () -> replica.peers() == count,
          this::describe);
    }
  }

  /** Waits until no replica that runs can ask this one. */
  public void awaitUnreachable(int index) throws InterruptedException {
    TestReplica lost = replicas.get(index);
    for (TestReplica replica : running()) {
      if (replica != lost) {
        Eventually.until(
            replica.host() + " has lost " + lost.host(),
            () -> !replica.reaches(lost),
            this::describe);
      }
    }
  }

  List<TestReplica> running() {
    return replicas.stream().filter(TestReplica::isRunning).toList();
  }

  /** Waits until every replica that runs holds the same, with the same stamps, all settled. */
  void awaitEqual() throws InterruptedException {
    Eventually.until(
        "all replicas hold the same, settled", this::isEqualAndSettled, this::describe);
  }

  private boolean isEqualAndSettled() {
    Map<String, String> first = null;
    for (TestReplica replica : running()) {
      Map<String, String> contents = replica.contents();
      first = first == null ? contents : first;
      if (!contents.equals(first) || !replica.unsettledKeys().isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** What a person wants to see when a test fails. */
  String describe() {
    return replicas.stream().map(TestReplica::toString).collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    replicas.forEach(TestReplica::discard);
  }
}
