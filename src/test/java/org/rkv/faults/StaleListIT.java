package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.client.RkvClient;
import org.rkv.rpc.Contents;
import org.rkv.testing.Eventually;

/**
 * A replica that missed an edit of the list, since it was frozen or down, comes back with the old
 * list or what it held by then: it must neither acknowledge nor answer by that.
 */
class StaleListIT {
  private static final Duration MENDED = Duration.ofSeconds(15);
  private static final Duration SEEN = Duration.ofSeconds(20);
  private static final Duration WITH_OLD_FILE = Duration.ofSeconds(4);
  private static final Duration WHILE_AWAY = Duration.ofSeconds(5);
  private static final int WRITES = 60;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path scratch;

  private ReplicaHosts hosts;
  private ReplicaHost alpha;
  private ReplicaHost beta;
  private ReplicaHost gamma;
  private ReplicaHost delta;
  private Witnesses witnesses;

  /** Three replicas that list one another; the fourth is not there yet. */
  @BeforeEach
  void startThree() throws Exception {
    hosts =
        new ReplicaHosts(
            scratch,
            22,
            List.of("--peer-timeout", "500", "--tombstone-grace", "1500"),
            "alpha",
            "beta",
            "gamma",
            "delta");
    alpha = hosts.get(0);
    beta = hosts.get(1);
    gamma = hosts.get(2);
    delta = hosts.get(3);
    witnesses = new Witnesses();
    for (ReplicaHost host : three()) {
      host.listHosts(alpha, beta, gamma);
      host.start();
    }
    three().forEach(ReplicaHosts::awaitServing);
  }

  @AfterEach
  void leaveNothing() {
    witnesses.close();
    hosts.close();
  }

  private List<ReplicaHost> three() {
    return List.of(alpha, beta, gamma);
  }

  private static void listAll(List<ReplicaHost> where, ReplicaHost... listed) throws Exception {
    for (ReplicaHost host : where) {
      host.listHosts(listed);
    }
  }

  @Test
  void shouldAcknowledgeNothingByItsOldListWhenThawedAfterAHostWasAdded() throws Exception {
    Register register = witnesses.register("through the thawed one");
    register.writeThrough(gamma);
    try (RkvClient client = RkvClient.connect(gamma.literal() + ":" + gamma.address().getPort())) {
      client.get(register.key());
      gamma.freeze();
      listAll(List.of(alpha, beta, delta), alpha, beta, gamma, delta);
      delta.start();
      ReplicaHosts.pass(WHILE_AWAY);
      List<CompletableFuture<?>> answers = new ArrayList<>();
      for (int i = 0; i < WRITES; i++) {
        int number = register.next();
        answers.add(
            client
                .putAsync(register.key(), Integer.toString(number))
                .thenRun(() -> register.acknowledge(number)));
      }
      hosts.all().forEach(witnesses::readAt);
      gamma.thaw();
      Eventually.until(
          SEEN,
          () -> answers.stream().allMatch(CompletableFuture::isDone),
          () -> register.acknowledgements() + " acknowledged");
    }
    // Who stands still with the whole host gets the file when it goes on.
    gamma.listHosts(alpha, beta, gamma, delta);
    int byOldList = register.acknowledgements() - 1;
    ReplicaHosts.pass(WITH_OLD_FILE);
    witnesses.stop();
    assertAll(
        () -> assertEquals(0, byOldList, "writes acknowledged by the old list"),
        () ->
            Promises.assertKept(
                "a host was added while one was frozen", MENDED, hosts.all(), witnesses));
  }

  @Test
  void shouldAcknowledgeNothingByItsOldFileWhenItComesBackAfterAHostWasAdded() throws Exception {
    witnesses.writeThrough(alpha);
    Register atGamma = witnesses.writeThrough(gamma);
    hosts.all().forEach(witnesses::readAt);
    Eventually.until(
        SEEN, () -> atGamma.acknowledgements() > WRITES, () -> "no write through gamma succeeds");
    gamma.kill();
    int before = atGamma.acknowledgements();
    listAll(List.of(alpha, beta, delta), alpha, beta, gamma, delta);
    delta.start();
    ReplicaHosts.pass(WHILE_AWAY);
    gamma.start();
    ReplicaHosts.pass(WITH_OLD_FILE);
    int byOldFile = atGamma.acknowledgements() - before;

    gamma.listHosts(alpha, beta, gamma, delta);
    ReplicaHosts.pass(WITH_OLD_FILE);
    witnesses.stop();
    assertAll(
        () -> assertEquals(0, byOldFile, "writes acknowledged by the old file"),
        () ->
            Promises.assertKept(
                "a host was added while one was down", MENDED, hosts.all(), witnesses));
  }

  @Test
  void shouldNotBringBackOldValuesWhenTakenOutWhileFrozenAndListedAgain() throws Exception {
    Register overwritten = witnesses.register("x");
    Register deleted = new Register("y");
    overwritten.writeThrough(alpha);
    deleted.writeThrough(alpha);
    gamma.freeze();
    listAll(List.of(alpha, beta), alpha, beta);
    // No earlier: what was tried with the old list would reach the frozen one when it is thawed.
    Eventually.until(SEEN, () -> alpha.put("k", "v"), () -> "no write succeeds");
    overwritten.writeThrough(alpha);
    Eventually.until(SEEN, () -> alpha.delete("y"), () -> "no delete succeeds");
    for (ReplicaHost host : List.of(alpha, beta)) {
      Eventually.until(SEEN, () -> isSettled(host), () -> host + " has not settled");
    }
    for (ReplicaHost host : List.of(alpha, beta)) {
      host.terminate();
      host.start();
      ReplicaHosts.awaitServing(host);
    }
    witnesses.readAt(gamma);
    listAll(three(), alpha, beta, gamma);
    ReplicaHosts.pass(WITH_OLD_FILE);
    gamma.thaw();
    ReplicaHosts.pass(WITH_OLD_FILE);
    witnesses.stop();
    assertAll(
        () ->
            Promises.assertKept(
                "taken out while frozen, and listed again", MENDED, three(), witnesses),
        () -> assertEquals("4", gamma.get("y"), "what was deleted"));
  }

  private static boolean isSettled(ReplicaHost host) throws Exception {
    Contents contents = host.contents();
    return contents.tombstones == 0 && contents.unsettled == 0;
  }
}
