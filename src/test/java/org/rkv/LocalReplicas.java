package org.rkv;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.rkv.client.AnnouncedFailedException;
import org.rkv.client.RkvClient;
import org.rkv.client.RkvException;
import org.rkv.net.ConnectionLimits;
import org.rkv.replica.ReplicaServer;
import org.rkv.replica.Settings;
import org.rkv.replica.peer.Secret;
import org.rkv.store.Limits;

/**
 * Some replicas in this JVM, each at a loopback address of its own, without a portmapper: for tests
 * of what calls them.
 */
public final class LocalReplicas implements AutoCloseable {
  private static final int MAX_RECORD_BYTES = 1 << 20;
  private static final long STOP_MILLIS = 2000;

  private final List<String> hosts;
  private final int port = FreePort.find();
  private final List<ReplicaServer> servers = new ArrayList<>();

  private LocalReplicas(int count) throws IOException {
    String network = "127.77." + ThreadLocalRandom.current().nextInt(1, 255) + ".";
    hosts = IntStream.rangeClosed(1, count).mapToObj(i -> network + i).toList();
  }

  /**
   * Starts them, and returns when each serves.
   *
   * @param directory for their replica file
   */
  public static LocalReplicas start(Path directory, int count, Limits limits) throws Exception {
    LocalReplicas replicas = new LocalReplicas(count);
    Path file = Files.write(directory.resolve("replica"), replicas.hosts);
    for (String host : replicas.hosts) {
      ReplicaServer server =
          new ReplicaServer(
              new Settings(
                  host,
                  replicas.port,
                  file,
                  Settings.DEFAULT_PEER_TIMEOUT_MILLIS,
                  limits,
                  Settings.DEFAULT_TOMBSTONE_GRACE_MILLIS,
                  Secret.NONE,
                  ConnectionLimits.forRecords(MAX_RECORD_BYTES),
                  false,
                  false));
      server.start();
      replicas.servers.add(server);
    }
    for (int i = 0; i < count; i++) {
      awaitServing(replicas.name(i));
    }
    return replicas;
  }

  /** Until it serves, it announces every operation as failed. */
  private static void awaitServing(String name) throws RkvException {
    try (RkvClient client = RkvClient.connect(name)) {
      while (true) {
        try {
          client.get("k");
          return;
        } catch (AnnouncedFailedException e) {
          Thread.onSpinWait();
        }
      }
    }
  }

  /** The addresses, in order. */
  public List<String> hosts() {
    return hosts;
  }

  /** The port of all. */
  public int port() {
    return port;
  }

  /** {@code HOST:PORT}. */
  public String name(int index) {
    return hosts.get(index) + ":" + port;
  }

  /** Where it listens. */
  public InetSocketAddress address(int index) {
    return new InetSocketAddress(hosts.get(index), port);
  }

  /** Stops one. */
  public void stop(int index) throws InterruptedException {
    servers.get(index).stop(STOP_MILLIS);
  }

  /** Stops all that run. */
  @Override
  public void close() throws InterruptedException {
    for (ReplicaServer server : servers) {
      server.stop(STOP_MILLIS);
    }
  }
}
