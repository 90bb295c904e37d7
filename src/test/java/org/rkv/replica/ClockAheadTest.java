package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/**
 * Stamps that are ahead of the wall clock. The test stands in for the third of three replicas while
 * that is away, and tells the other two of clocks that are less than an hour ahead at first.
 */
class ClockAheadTest {
  private static final long STEP_MILLIS = 50 * 60_000;

  @TempDir Path directory;
  private Cluster cluster;
  private TestReplica restarted;
  private long ahead;

  @BeforeEach
  void start() throws Exception {
    cluster =
        Cluster.serving(
            directory, 3, replica -> replica.peerTimeoutMillis(1_000).tombstoneGraceMillis(1));
    restarted = cluster.replica(2);
    restarted.stop();
    cluster.awaitUnreachable(2);
    ahead = (System.currentTimeMillis() + STEP_MILLIS) << 16;
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void shouldTakeOverTheClockOfATombstoneThatAllHadAndItsSourceForgot() throws Exception {
    for (TestReplica source : cluster.running()) {
      asThird(
          source,
          greeter -> {
            greeter.rdel("k", ahead);
            greeter.rsettled(ahead);
          });
      Eventually.until("it is forgotten", () -> source.tombstones() == 0, cluster::describe);
    }

    restarted.start();
    cluster.awaitLinked();

    try (TestClient client = restarted.client()) {
      assertEquals(kv.PUT_OK, client.put("k", "v"));
    }
    cluster.awaitEqual();
    assertTrue(clockOf(restarted, "k") > ahead, cluster::describe);
  }

  @Test
  void shouldTakeOverAnEntryThatIsNotSettled() throws Exception {
    for (TestReplica source : cluster.running()) {
      asThird(source, greeter -> greeter.rput("k", "v", ahead));
    }

    restarted.start();
    cluster.awaitLinked();

    try (TestClient client = restarted.client()) {
      assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, client.put("k", "w"));
    }
    cluster.awaitEqual();
    assertTrue(cluster.replica(0).contents().get("k").endsWith("=w"), cluster::describe);
  }

  @Test
  void shouldRefuseAStampMoreThanAnHourAhead() throws Exception {
    TestReplica replica = cluster.replica(0);
    asThird(
        replica,
        greeter -> {
          long tooFar = (System.currentTimeMillis() + 3_600_000 + 600_000) << 16;
          long justFine = (System.currentTimeMillis() + 3_600_000 - 600_000) << 16;

          assertEquals(kv.PUT_FAILED, greeter.rput("k", "v", tooFar));
          assertEquals(kv.DEL_FAILED, greeter.rdel("k", tooFar));
          assertEquals(kv.PUT_FAILED, greeter.rput("k", "v", -1));
          assertEquals(Map.of(), replica.contents());
          assertTrue(
              replica.log().contain("refused a stamp whose clock is over an hour ahead of ours"));

          assertEquals(kv.PUT_OK, greeter.rput("k", "v", justFine));
          assertTrue(replica.contents().get("k").endsWith("=v"));
        });
  }

  @Test
  void shouldNotFillTheLogForAPeerWhoseClockIsWrong() throws Exception {
    TestReplica replica = cluster.replica(0);
    asThird(
        replica,
        greeter -> {
          long tooFar = (System.currentTimeMillis() + 2 * 3_600_000) << 16;
          long begin = System.nanoTime();
          for (int i = 0; i < 200; i++) {
            assertEquals(kv.PUT_FAILED, greeter.rput("k", "v", tooFar));
          }
          long seconds = (System.nanoTime() - begin) / 1_000_000_000;
          int lines = replica.log().count("refused a stamp");
          assertTrue(lines >= 1 && lines <= 1 + seconds, lines + " lines in s " + seconds);
        });
  }

  @Test
  void shouldNotBeTakenAheadStepByStep() throws Exception {
    TestReplica replica = cluster.replica(0);
    asThird(
        replica,
        greeter -> {
          assertEquals(kv.PUT_OK, greeter.rput("k", "u", ahead));
          assertEquals(kv.PUT_FAILED, greeter.rput("k", "v", ahead + (STEP_MILLIS << 16)));
          assertEquals(kv.DEL_FAILED, greeter.rdel("k", ahead + (STEP_MILLIS << 16)));
        });
    assertTrue(
        replica.log().contain("refused a stamp whose clock is over an hour ahead of ours: "));
    assertTrue(replica.contents().get("k").endsWith("=u"), cluster::describe);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, 1L << 62, -1, Long.MIN_VALUE})
  void shouldTakeNoClockThatCannotBe(long impossible) throws Exception {
    TestReplica replica = cluster.replica(0);
    asThird(
        replica,
        greeter -> {
          greeter.stands().says(self -> self.limit = impossible);
          assertEquals(kv.ADMITTED, greeter.greet());
          assertEquals(kv.PUT_OK, greeter.rput("k", "v", ahead));
          assertEquals(kv.PUT_FAILED, greeter.rput("k", "w", impossible));
          greeter.rsettled(impossible);
          greeter.rsettled(0);
          assertFalse(greeter.rget("k").settled, "that is no watermark");
        });
    assertTrue(replica.log().contain("refused a stamp whose clock cannot be: "));
    restarted.start();
    cluster.awaitLinked();
    cluster.awaitEqual();
    try (TestClient client = replica.client()) {
      assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, client.put("k", "w"));
    }
    assertTrue(clockOf(replica, "k") - ahead < 1 << 16, "one after the other: " + replica);
  }

  @Test
  void shouldSayHowFarItsStampsLeadItsWallClock() throws Exception {
    TestReplica replica = cluster.replica(0);
    asThird(replica, greeter -> greeter.rput("k", "v", ahead));

    try (TestClient client = replica.client()) {
      long lead = client.stub().STATUS_1().clock_lead_millis;
      assertTrue(lead > STEP_MILLIS - 60_000 && lead <= STEP_MILLIS, lead + " ms");
    }
    Eventually.until(
        "it says so",
        () -> replica.log().contain(" s ahead of our wall clock: look at all clocks"),
        cluster::describe);
  }

  private static long clockOf(TestReplica replica, String key) {
    return replica.look(life -> life.store().find(key).clock());
  }

  /** What the third replica may call. */
  private interface Calls {
    void make(Greeter greeter) throws Exception;
  }

  private void asThird(TestReplica replica, Calls calls) throws Exception {
    try (StandInReplica standIn = new StandInReplica(restarted.address(), cluster.names());
        Greeter greeter = standIn.calls(replica.address())) {
      assertEquals(kv.ADMITTED, greeter.greet());
      calls.make(greeter);
    }
  }
}
