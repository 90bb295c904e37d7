package org.rkv.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;

/**
 * Three replicas, on one of whose hosts the name service is wrong for some seconds: no acknowledged
 * write is lost, and once it is right again nobody has to do anything.
 */
class NameServiceIT {
  private static final Duration MENDED = Duration.ofSeconds(10);
  private static final Duration SLIP = Duration.ofSeconds(4);

  /** Longer than the peer timeout, so that the links end. */
  private static final Duration FREEZE = Duration.ofMillis(1500);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path scratch;

  private ReplicaHosts hosts;
  private ReplicaHost alpha;
  private ReplicaHost beta;
  private ReplicaHost gamma;
  private Witnesses witnesses;

  @BeforeEach
  void install() throws Exception {
    hosts =
        new ReplicaHosts(scratch, 21, List.of("--peer-timeout", "500"), "alpha", "beta", "gamma");
    alpha = hosts.get(0);
    beta = hosts.get(1);
    gamma = hosts.get(2);
    witnesses = new Witnesses();
  }

  @AfterEach
  void leaveNothing() {
    witnesses.close();
    hosts.close();
  }

  private void writeAndReadEverywhere() {
    hosts.all().forEach(witnesses::writeThrough);
    hosts.all().forEach(witnesses::readAt);
  }

  @Test
  void shouldLoseNoWriteWhenANameLeadsToAnotherReplicaForSomeSeconds() throws Exception {
    hosts.startAll();
    writeAndReadEverywhere();
    awaitAcknowledged();

    alpha.resolve(hosts.namesBut(gamma, beta));
    gamma.freeze();
    ReplicaHosts.pass(FREEZE);
    gamma.thaw();
    ReplicaHosts.pass(SLIP);
    alpha.resolve(hosts.names());

    witnesses.stop();
    Promises.assertKept(
        "a name led to another replica for seconds", MENDED, hosts.all(), witnesses);
  }

  @Test
  void shouldLoseNoWriteWhenAllNamesLeadToTheFirstReplicaThatStarts() throws Exception {
    Map<String, String> slip = new LinkedHashMap<>();
    hosts.all().forEach(host -> slip.put(host.name(), alpha.literal()));
    alpha.resolve(slip);
    writeAndReadEverywhere();
    alpha.start();
    ReplicaHosts.pass(SLIP);
    alpha.resolve(hosts.names());
    beta.start();
    gamma.start();

    witnesses.stop();
    Promises.assertKept(
        "all names led to the first replica as it started", MENDED, hosts.all(), witnesses);
  }

  @Test
  void shouldLoseNoWriteWhenNamesAreSwappedWhileAReplicaStarts() throws Exception {
    hosts.startAll();
    writeAndReadEverywhere();
    awaitAcknowledged();

    Map<String, String> swapped = hosts.namesBut(beta, gamma);
    swapped.put(gamma.name(), beta.literal());
    alpha.resolve(swapped);
    alpha.kill();
    alpha.start();
    ReplicaHosts.pass(SLIP);
    alpha.resolve(hosts.names());

    witnesses.stop();
    Promises.assertKept(
        "two names were swapped where a replica started", MENDED, hosts.all(), witnesses);
  }

  @Test
  void shouldLoseNoWriteWhenNoNameIsKnownForSomeSeconds() throws Exception {
    hosts.startAll();
    writeAndReadEverywhere();
    awaitAcknowledged();

    alpha.resolve(Map.of());
    gamma.kill();
    gamma.start();
    ReplicaHosts.pass(SLIP);
    alpha.resolve(hosts.names());

    witnesses.stop();
    Promises.assertKept("no name was known for seconds", MENDED, hosts.all(), witnesses);
  }

  private void awaitAcknowledged() {
    int before = witnesses.acknowledgements();
    Eventually.until(
        MENDED,
        () -> witnesses.acknowledgements() > before + 50,
        () -> witnesses.acknowledgements() + " writes acknowledged");
  }
}
