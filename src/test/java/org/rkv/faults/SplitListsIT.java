package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/**
 * Lists that differ for a while, or name the same replicas in other words: whatever two halves did,
 * nobody throws away what was acknowledged.
 */
class SplitListsIT {
  private static final Duration MENDED = Duration.ofSeconds(15);
  private static final Duration SPLIT = Duration.ofSeconds(3);

  /** Longer than half of a list has to be missing in a file before that is believed. */
  private static final Duration BELIEVED = Duration.ofSeconds(20);

  private static final String TWO_HISTORIES = "two histories: ";
  private static final Duration RESPELLED = Duration.ofSeconds(4);
  private static final int RESPELLINGS = 4;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path scratch;

  private ReplicaHosts hosts;
  private ReplicaHost alpha;
  private ReplicaHost beta;
  private ReplicaHost gamma;
  private ReplicaHost delta;
  private Witnesses witnesses;

  @BeforeEach
  void install() throws Exception {
    hosts =
        new ReplicaHosts(
            scratch, 23, List.of("--peer-timeout", "500"), "alpha", "beta", "gamma", "delta");
    alpha = hosts.get(0);
    beta = hosts.get(1);
    gamma = hosts.get(2);
    delta = hosts.get(3);
    witnesses = new Witnesses();
  }

  @AfterEach
  void leaveNothing() {
    witnesses.close();
    hosts.close();
  }

  private static void list(List<ReplicaHost> hosts) throws IOException {
    list(hosts, hosts);
  }

  private static void list(List<ReplicaHost> where, List<ReplicaHost> listed) throws IOException {
    for (ReplicaHost host : where) {
      host.listHosts(listed.toArray(ReplicaHost[]::new));
    }
  }

  @Test
  void shouldLoseNoWriteWhenTheListsOfTwoHalvesDifferForSomeSeconds() throws Exception {
    hosts.startAll();
    hosts.all().forEach(witnesses::writeThrough);
    hosts.all().forEach(witnesses::readAt);
    ReplicaHosts.pass(SPLIT);
    list(List.of(alpha, beta));
    list(List.of(gamma, delta));
    ReplicaHosts.pass(SPLIT);
    witnesses.stop();
    list(hosts.all());
    Promises.assertKept(
        "the lists of two halves differed for seconds", MENDED, hosts.all(), witnesses);
  }

  @Test
  void shouldThrowNothingAwayThatWasAcknowledgedApart() throws Exception {
    List<ReplicaHost> three = List.of(alpha, beta, gamma);
    list(three);
    for (ReplicaHost host : three) {
      host.start();
    }
    three.forEach(ReplicaHosts::awaitServing);
    Register before = witnesses.register("before");
    before.writeThrough(alpha);
    // First the one side acknowledges while the other stands still, and then the other way round.
    gamma.freeze();
    list(List.of(alpha, beta));
    witnesses.register("at two").writeThrough(alpha);
    alpha.freeze();
    beta.freeze();
    list(List.of(gamma));
    gamma.thaw();
    Register apart = new Register("at one");
    apart.writeThrough(gamma);
    list(three);
    alpha.thaw();
    beta.thaw();

    ReplicaHosts.pass(BELIEVED.dividedBy(2));
    if (!three.stream().allMatch(ReplicaHost::serves)) {
      // Two histories: nobody answers, and each keeps what it has until the operator decides.
      for (ReplicaHost host : three) {
        assertTrue(!host.serves(), () -> host + " answers, and others do not");
        int entries = host.contents().entries;
        assertTrue(entries >= 2, () -> host + " keeps " + entries + "\n" + host.lastLines());
      }
      gamma.terminate();
      gamma.start();
    } else {
      assertEquals("=" + apart.acknowledged(), alpha.get(apart.key()), "acknowledged at one");
    }
    Promises.assertKept("two sides acknowledged apart", MENDED, three, witnesses);
  }

  @Test
  void shouldKeepBothSidesUntilTheOperatorRestartsOneOfThemHostAfterHost() throws Exception {
    List<ReplicaHost> side = List.of(alpha, beta);
    List<ReplicaHost> otherSide = List.of(gamma, delta);
    hosts.startAll();
    witnesses.register("together").writeThrough(alpha);
    list(side);
    list(otherSide);
    for (ReplicaHost host : hosts.all()) {
      Eventually.until(
          BELIEVED,
          () -> host.status().peers.length == 1,
          () -> host + " does not take its list:\n" + host.lastLines());
    }
    side.forEach(host -> witnesses.register("apart, by " + host).writeThrough(host));
    otherSide.forEach(host -> new Register("apart, by " + host).writeThrough(host));

    list(hosts.all());
    for (ReplicaHost host : hosts.all()) {
      Eventually.until(
          MENDED,
          () ->
              !host.serves()
                  && host.status().waiting_for.contains(TWO_HISTORIES)
                  && host.log().contains(TWO_HISTORIES),
          () -> host + " does not say that there are two histories:\n" + host.lastLines());
      assertEquals(3, host.contents().entries, () -> host + " keeps what its side had");
    }

    for (ReplicaHost host : otherSide) {
      host.terminate();
      host.start();
    }
    Promises.assertKept(
        "an operator decided between two sides of two", MENDED, hosts.all(), witnesses);
  }

  @Test
  void shouldKeepEverythingWhenAnAddressIsSpelledInAnotherWay() throws Exception {
    List<ReplicaHost> two = List.of(alpha, beta);
    spell(two, alpha.literal());
    alpha.callItself(alpha.literal());
    beta.callItself(beta.literal());
    for (ReplicaHost host : two) {
      host.start();
    }
    two.forEach(ReplicaHosts::awaitServing);
    two.forEach(witnesses::writeThrough);
    two.forEach(witnesses::readAt);
    try (Background background = new Background()) {
      for (ReplicaHost host : two) {
        background.start(() -> watchAge(host, background));
      }
      for (int i = 0; i < RESPELLINGS; i++) {
        ReplicaHosts.pass(RESPELLED);
        spell(two, i % 2 == 0 ? alpha.literal().replaceAll("1$", "01") : alpha.literal());
      }
      ReplicaHosts.pass(RESPELLED);
      background.stop();
    }
    witnesses.stop();
    Promises.assertKept("an address was spelled in another way", MENDED, two, witnesses);
  }

  private void spell(List<ReplicaHost> two, String spelling) throws IOException {
    for (ReplicaHost host : two) {
      host.list(List.of(alpha.entry(spelling), beta.entry(beta.literal())));
    }
  }

  /** Checks that a replica goes on with what it holds: else it counts its age from anew. */
  private static Void watchAge(ReplicaHost host, Background background) throws Exception {
    try (TestClient client = host.connect()) {
      long lastMillis = 0;
      while (!background.isStopped()) {
        long millis = client.stub().STATUS_1().uptime_millis;
        long before = lastMillis;
        assertTrue(millis >= before, () -> host + " gave up what it held: " + host.lastLines());
        lastMillis = millis;
        Background.rest();
      }
    }
    return null;
  }
}
