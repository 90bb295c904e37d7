package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.Figures;
import org.rkv.testing.Latencies;
import org.rkv.testing.ProcessFigures;
import org.rkv.testing.Requirements;
import org.rkv.testing.ShellCluster;
import org.rkv.testing.TestClient;

/** Thousands of connections to a real replica: idle ones, short ones, and half records. */
class ConnectionsIT {
  private static final List<String> HOSTS = List.of("127.0.5.1", "127.0.5.2");
  private static final String FIRST = HOSTS.get(0);
  private static final int IDLE = 10_000;
  private static final int STORM = 5_000;
  private static final int HALF_RECORDS = 2_000;
  private static final int OTHER_FILES = 1_000;

  /** Threads of an event loop for what may block, such as the look at the replica file. */
  private static final int HELPERS = 4;

  private static final long KIB = 1024;
  private static final int CONNECT_MILLIS = 10_000;
  private static final Duration GONE = Duration.ofSeconds(20);

  /** The longest that half a record may wait for its other half. */
  private static final long STALLED_MILLIS = 10_000;

  @TempDir Path directory;

  private ShellCluster cluster;
  private ProcessFigures replica;
  private final List<SocketChannel> connections = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    Requirements.commands("flock", "setsid");
    long files = ProcessFigures.maxOpenFiles();
    Assumptions.assumeTrue(
        files >= IDLE + OTHER_FILES,
        () -> "needs " + (IDLE + OTHER_FILES) + " open files, may have " + files + ": ulimit -Hn");
    cluster = ShellCluster.install(directory, HOSTS, "--max-connections " + (IDLE + OTHER_FILES));
    cluster.start();
    replica = new ProcessFigures(cluster.pid(FIRST));
    try (TestClient client = TestClient.connect(cluster.address(FIRST), CONNECT_MILLIS)) {
      assertEquals(kv.PUT_OK, client.put("k", "v"));
    }
    useOften(); // so that its code is loaded and its threads are there
  }

  @AfterEach
  void leaveNothing() throws IOException {
    for (SocketChannel connection : connections) {
      connection.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private SocketChannel open() throws IOException {
    SocketChannel connection = SocketChannel.open();
    connections.add(connection);
    connection.connect(cluster.address(FIRST));
    return connection;
  }

  /** A client as rkv is: connects, makes a call, and goes. */
  private void use() throws Exception {
    InetSocketAddress address = cluster.address(FIRST);
    try (TestClient client = TestClient.connect(address, CONNECT_MILLIS)) {
      assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, client.put("k", "v"));
      assertEquals("v", client.stub().GET_1("k").value.value);
    }
  }

  private Latencies useOften() throws Exception {
    Latencies latencies = new Latencies();
    for (int i = 0; i < 100; i++) {
      latencies.time(
          () -> {
            use();
            return null;
          });
    }
    return latencies;
  }

  @Test
  void shouldServeBesideTenThousandIdleConnections() throws Exception {
    Latencies usual = useOften();
    long heap = replica.heapBytesAfterCollection();
    long resident = replica.residentBytes();
    for (int i = 0; i < IDLE; i++) {
      open();
    }
    Latencies beside = useOften();
    assertTrue(replica.openFiles() > IDLE, "all are open");
    long heapEach = (replica.heapBytesAfterCollection() - heap) / IDLE;
    long residentEach = (replica.residentBytes() - resident) / IDLE;

    Figures.print("connect, PUT, GET with few connections", usual);
    Figures.print("the same beside " + IDLE + " idle ones", beside);
    Figures.print("bytes in the heap for each idle connection (< 8192)", heapEach);
    Figures.print("bytes of resident memory for each idle connection (< 8192)", residentEach);
    assertEquals(usual.count(), beside.count(), "all are answered");
    assertTrue(heapEach < 8 * KIB, () -> heapEach + " bytes of heap");
    assertTrue(residentEach < 8 * KIB, () -> residentEach + " bytes of memory");
  }

  @Test
  void shouldKeepNothingOfAConnectionStorm() throws Exception {
    long files = replica.openFiles();
    List<String> threads = replica.threads();
    long start = System.nanoTime();
    for (int i = 0; i < STORM; i++) {
      SocketChannel connection = open();
      if (i % 3 == 1) {
        connection.setOption(StandardSocketOptions.SO_LINGER, 0); // it is reset
      } else if (i % 3 == 2) {
        connection.write(halfARecord());
      }
      connection.close();
    }
    Figures.print(
        "ms for " + STORM + " connections, one after the other",
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));

    Eventually.until(
        GONE,
        () -> replica.openFiles() <= files,
        () -> replica.openFiles() + " open files, not " + files);
    Eventually.until(
        GONE,
        () -> replica.threads().size() <= threads.size() + HELPERS,
        () -> replica.threads() + ", before: " + threads);
    use();
  }

  @Test
  void shouldCloseConnectionsThatNeverEndTheirRecord() throws Exception {
    Latencies others = new Latencies();
    long start = System.nanoTime();
    for (int i = 0; i < HALF_RECORDS; i++) {
      open().write(halfARecord());
    }
    long written = System.nanoTime();
    int servedMeanwhile;
    try (Background background = new Background()) {
      background.repeat(
          () ->
              others.time(
                  () -> {
                    use();
                    return null;
                  }));
      expectToBeClosed(connections.get(0), start);
      servedMeanwhile = others.count();
      for (SocketChannel connection : connections) {
        expectToBeClosed(connection, start);
      }
      background.stop();
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - written);

    Figures.print("ms until " + HALF_RECORDS + " half records are closed (10 s)", millis);
    Figures.print("connect, PUT, GET of others meanwhile", others);
    assertTrue(servedMeanwhile > 0, "others are served while all of them wait");
  }

  private static void expectToBeClosed(SocketChannel connection, long startNanos)
      throws IOException {
    connection.socket().setSoTimeout((int) GONE.toMillis());
    assertEquals(-1, connection.socket().getInputStream().read(), "the replica closes it");
    assertTrue(
        System.nanoTime() - startNanos > TimeUnit.MILLISECONDS.toNanos(STALLED_MILLIS),
        "a slow caller has its time");
  }

  /** The mark of a record of 100 bytes, and ten of them. */
  private static ByteBuffer halfARecord() {
    return ByteBuffer.allocate(14).putInt(0x80000064).position(14).flip();
  }
}
