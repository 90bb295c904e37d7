package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;
import org.rkv.testing.Figures;

/**
 * The replica file is edited by scp, host after host: what is settled can be read all the while,
 * what is written has to wait for the last host, and five seconds after that all is well.
 */
class ListEditsIT {
  private static final Duration BETWEEN_HOSTS = Duration.ofSeconds(3);

  /** Less than a file has to stay the same to be believed. */
  private static final Duration PAUSE_OF_SCP = Duration.ofMillis(1500);

  /** By then whoever has a new file goes by it. */
  private static final Duration TAKEN = Duration.ofMillis(4500);

  /**
   * After the last edit, for all: a file is believed two to three seconds after it was written,
   * since it has to stay the same for two.
   */
  private static final Duration MENDED = Duration.ofSeconds(5);

  private static final Duration SEEN = Duration.ofSeconds(20);
  private static final String NEW_LIST = "the replica file names new peers";
  private static final int WRITES = 50;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path scratch;

  private final Witnesses witnesses = new Witnesses();
  private ReplicaHosts hosts;
  private ReplicaHost alpha;
  private ReplicaHost beta;
  private ReplicaHost gamma;
  private ReplicaHost delta;
  private long lastEditNanos;

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
      host.listByScp(entries, PAUSE_OF_SCP);
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
    last.listByScp(entries, PAUSE_OF_SCP);
    lastEditNanos = System.nanoTime();
    return between;
  }

  /** What is left of the time after the last edit. */
  private Duration left() {
    Duration left = MENDED.minusNanos(System.nanoTime() - lastEditNanos);
    assertTrue(left.toMillis() > 0, "the time is over");
    return left;
  }

  private void assertWell(
      String what, int acknowledgedBetween, List<ReplicaHost> stayed, List<ReplicaHost> listed)
      throws Exception {
    // The writers go on: so it is seen that their writes succeed again.
    int before = witnesses.acknowledgements();
    Eventually.until(
        left(),
        () -> witnesses.acknowledgements() > before,
        () -> what + ": no write succeeds\n" + alpha.lastLines());
    witnesses.stop();
    Promises.assertKept(what, left(), listed, witnesses);
    Figures.print(
        "ms after the last edit all was well, " + what,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastEditNanos));
    List<String> failedReads = new ArrayList<>();
    for (ReplicaHost host : stayed) {
      if (witnesses.failedReads(host) > 0) {
        failedReads.add(host + ": " + witnesses.failedReads(host) + " of " + witnesses.reads(host));
      }
    }
    assertAll(
        () -> assertEquals(List.of(), failedReads, "reads of a settled key that failed"),
        () -> assertEquals(0, acknowledgedBetween, "writes acknowledged while lists differ"));
  }

  /** Nobody has gone by a file that was half written. */
  private static void assertTaken(int lists, ReplicaHost host) {
    long taken = host.log().lines().filter(line -> line.contains(NEW_LIST)).count();
    assertEquals(lists, taken, host::lastLines);
  }

  @Test
  void shouldReadOnWhileAHostIsAddedHostAfterHost() throws Exception {
    List<ReplicaHost> three = List.of(alpha, beta, gamma);
    start(alpha, beta, gamma);
    // At the head, so that half of the new text beside half of the old one is neither.
    List<String> all = entries(delta, alpha, beta, gamma);
    delta.list(all);
    delta.start();
    int between = acknowledgedBetween(gamma, List.of(alpha, beta), all);
    assertWell("a host was added", between, three, hosts.all());
    three.forEach(host -> assertTaken(1, host));
  }

  @Test
  void shouldReadOnWhileAHostIsTakenOutHostAfterHost() throws Exception {
    List<ReplicaHost> three = List.of(alpha, beta, gamma);
    start(alpha, beta, gamma, delta);
    int between = acknowledgedBetween(gamma, List.of(alpha, beta), entries(gamma, beta, alpha));
    assertWell("a host was taken out", between, three, three);
    three.forEach(host -> assertTaken(1, host));
  }

  @Test
  void shouldReadOnWhileADeadHostIsReplacedHostAfterHost() throws Exception {
    start(alpha, beta, gamma);
    List<String> replaced = replaceGamma();
    int between = acknowledgedBetween(beta, List.of(alpha), replaced);
    assertWell(
        "a dead host was replaced", between, List.of(alpha, beta), List.of(alpha, beta, delta));
    assertTaken(1, alpha);
    assertTaken(1, beta);
  }

  /** What is to be written into the files of the two others. */
  private List<String> replaceGamma() throws Exception {
    gamma.kill();
    List<String> replaced = entries(delta, alpha, beta);
    delta.list(replaced);
    delta.start();
    return replaced;
  }

  /** The second host has a typo in its file, which holds, and is mended when all are edited. */
  private int acknowledgedUntilMended(
      List<String> right, List<String> typo, List<ReplicaHost> afterTheTypo) throws Exception {
    edit(List.of(alpha), right);
    ReplicaHosts.pass(BETWEEN_HOSTS);
    beta.listByScp(typo, PAUSE_OF_SCP);
    ReplicaHosts.pass(BETWEEN_HOSTS);
    return acknowledgedBetween(beta, afterTheTypo, right);
  }

  @Test
  void shouldReadOnWhileOneFileHasATypo() throws Exception {
    List<ReplicaHost> three = List.of(alpha, beta, gamma);
    start(alpha, beta, gamma);
    List<String> all = entries(delta, alpha, beta, gamma);
    delta.list(all);
    delta.start();
    List<String> typo = List.of(alpha.entry(), beta.entry(), gamma.entry(), delta.entry("dleta"));
    int between = acknowledgedUntilMended(all, typo, List.of(gamma));
    assertWell("a host was added, with a typo", between, three, hosts.all());
    assertTaken(2, beta);
  }

  /**
   * Half of the names are gone where the typo is, so that file holds after ten seconds only. By
   * then the host whose name is misspelled there and the first one agree. If they did not yet, it
   * would take itself for taken out, and answer nobody until the typo is mended.
   */
  @Test
  void shouldReadOnWhileAHostIsTakenOutAndOneFileHasATypo() throws Exception {
    List<ReplicaHost> three = List.of(alpha, beta, gamma);
    start(alpha, beta, gamma, delta);
    List<String> typo = List.of(alpha.entry(), beta.entry(), gamma.entry("gmama"));
    int between = acknowledgedUntilMended(entries(gamma, beta, alpha), typo, List.of(gamma));
    assertWell("a host was taken out, with a typo", between, three, three);
    assertTaken(2, beta);
  }

  @Test
  void shouldReadOnWhileADeadHostIsReplacedAndOneFileHasATypo() throws Exception {
    start(alpha, beta, gamma);
    List<String> replaced = replaceGamma();
    List<String> typo = List.of(alpha.entry(), beta.entry(), delta.entry("dleta"));
    int between = acknowledgedUntilMended(replaced, typo, List.of());
    assertWell(
        "a dead host was replaced, with a typo",
        between,
        List.of(alpha, beta),
        List.of(alpha, beta, delta));
    assertTaken(2, beta);
  }
}
