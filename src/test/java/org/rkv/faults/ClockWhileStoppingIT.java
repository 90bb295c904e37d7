package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.OtherProcess;
import org.rkv.testing.Requirements;
import org.rkv.testing.ShellCluster;

/**
 * The wall clock is set forward while {@code kv_r.sh stop} waits for a replica: one that is still
 * at work on its end must not be killed for that.
 */
class ClockWhileStoppingIT {
  private static final String HOST = "127.0.1.1";
  private static final long TERM_BIT = 1L << (15 - 1);
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path scratch;

  private NetworkNamespace namespace;
  private FakeTime clock;
  private ShellCluster cluster;

  @BeforeEach
  void start() throws Exception {
    Requirements.commands("flock", "setsid");
    namespace = NetworkNamespace.open(scratch);
    clock = FakeTime.in(scratch);
    cluster =
        ShellCluster.install(
            namespace,
            Files.createDirectories(scratch.resolve("replicas")),
            List.of(HOST),
            20456,
            "",
            clock.environment());
    cluster.start();
  }

  @AfterEach
  void leaveNothing() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
    if (namespace != null) {
      namespace.close();
    }
  }

  @Test
  void shouldNotKillAReplicaSinceTheClockWasSetForward() throws Exception {
    long pid = cluster.pid(HOST);
    cluster.freeze(HOST);
    Process stop = cluster.begin("stop");
    Eventually.until(SOON, () -> isToldToStop(pid), () -> "kv_r.sh stop has not asked it to");

    clock.setAhead(Duration.ofMinutes(10));

    assertFalse(OtherProcess.hasEnded(pid), "it was killed");
    assertTrue(stop.isAlive(), "it is waited for");
    cluster.thaw(HOST);
    assertTrue(stop.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "kv_r.sh stop ends");
    assertEquals(0, stop.exitValue());
    assertTrue(cluster.log(HOST).contains(" INFO: stopped"), () -> "it ended by itself");
  }

  private static boolean isToldToStop(long pid) throws Exception {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("ShdPnd:"))
        .mapToLong(line -> Long.parseUnsignedLong(line.split("\\s+")[1], 16))
        .anyMatch(pending -> (pending & TERM_BIT) != 0);
  }
}
