package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;

/**
 * Three replicas, on one of whose hosts the name service is wrong for some seconds: no acknowledged
 * write is lost, and once it is right again nobody has to do anything.
 *
 * <p>{@code -Drkv.faults.seconds=3600} for an hour of wrong answers at random moments, {@code
 * -Drkv.faults.seed=} for those of a run before.
 */
class NameServiceIT {
  private static final Duration MENDED = Duration.ofSeconds(10);
  private static final Duration SLIP = Duration.ofSeconds(4);

  private static final Duration LONG_SLIP = Duration.ofSeconds(10);

  /** After a slip nobody is left behind for longer. */
  private static final Duration NOBODY_LEFT_BEHIND = Duration.ofMinutes(1);

  /** An address that is not this machine's, and not to be used by anybody. */
  private static final String OF_NO_HOST = "240.0.0.1";

  /** One of this machine, as Debian's installer gives it to a host's own name. */
  private static final String OF_NO_REPLICA = "127.0.1.1";

  /** Some machines wait longer than that for their network. */
  private static final Duration LATE = Duration.ofSeconds(18);

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

  @Test
  void shouldServeHoweverLateTheNameServiceKnowsItsOwnName() throws Exception {
    alpha.resolve(Map.of());
    for (ReplicaHost host : hosts.all()) {
      host.start();
    }
    ReplicaHosts.pass(LATE);
    assertEquals(1, alpha.log().lines().count(), alpha::log);
    alpha.resolve(hosts.names());
    writeAndReadEverywhere();
    awaitAcknowledged();

    witnesses.stop();
    Promises.assertKept("its own name was known late", MENDED, hosts.all(), witnesses);
  }

  /** Restarted then, it listened there until an operator restarted it once more, or ended. */
  @Test
  void shouldServeAgainWhenItsOwnNameLeadsToAnotherAddressOfItsMachineAtItsStart()
      throws Exception {
    hosts.startAll();
    writeAndReadEverywhere();
    awaitAcknowledged();

    for (String wrong : List.of(OF_NO_REPLICA, beta.literal())) {
      Map<String, String> answers = hosts.names();
      answers.put(alpha.name(), wrong);
      alpha.resolve(answers);
      alpha.kill();
      alpha.start();
      ReplicaHosts.pass(LONG_SLIP);
      alpha.resolve(hosts.names());
      awaitAcknowledged();
    }

    witnesses.stop();
    Promises.assertKept(
        "its own name led to another address of its machine", MENDED, hosts.all(), witnesses);
  }

  @Test
  void shouldLoseNoWriteAndLeaveNobodyBehindWheneverNamesAreWrongForTenSeconds() throws Exception {
    long seconds = Long.getLong("rkv.faults.seconds", 12);
    long seed = Long.getLong("rkv.faults.seed", new Random().nextInt(1_000_000));
    Random random = new Random(seed);
    hosts.startAll();
    List<Witnesses> earlier = new ArrayList<>();
    long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    do {
      witnesses = new Witnesses(earlier.size() + ", ");
      writeAndReadEverywhere();
      ReplicaHost misled = anyOf(random);
      Map<String, String> answers = wrongAnswersAt(misled, random);
      ReplicaHost restarted = anyOf(random);
      long restartMillis = random.nextLong(LONG_SLIP.toMillis());
      String what =
          "seed %d: names were wrong at %s: %s; %s was restarted after %d ms"
              .formatted(seed, misled, answers, restarted, restartMillis);

      ReplicaHosts.pass(Duration.ofMillis(random.nextLong(1_000)));
      misled.resolve(answers);
      ReplicaHosts.pass(Duration.ofMillis(restartMillis));
      restarted.kill();
      restarted.start();
      ReplicaHosts.pass(LONG_SLIP.minusMillis(restartMillis));
      misled.resolve(hosts.names());

      witnesses.stop();
      Promises.assertKept(what, NOBODY_LEFT_BEHIND, hosts.all(), witnesses);
      for (ReplicaHost host : hosts.all()) {
        earlier.forEach(each -> assertEquals(List.of(), each.lostAt(host), what));
      }
      earlier.add(witnesses);
    } while (System.nanoTime() - endNanos < 0);
  }

  private ReplicaHost anyOf(Random random) {
    return hosts.get(random.nextInt(hosts.all().size()));
  }

  /**
   * Each name leads to any of the hosts, or to nothing; one at least is wrong. All addresses of
   * these hosts are this machine's, so its own name may lead to one where it can listen, if the
   * replica of that is away, or cannot; or to one that nobody has, or to none of this machine.
   */
  private Map<String, String> wrongAnswersAt(ReplicaHost misled, Random random) {
    Map<String, String> answers;
    do {
      answers = new LinkedHashMap<>();
      for (ReplicaHost host : hosts.all()) {
        String led = anyOf(random).literal();
        if (host == misled && random.nextInt(3) == 0) {
          led = random.nextBoolean() ? OF_NO_HOST : OF_NO_REPLICA;
        }
        if (random.nextInt(4) > 0) {
          answers.put(host.name(), led);
        }
      }
    } while (answers.equals(hosts.names()));
    return answers;
  }

  private void awaitAcknowledged() {
    int before = witnesses.acknowledgements();
    Eventually.until(
        MENDED,
        () -> witnesses.acknowledgements() > before + 50,
        () -> witnesses.acknowledgements() + " writes acknowledged");
  }
}
