package org.rkv.replica;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.net.ConnectionLimits;
import org.rkv.net.NameResolver;
import org.rkv.replica.core.HeapUse;
import org.rkv.replica.core.Incarnation;
import org.rkv.replica.core.OperationLog;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.Secret;
import org.rkv.store.Limits;
import org.rkv.store.StoreEntries;
import org.rkv.testing.LongAgo;
import org.rkv.testing.TestClient;

/**
 * One replica of a {@link Cluster}: a whole server, without a portmapper, on a loopback address and
 * with a replica file of its own. It can be stopped, which loses what it holds, and started again.
 */
final class TestReplica {
  private static final long LOOK_SECONDS = 30;
  private static final long STOP_MILLIS = 5_000;

  private final InetSocketAddress address;
  private final Path file;
  private final LogCapture log;
  private final List<String> operations = Collections.synchronizedList(new ArrayList<>());
  private ReplicaServer server;
  private volatile Long lastOrigin;
  private Limits limits = Limits.ofTheCSystem();
  private long maxBytes = 1 << 30;
  private HeapUse heap = HeapUse.NONE;
  private Secret secret = Secret.NONE;
  private String cluster;
  private NameResolver resolver = NameResolver.ofTheSystem();
  private long peerTimeoutMillis = 2_000;
  private long tombstoneGraceMillis = 60_000;
  private Path data;
  private Path clients;
  private HttpSettings http;

  TestReplica(InetSocketAddress address, Path file) {
    this.address = address;
    this.file = file;
    log = new LogCapture(host());
  }

  String host() {
    return address.getAddress().getHostAddress();
  }

  /** How it is named to clients. */
  String shown() {
    return host() + ":" + address.getPort();
  }

  InetSocketAddress address() {
    return address;
  }

  InetAddress inetAddress() {
    return address.getAddress();
  }

  LogCapture log() {
    return log;
  }

  TestReplica maxBytes(long bytes) {
    maxBytes = bytes;
    return this;
  }

  /** Has its next start find the heap as full as that one says. */
  TestReplica heap(HeapUse use) {
    heap = use;
    return this;
  }

  TestReplica limits(int capacity, int maxLength) {
    limits = new Limits(capacity, maxLength);
    return this;
  }

  TestReplica secret(Secret newSecret) {
    secret = newSecret;
    return this;
  }

  /** The name of its cluster. */
  TestReplica cluster(String name) {
    cluster = name;
    return this;
  }

  TestReplica resolver(NameResolver newResolver) {
    resolver = newResolver;
    return this;
  }

  TestReplica peerTimeoutMillis(long millis) {
    peerTimeoutMillis = millis;
    return this;
  }

  TestReplica tombstoneGraceMillis(long millis) {
    tombstoneGraceMillis = millis;
    return this;
  }

  /** It can be watched over HTTP. */
  TestReplica http(HttpSettings settings) {
    http = settings;
    return this;
  }

  /** Where it can be. */
  InetSocketAddress httpAddress() {
    return server.httpAddress();
  }

  /** Keeps what it holds there. As long as this process runs, no other replica can have it. */
  TestReplica data(Path directory) {
    data = directory;
    return this;
  }

  /** Who may call it is what that file says. */
  TestReplica clients(Path list) {
    clients = list;
    return this;
  }

  /**
   * Writes the replica file, in one step: the replica never sees half of it. As if long ago, so
   * that one that names nobody else is taken at once at the start.
   */
  TestReplica lists(String... names) throws IOException {
    return fileSays(String.join("\n", names) + "\n");
  }

