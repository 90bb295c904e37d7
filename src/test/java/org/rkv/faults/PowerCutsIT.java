package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Digests;
import org.rkv.testing.Eventually;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.OtherProcess;
import org.rkv.testing.Requirements;
import org.rkv.testing.ShellCluster;

/**
 * Five replicas with a data directory each, under a load of clients: all are killed at the same
 * moment, again and again, and started on what they have on their disks. Each time all must hold
 * the same then; and at the end an order must exist that explains all that the clients were told:
 * no acknowledged write is lost, and no deleted key comes back.
 *
 * <p>{@code -Drkv.powerCuts=3} for so many, {@code -Drkv.powerCuts.seconds=3600} for as many as
 * there are in an hour; by default fifty.
 */
class PowerCutsIT {
  private static final List<String> HOSTS =
      List.of("127.0.5.1", "127.0.5.2", "127.0.5.3", "127.0.5.4", "127.0.5.5");
  private static final String JAVA_FLAGS = "RKV_JAVA_OPTS";
  private static final int PORT = 20456;
  private static final int CLIENTS = 8;
  private static final int KEYS = 12;
  private static final int THINK_MILLIS = 2;

  /** Of some hundred operations. */
  private static final int LEAST_HISTORY_BYTES = 16 << 10;

  private static final Duration BUSY = Duration.ofSeconds(30);
  private static final Duration EQUAL = Duration.ofSeconds(20);

  private final int cuts = Integer.getInteger("rkv.powerCuts", 50);
  private final long runSeconds = Long.getLong("rkv.powerCuts.seconds", 0);
  private final long seed = Long.getLong("rkv.powerCuts.seed", new Random().nextInt(1_000_000));
  private final Random random = new Random(seed);
  private final Summary summary = new Summary();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path scratch;

  private final Map<String, String> environment = new HashMap<>();
  private NetworkNamespace namespace;
  private ShellCluster cluster;
  private LoadProcess load;

  @BeforeEach
  void start() throws Exception {
    Requirements.commands("flock", "setsid");
    namespace = NetworkNamespace.open(scratch);
    Path data = Files.createDirectory(scratch.resolve("data"));
    cluster =
        ShellCluster.install(
            namespace,
            Files.createDirectory(scratch.resolve("shell")),
            HOSTS,
            PORT,
            "",
            environment);
    environment.put("RKV_DATA", data.toString());
    startWithAnArchive(scratch.resolve("classes.jsa"));
    load =
        LoadProcess.start(namespace, historyFile(), seed, CLIENTS, KEYS, THINK_MILLIS, PORT, HOSTS);
  }

  /**
   * Five processes are started each time: what each would load and verify comes from an archive
   * that one of them leaves when it ends.
   */
  private void startWithAnArchive(Path archive) throws Exception {
    String first = HOSTS.get(0);
    environment.put(JAVA_FLAGS, ShellCluster.SOON_STARTED);
    cluster.start();
    cluster.terminate(first);
    environment.put(JAVA_FLAGS, ShellCluster.SOON_STARTED + " -XX:ArchiveClassesAtExit=" + archive);
    cluster.start(first);
    cluster.terminate(first);
    assertTrue(Files.exists(archive));
    environment.put(JAVA_FLAGS, ShellCluster.SOON_STARTED + " -XX:SharedArchiveFile=" + archive);
    cluster.start();
  }

  @AfterEach
  void leaveNothing() throws Exception {
    if (load != null) {
      load.close();
    }
    if (cluster != null) {
      cluster.close();
    }
    if (namespace != null) {
      namespace.close();
    }
  }

  private Path historyFile() {
    return scratch.resolve("history");
  }

  @Test
  void shouldLoseNothingWhenAllAreKilledAtOnceUnderLoad() throws Exception {
    System.out.println("power cuts: seed " + seed + ", in " + scratch);
    long beganNanos = System.nanoTime();
    int done = 0;
    while (done < cuts || System.nanoTime() - beganNanos < TimeUnit.SECONDS.toNanos(runSeconds)) {
      cut();
      done++;
    }
    summary.judge(historyFile(), "seed " + seed);
  }

  /** It is written in pieces, so the moment is any one within an operation. */
  private void awaitHistory(long bytes) {
    Eventually.until(
        BUSY, () -> Files.size(historyFile()) >= bytes, () -> "the clients do nothing: " + seed);
  }

  private void cut() throws Exception {
    load.ask("run");
    long bytesBefore = Files.size(historyFile());
    awaitHistory(bytesBefore + LEAST_HISTORY_BYTES + random.nextInt(LEAST_HISTORY_BYTES));
    List<Long> pids = new ArrayList<>();
    for (String host : HOSTS) {
      pids.add(cluster.pid(host));
    }
    OtherProcess.kill(pids);
    load.send("pause");
    cluster.start();
    long servingNanos = System.nanoTime();
    load.answer();
    Eventually.until(
        EQUAL,
        () -> Digests.parse(load.ask("digests")).areEqual(),
        () -> "seed " + seed + ":\n" + Digests.parse(load.ask("digests")));
    summary.healed(List.of(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - servingNanos));
    assertEquals(List.of(), load.ask("read"), "each replica can be read");
  }
}
