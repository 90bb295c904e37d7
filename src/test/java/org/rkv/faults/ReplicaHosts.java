package org.rkv.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rkv.testing.Eventually;
import org.rkv.testing.FreePort;

/**
 * Some hosts, each with its own files. The processes of their replicas are ended when this is
 * closed.
 */
final class ReplicaHosts implements AutoCloseable {
  private static final Duration SERVING = Duration.ofSeconds(20);

  private final List<ReplicaHost> hosts = new ArrayList<>();
  private final List<ReplicaHost> strangers = new ArrayList<>();
  private final Path scratch;
  private final List<String> options;
  private final Thread endAtExit = new Thread(this::endAll, "end replicas");

  /**
   * Nothing is started yet; each lists all by name, and resolves each name to its address.
   *
   * @param network the second number of their addresses, 127.network.0.1 and so on, which no other
   *     test of this machine uses
   * @param options of each replica
   */
  ReplicaHosts(Path scratch, int network, List<String> options, String... names)
      throws IOException {
    this.scratch = scratch;
    this.options = options;
    int port = FreePort.find();
    for (int i = 0; i < names.length; i++) {
      InetAddress address =
          InetAddress.getByAddress(new byte[] {127, (byte) network, 0, (byte) (i + 1)});
      hosts.add(
          new ReplicaHost(
              names[i], new InetSocketAddress(address, port), scratch.resolve(names[i]), options));
    }
    for (ReplicaHost host : hosts) {
      host.resolve(names());
      host.listHosts(hosts.toArray(ReplicaHost[]::new));
    }
    Runtime.getRuntime().addShutdownHook(endAtExit);
  }

  ReplicaHost get(int i) {
    return hosts.get(i);
  }

  List<ReplicaHost> all() {
    return List.copyOf(hosts);
  }

  /** One that has nothing to do with the others, but for the port, and ends with them. */
  ReplicaHost stranger(String name, String literal) throws IOException {
    int port = hosts.get(0).address().getPort();
    Path directory = scratch.resolve("stranger-" + name);
    ReplicaHost stranger =
        new ReplicaHost(name, new InetSocketAddress(literal, port), directory, options);
    strangers.add(stranger);
    return stranger;
  }

  /** What a name service that is right answers. */
  Map<String, String> names() {
    Map<String, String> names = new LinkedHashMap<>();
    hosts.forEach(host -> names.put(host.name(), host.literal()));
    return names;
  }

  /** The same, but for one name, which leads to another host. */
  Map<String, String> namesBut(ReplicaHost name, ReplicaHost leadsTo) {
    Map<String, String> names = names();
    names.put(name.name(), leadsTo.literal());
    return names;
  }

  /** Starts all, and waits until clients are answered by all. */
  void startAll() throws IOException {
    for (ReplicaHost host : hosts) {
      host.start();
    }
    hosts.forEach(ReplicaHosts::awaitServing);
  }

  /** Waits until clients are answered. */
  static void awaitServing(ReplicaHost host) {
    Eventually.until(SERVING, host::serves, () -> host + " does not serve:\n" + host.lastLines());
  }

  /** Lets so much time go by: of the plan of a test, where there is no condition to wait for. */
  static void pass(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }

  @Override
  public void close() {
    endAll();
    Runtime.getRuntime().removeShutdownHook(endAtExit);
  }

  private void endAll() {
    List<ReplicaHost> all = new ArrayList<>(hosts);
    all.addAll(strangers);
    for (ReplicaHost host : all) {
      if (host.isRunning()) {
        try {
          host.kill();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
