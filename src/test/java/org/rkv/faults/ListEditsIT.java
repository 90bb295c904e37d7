package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;

/**
 * The replica file is edited host after host, as by hand or by scp: what is settled can be read all
 * the while, what is written has to wait for the last host, and soon after that all is well.
 */
class ListEditsIT {
  private static final Duration BETWEEN_HOSTS = Duration.ofSeconds(3);

  /** By then whoever has a new file goes by it. */
  private static final Duration TAKEN = Duration.ofMillis(4500);

  /** After the last edit; a file is believed when it has stayed the same for two seconds. */
  private static final Duration MENDED = Duration.ofSeconds(5);

  private static final Duration SEEN = Duration.ofSeconds(20);
  private static final int WRITES = 50;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path scratch;

  private final Witnesses witnesses = new Witnesses();
  private ReplicaHosts hosts;
  private ReplicaHost alpha;
  private ReplicaHost beta;
  private ReplicaHost gamma;
  private ReplicaHost delta;

  @BeforeEach
  void install() throws Exception {
    hosts = new ReplicaHosts(scratch, 28, List.of(), "alpha", "beta", "gamma", "delta");
    alpha = hosts.get(0);
    beta = hosts.get(1);
    gamma = hosts.get(2);
    delta = hosts.get(3);
  }

  @AfterEach
  void leaveNothing() {
    witnesses.close();
    hosts.close();
  }

  private void start(ReplicaHost... listed) throws IOException {
    for (ReplicaHost host : listed) {
      host.listHosts(listed);
      host.start();
    }
    for (ReplicaHost host : listed) {
      ReplicaHosts.awaitServing(host);
    }
    Eventually.until(SEEN, () -> witnesses.settle(alpha), () -> "no write succeeds");
    for (ReplicaHost host : listed) {
      witnesses.writeThrough(host);
      witnesses.readAt(host);
    }
    Eventually.until(SEEN, () -> witnesses.acknowledgements() > WRITES, () -> "no write succeeds");
  }

  /** The file of one host after the other, with a pause between two. */
  private static void edit(List<ReplicaHost> where, List<String> entries) throws Exception {
    for (ReplicaHost host : where) {
      host.list(entries);
      if (host != where.get(where.size() - 1)) {
        ReplicaHosts.pass(BETWEEN_HOSTS);
      }
    }
  }

  private static List<String> entries(ReplicaHost... hosts) {
    return List.of(hosts).stream().map(ReplicaHost::entry).toList();
  }

  /** How many writes are acknowledged from when the first edit holds until the last is made. */
  private int acknowledgedBetween(ReplicaHost last, List<ReplicaHost> first, List<String> entries)
      throws Exception {
    edit(first, entries);
    ReplicaHosts.pass(TAKEN);
    int before = witnesses.acknowledgements();
    ReplicaHosts.pass(BETWEEN_HOSTS);
    int between = witnesses.acknowledgements() - before;
    last.list(entries);
    return between;
  }

  private void assertWell(
      String what, int acknowledgedBetween, List<ReplicaHost> stayed, List<ReplicaHost> listed)
      throws Exception {
    // The writers go on: so it is seen that their writes succeed again.
    int before = witnesses.acknowledgements();
    Eventually.until(
        MENDED,
        () -> witnesses.acknowledgements() > before,
        () -> what + ": no write succeeds\n" + alpha.lastLines());
    witnesses.stop();
    List<String> failedReads = new ArrayList<>();
    for (ReplicaHost host : stayed) {
      if (witnesses.failedReads(host) > 0) {
        failedReads.add(host + ": " + witnesses.failedReads(host) + " of " + witnesses.reads(host));
      }
    }
    assertAll(
        () -> assertEquals(List.of(), failedReads, "reads of a settled key that failed"),
        () -> assertEquals(0, acknowledgedBetween, "writes acknowledged while lists differ"),
        () -> Promises.assertKept(what, MENDED, listed, witnesses));
  }

  @Test
  void shouldReadOnWhileAHostIsAddedHostAfterHost() throws Exception {
    List<ReplicaHost> three = List.of(alpha, beta, gamma);
    start(alpha, beta, gamma);
    List<String> all = entries(alpha, beta, gamma, delta);
    delta.list(all);
    delta.start();
    int between = acknowledgedBetween(gamma, List.of(alpha, beta), all);
    assertWell("a host was added", between, three, hosts.all());
  }

  @Test
  void shouldReadOnWhileAHostIsTakenOutHostAfterHost() throws Exception {
    List<ReplicaHost> three = List.of(alpha, beta, gamma);
    start(alpha, beta, gamma, delta);
    int between = acknowledgedBetween(gamma, List.of(alpha, beta), entries(alpha, beta, gamma));
    assertWell("a host was taken out", between, three, three);
  }

  @Test
  void shouldReadOnWhileADeadHostIsReplacedHostAfterHost() throws Exception {
    List<ReplicaHost> listed = List.of(alpha, beta, delta);
    start(alpha, beta, gamma);
    gamma.kill();
    List<String> replaced = entries(alpha, beta, delta);
    delta.list(replaced);
    delta.start();
    int between = acknowledgedBetween(beta, List.of(alpha), replaced);
    assertWell("a dead host was replaced", between, List.of(alpha, beta), listed);
  }

  @Test
  void shouldReadOnWhileOneFileHasATypo() throws Exception {
    List<ReplicaHost> three = List.of(alpha, beta, gamma);
    start(alpha, beta, gamma);
    List<String> all = entries(alpha, beta, gamma, delta);
    delta.list(all);
    delta.start();
    List<String> wrong = new ArrayList<>(entries(alpha, beta, gamma));
    wrong.add(delta.entry("dleta"));
    beta.list(wrong);
    ReplicaHosts.pass(BETWEEN_HOSTS);
    edit(List.of(alpha, gamma), all);
    int between = acknowledgedBetween(beta, List.of(), all);
    assertWell("a host was added, with a typo", between, three, hosts.all());
  }
}