  TestReplica fileSays(String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, text);
    LongAgo.modified(next);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    return this;
  }

  void removeFile() throws IOException {
    Files.delete(file);
  }

  /** Starts it, with nothing in its store. */
  TestReplica start() throws IOException, OncRpcException {
    if (server != null) {
      throw new IllegalStateException(host() + " runs already");
    }
    Settings settings =
        new Settings(
            host(),
            address.getPort(),
            file,
            peerTimeoutMillis,
            limits,
            maxBytes,
            tombstoneGraceMillis,
            secret,
            cluster,
            clients,
            ConnectionLimits.forRecords(Settings.defaultMaxRecordBytes(limits)),
            true,
            true,
            PortmapperUse.NONE,
            data,
            0,
            http,
            EffectiveOptions.NONE);
    server = new ReplicaServer(settings, new OperationLog(operations::add), resolver);
    server.measureHeapBy(heap);
    server.start();
    return this;
  }

  boolean isRunning() {
    return server != null;
  }

  /** Stops it at once: calls under way are not answered. */
  void stop() throws InterruptedException {
    ReplicaServer stopping = server;
    server = null;
    if (stopping != null) {
      stopping.stop(0);
      stopping.awaitEnd();
    }
  }

  /** Stops it as SIGTERM does: calls under way are answered first. */
  boolean stopGracefully() throws InterruptedException {
    ReplicaServer stopping = server;
    server = null;
    return stopping.stop(STOP_MILLIS);
  }

  /** Stops its thread, as SIGSTOP does: the system still accepts connections for it. */
  Frozen freeze() {
    CountDownLatch frozen = new CountDownLatch(1);
    CountDownLatch thaw = new CountDownLatch(1);
    server.inspect(
        life -> {
          frozen.countDown();
          awaitUninterrupted(thaw);
          return null;
        });
    if (!awaitUninterrupted(frozen)) {
      throw new AssertionError(host() + " could not be frozen");
    }
    return thaw::countDown;
  }

  private static boolean awaitUninterrupted(CountDownLatch latch) {
    try {
      return latch.await(LOOK_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** A replica that does not run until this is closed. */
  interface Frozen extends AutoCloseable {
    /** Lets it go on. */
    @Override
    void close();
  }

  TestClient client() throws IOException, OncRpcException {
    return TestClient.of(address);
  }

  boolean isServing() {
    return look(life -> life.self().isServing());
  }

  /** Whether it answers clients. */
  boolean isAnswering() {
    return look(life -> life.self().isAnswering());
  }

  /** Whether all of its list are there, and nobody has still to hear that it is taken out. */
  boolean isWhole() {
    return look(life -> life.peers().allAdmitted() && !life.peers().someoneDeparts());
  }

  /** Whether it can ask that one, in this life of that one, or is that one. */
  boolean reaches(TestReplica other) {
    return sees(other, Peer::isAdmitted);
  }

  /** Whether it can ask the other one, and has heard that it serves. */
  boolean reachesServing(TestReplica other) {
    return sees(other, Peer::isServing);
  }

  private boolean sees(TestReplica other, Predicate<Peer> as) {
    if (other == this) {
      return true;
    }
    return look(
        life ->
            life.peers().all().stream()
                .anyMatch(
                    peer ->
                        as.test(peer)
                            && peer.name().equals(other.host())
                            && (other.lastOrigin == null || other.lastOrigin == peer.start())));
  }

  /** How many other replicas it counts. */
  int peers() {
    return look(life -> life.peers().all().size());
  }

  /** The origin of this life of it. */
  long origin() {
    lastOrigin = look(life -> life.self().start());
    return lastOrigin;
  }

  /** What it holds, as one identity. */
  long incarnation() {
    return look(life -> life.self().incarnation());
  }

  /** All it holds, by key: stamp and value, tombstones included. */
  Map<String, String> contents() {
    return look(
        life -> {
          Map<String, String> contents = new TreeMap<>();
          StoreEntries.of(life.store())
              .forEach(
                  e ->
                      contents.put(
                          e.key(), e.stamp() + (e.isTombstone() ? " deleted" : "=" + e.value())));
          return contents;
        });
  }

  /** The keys of which it does not know that every replica has what it has. */
  List<String> unsettledKeys() {
    return look(
        life -> {
          List<String> keys = new ArrayList<>();
          StoreEntries.of(life.store())
              .forEach(
                  e -> {
                    if (!e.settled()) {
                      keys.add(e.key());
                    }
                  });
          return keys;
        });
  }

  int tombstones() {
    return look(life -> life.store().tombstones());
  }

  int liveEntries() {
    return look(life -> life.store().liveEntries());
  }

  /** Looks at its state, on its own thread. */
  <T> T look(Function<Incarnation, T> look) {
    try {
      return server.inspect(look).get(LOOK_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("cannot look into " + host(), e);
    }
  }

  /** The lines of its operation log so far. */
  List<String> operations() {
    synchronized (operations) {
      return List.copyOf(operations);
    }
  }

  void clearOperations() {
    operations.clear();
  }

  void discard() {
    try {
      stop();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      log.close();
    }
  }

  @Override
  public String toString() {
    return host() + (isRunning() ? "" : " (stopped)") + ":\n  " + log;
  }
}
