package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.replica.core.ReplicaUnderTest;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.store.Sections;
import org.rkv.store.Stamp;
import org.rkv.store.Store;

/** One of three is restarted on its disk, and the others have hardly changed meanwhile. */
class FewChangesTest {
  private static final int ENTRIES = 20_000;
  private static final int CHANGES = 200;
  private static final int ENTRIES_AT_ONCE = 5000;
  private static final long FIRST_CLOCK = 1_780_000_000_000L << 16;
  private static final long LATER_CLOCK = FIRST_CLOCK + (60_000L << 16);
  private static final long SOON_MILLIS = 20_000;

  /** A later release may have it. */
  private static final int UNKNOWN_PROCEDURE = 1000;

  private static final Pattern CAUGHT_UP =
      Pattern.compile(
          "r1: serving .*caught up with (\\d+) entries of replica r\\d(?:, (\\d+) were)?");

  private final Network network = new Network();
  private final SimulatedCluster cluster = new SimulatedCluster(1, network, true);
  private final List<SimulatedReplica> replicas = cluster.replicas();
  private final SimulatedReplica restarted = replicas.get(0);
  private final List<SimulatedReplica> others = replicas.subList(1, 3);

  /** Sees what is asked, and what becomes of it. */
  private final class Network extends OnDisks implements Tampering {
    private final List<Integer> asked = new ArrayList<>();
    private boolean areOlder;
    private int fatalProcedure = -1;
    private boolean isHandOverFatal;
    private SimulatedReplica victim;

    Network() {
      super(3);
    }

    @Override
    Sections sections() {
      return new Sections(Sections.COUNT);
    }

    @Override
    Tampering tampering(Scheduler scheduler) {
      return this;
    }

    @Override
    public boolean takes(byte[] message, Pipe out, Pipe back) {
      if (!Messages.isCall(message)) {
        return false;
      }
      int procedure = Messages.procedure(message);
      asked.add(procedure);
      if (areOlder && procedure >= kv.RDIGESTS_1) {
        ByteBuffer.wrap(message).putInt(20, UNKNOWN_PROCEDURE);
      }
      if (procedure == fatalProcedure) {
        fatalProcedure = -1;
        killVictim();
      }
      return false;
    }

    @Override
    void afterEach(ReplicaUnderTest replica) {
      if (isHandOverFatal && restarted.isRunning() && replica == restarted.replica()) {
        int held = replica.store().liveEntries();
        if (held > 0 && held < ENTRIES) {
          isHandOverFatal = false;
          killVictim();
        }
      }
    }

    /** And starts it again. */
    private void killVictim() {
      cluster.scheduler().afterMillis(0, victim::kill);
      cluster.scheduler().afterMillis(100, victim::start);
    }
  }

  @BeforeEach
  void holdTheSame() {
    replicas.forEach(SimulatedReplica::start);
    awaitAll();
    for (int first = 0; first < ENTRIES; first += ENTRIES_AT_ONCE) {
      for (int number = first; number < first + ENTRIES_AT_ONCE; number++) {
        put(replicas, "key" + number, "v", FIRST_CLOCK + number);
      }
      cluster.scheduler().runForMillis(1000);
    }
    restarted.kill();
    for (int number = 0; number < CHANGES; number++) {
      put(others, "key" + 50 * number, "changed", LATER_CLOCK + number);
    }
    network.asked.clear();
  }

  /** On the disks, and known to be there. */
  private static void put(List<SimulatedReplica> at, String key, String value, long clock) {
    Stamp stamp = new Stamp(clock, 7);
    for (SimulatedReplica each : at) {
      each.machine()
          .process()
          .happens(
              () -> {
                store(each).apply(key, value, stamp);
                store(each).settle(key, stamp);
              });
    }
  }

  private static Store store(SimulatedReplica replica) {
    return replica.replica().store();
  }

  private void awaitAll() {
    cluster.assertWithinMillis(
        SOON_MILLIS, () -> replicas.stream().allMatch(SimulatedReplica::isAnswering));
  }

  private void restart() {
    restarted.start();
    cluster.scheduler().runForMillis(1000); // whoever is killed is away
    awaitAll();
  }

  private Matcher lastCaughtUp() {
    Matcher last = null;
    for (String line : cluster.journal().lines()) {
      Matcher matcher = CAUGHT_UP.matcher(line);
      if (matcher.find()) {
        last = matcher;
      }
    }
    return last;
  }

