package org.rkv.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;
import org.rkv.testing.Figures;

/** Wall clocks that are wrong for a while, beside restarts. */
class ClockIT {
  private static final Duration MENDED = Duration.ofSeconds(10);
  private static final Duration SEEN = Duration.ofSeconds(20);
  private static final int GRACE_MILLIS = 10_000;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path scratch;

  private ReplicaHosts hosts;
  private ReplicaHost alpha;
  private ReplicaHost beta;
  private ReplicaHost gamma;
  private FakeTime clock;
  private Witnesses witnesses;

  @BeforeEach
  void start() throws Exception {
    hosts =
        new ReplicaHosts(
            scratch,
            24,
            List.of("--peer-timeout", "500", "--tombstone-grace", Integer.toString(GRACE_MILLIS)),
            "alpha",
            "beta",
            "gamma");
    alpha = hosts.get(0);
    beta = hosts.get(1);
    gamma = hosts.get(2);
    witnesses = new Witnesses();
    clock = alpha.ownClock();
  }

  @AfterEach
  void leaveNothing() {
    if (hosts != null) {
      witnesses.close();
      hosts.close();
    }
  }

  private static void restart(ReplicaHost host) throws Exception {
    host.terminate();
    host.start();
    ReplicaHosts.awaitServing(host);
  }

  @Test
  void shouldKeepWhatIsWrittenAfterADeleteOfAClockThatWasAhead() throws Exception {
    hosts.startAll();
    Register register = witnesses.register("k");
    register.writeThrough(beta);
    clock.setAhead(Duration.ofMinutes(10));
    long forgottenNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
    // A replica whose clock was set forward answers nobody until the others have answered it.
    Eventually.until("deleted", () -> alpha.delete("k"), alpha::toString);
    clock.setAhead(Duration.ZERO);

    // As late as can be: whoever starts counts from anew how long it has remembered something.
    long restartNanos;
    do {
      long startNanos = System.nanoTime();
      restart(gamma);
      restartNanos = System.nanoTime() - startNanos;
    } while (System.nanoTime() + 2 * restartNanos - forgottenNanos < 0);
    Eventually.until(
        SEEN,
        () -> beta.contents().tombstones == 0,
        () -> beta + " remembers:\n" + beta.lastLines());
    restart(alpha);
    Figures.print(
        "tombstones of a deleted key where its grace is not over", gamma.contents().tombstones);
    register.writeThrough(alpha);
    Promises.assertKept(
        "a delete of a clock ten minutes ahead, and two restarts", MENDED, hosts.all(), witnesses);
  }

  @Test
  void shouldServeAgainAfterTwoStepsOfAClockTheSecondWhileAReplicaIsDown() throws Exception {
    hosts.startAll();
    Register register = witnesses.register("k");
    clock.setAhead(Duration.ofMinutes(50));
    register.writeThrough(alpha);
    gamma.terminate();
    clock.setAhead(Duration.ofMinutes(100));
    alpha.put("k", Integer.toString(register.next()));
    clock.setAhead(Duration.ZERO);
    gamma.start();
    Promises.assertKept(
        "two steps of a clock, the second while a replica was down",
        MENDED,
        hosts.all(),
        witnesses);
  }

  @Test
  void shouldServeAgainAfterAClockWasAYearAheadForASecond() throws Exception {
    hosts.startAll();
    Register register = witnesses.register("k");
    register.writeThrough(beta);
    clock.setAhead(Duration.ofDays(365));
    alpha.put("k", Integer.toString(register.next()));
    clock.setAhead(Duration.ZERO);
    restart(gamma);
    restart(beta);
    Promises.assertKept(
        "a clock a year ahead, and a restart of the others", MENDED, hosts.all(), witnesses);
  }
}
