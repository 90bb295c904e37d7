package org.rkv.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;

/** What looks like two halves and is none: it mends itself, and no operator is asked. */
class NoOperatorIT {
  private static final Duration MENDED = Duration.ofSeconds(10);
  private static final Duration SEEN = Duration.ofSeconds(20);

  /** Longer than any timeout between replicas. */
  private static final Duration PAUSE = Duration.ofSeconds(4);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path scratch;

  private final Witnesses witnesses = new Witnesses();
  private ReplicaHosts hosts;
  private ReplicaHost alone;
  private List<ReplicaHost> three;

  @BeforeEach
  void startThreeAndOneAlone() throws Exception {
    hosts =
        new ReplicaHosts(
            scratch, 29, List.of("--peer-timeout", "500"), "alpha", "beta", "gamma", "delta");
    three = hosts.all().subList(0, 3);
    alone = hosts.get(3);
    alone.listHosts(alone);
    for (ReplicaHost host : three) {
      host.listHosts(three.toArray(ReplicaHost[]::new));
    }
    hosts.startAll();
  }

  @AfterEach
  void leaveNothing() {
    witnesses.close();
    hosts.close();
  }

  @Test
  void shouldMendItselfAfterAHostRanAloneForAMomentAndAfterAPauseOfAll() throws Exception {
    three.forEach(witnesses::writeThrough);
    three.forEach(witnesses::readAt);
    awaitAcknowledged();

    // It answered nothing but GETs of nothing: what the others hold is taken over.
    for (ReplicaHost host : hosts.all()) {
      host.listHosts(hosts.all().toArray(ReplicaHost[]::new));
    }
    Eventually.until(SEEN, () -> alone.status().peers.length == 3, alone::lastLines);
    witnesses.register("by who was alone").writeThrough(alone);
    witnesses.readAt(alone);
    awaitAcknowledged();

    for (ReplicaHost host : hosts.all()) {
      host.freeze();
    }
    ReplicaHosts.pass(PAUSE);
    for (ReplicaHost host : hosts.all()) {
      host.thaw();
    }
    awaitAcknowledged();
    witnesses.stop();
    Promises.assertKept(
        "one ran alone for a moment, then all stood still", MENDED, hosts.all(), witnesses);
  }

  private void awaitAcknowledged() {
    int before = witnesses.acknowledgements();
    Eventually.until(
        SEEN,
        () -> witnesses.acknowledgements() > before + 50,
        () -> witnesses.acknowledgements() + " writes acknowledged\n" + alone.lastLines());
  }
}