  private int sent() {
    return Integer.parseInt(lastCaughtUp().group(1));
  }

  private int kept() {
    return Integer.parseInt(lastCaughtUp().group(2));
  }

  private long askedFor(int procedure) {
    return network.asked.stream().filter(asked -> asked == procedure).count();
  }

  private void assertEqualStores() {
    assertEquals(store(others.get(0)).liveEntries(), store(restarted).liveEntries());
    store(others.get(0)).forEach(this::assertIsHeld);
    cluster.assertWithinMillis(
        SOON_MILLIS, () -> replicas.stream().allMatch(each -> each.replica().unsettled() == 0));
  }

  private void assertIsHeld(Entry entry) {
    Entry held = store(restarted).find(entry.key());
    assertEquals(entry.stamp(), held == null ? null : held.stamp(), entry.key());
    assertEquals(entry.value(), held.value());
  }

  @Test
  void shouldBeSentLittle() {
    restart();

    assertEqualStores();
    assertTrue(sent() >= CHANGES && sent() < ENTRIES / 50, () -> sent() + " entries were sent");
    assertTrue(kept() > ENTRIES - ENTRIES / 50, () -> kept() + " entries were there");
    assertEquals(0, askedFor(kv.RSCAN_1));
    assertEquals(0, askedFor(kv.RPUT_1), "all that is settled stays so");
  }

  @Test
  void shouldBeSentNothingIfNothingHasChanged() {
    restart();
    restarted.kill();
    restart();

    assertEqualStores();
    assertEquals(0, sent());
    assertEquals(ENTRIES, kept());
  }

  @Test
  void shouldNotBringBackWhatIsDeletedAndForgotten() {
    for (SimulatedReplica each : others) {
      each.machine()
          .process()
          .happens(() -> store(each).giveUp("key77", new Stamp(FIRST_CLOCK + 77, 7)));
    }
    restart();
    assertNull(store(restarted).find("key77"));
    assertEqualStores();

    cluster.scheduler().runForMillis(1000);
    restarted.kill();
    restart();
    assertNull(store(restarted).find("key77"));
    assertEqualStores();
  }

  /** Two wrote, and it does not look like much: what it lacks is not among the newest. */
  @Test
  void shouldBeSentWhatIsOldAndMissingToo() {
    put(others, "old", "v", FIRST_CLOCK - 1);
    restart();

    assertEqualStores();
    assertTrue(sent() < ENTRIES / 20, () -> sent() + " entries were sent");
  }

  @Test
  void shouldScanASourceOfAnOlderRelease() {
    network.areOlder = true;
    restart();

    assertEqualStores();
    assertEquals(ENTRIES, sent());
    assertTrue(askedFor(kv.RSCAN_1) > 0);
    assertEquals(0, askedFor(kv.RSECTIONS_1));
  }

  @Test
  void shouldCatchUpThoughItsSourceRestartsBetweenTwoDigests() {
    assertCaughtUpThoughKilledAt(kv.RDIGESTS_1, others.get(0));
  }

  @Test
  void shouldCatchUpThoughItsSourceRestartsBetweenTwoPages() {
    assertCaughtUpThoughKilledAt(kv.RSECTIONS_1, others.get(0));
  }

  @Test
  void shouldCatchUpThoughItIsKilledItselfBetweenTwoPages() {
    assertCaughtUpThoughKilledAt(kv.RSECTIONS_1, restarted);
  }

  private void assertCaughtUpThoughKilledAt(int procedure, SimulatedReplica victim) {
    network.fatalProcedure = procedure;
    network.victim = victim;
    restart();

    assertEquals(-1, network.fatalProcedure);
    assertEqualStores();
    assertTrue(sent() < ENTRIES / 50, () -> sent() + " entries were sent");
  }

  @Test
  void shouldCatchUpThoughItsSourceRestartsWhileItTakesOverWhatItHas() {
    assertCaughtUpThoughKilledInTheMiddle(others.get(0));
  }

  @Test
  void shouldCatchUpThoughItIsKilledWhileItTakesOverWhatItHas() {
    assertCaughtUpThoughKilledInTheMiddle(restarted);
  }

  private void assertCaughtUpThoughKilledInTheMiddle(SimulatedReplica victim) {
    network.isHandOverFatal = true;
    network.victim = victim;
    restart();

    assertTrue(!network.isHandOverFatal, "it was noticed");
    assertEqualStores();
    assertTrue(sent() < ENTRIES / 50, () -> sent() + " entries were sent");
  }
}
