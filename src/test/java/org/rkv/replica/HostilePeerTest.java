package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.Address;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.Del;
import org.rkv.rpc.DigestsAsked;
import org.rkv.rpc.Epoch;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.ListPage;
import org.rkv.rpc.ListRange;
import org.rkv.rpc.Listed;
import org.rkv.rpc.Opening;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.Passed;
import org.rkv.rpc.Put;
import org.rkv.rpc.SectionsAsked;
import org.rkv.rpc.Settled;
import org.rkv.rpc.Stamp;
import org.rkv.rpc.TakenOut;
import org.rkv.rpc.Value;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.Figures;
import org.rkv.testing.TestClient;

/**
 * A replica of the list that is admitted, and then calls everything that only replicas may, with
 * whatever numbers, texts and lists. {@code -Drkv.records=1000000} is the long run, {@code
 * -Drkv.seed} another one.
 */
class HostilePeerTest {
  private static final int CALLS = Integer.getInteger("rkv.records", 1_000);
  private static final long SEED = Long.getLong("rkv.seed", 20_456);

  /** Whatever the time is. */
  private static final int MANY_LINES = 50;

  /** By what the replica is about to find out, whatever we say. */
  private static final Set<Integer> MAY_CHANGE =
      Set.of(kv.ADMIT_NOT_YET, kv.ADMIT_OTHER_INCARNATION);

  private static final long GRACE_MILLIS = 6_000;
  private static final long MOST_HEAP_BYTES = 16 << 20;
  private static final long ADMISSION_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long[] EXTREMES = {
    0,
    1,
    -1,
    255,
    1 << 16,
    1 << 30,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE - (1 << 16)
  };

  @TempDir Path directory;
  private final Random random = new Random(SEED);
  private Cluster cluster;
  private TestReplica replica;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory, 2);
    replica = cluster.replica(0).tombstoneGraceMillis(GRACE_MILLIS).start();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void shouldServeBesideTheTrueReplicaWhateverItWasToldInItsName() throws Exception {
    Set<String> threads = threads();
    long heapBefore = heapBytes();
    long beganNanos = System.nanoTime();
    int admitted = 0;
    int called = 0;
    try (StandInReplica peer = new StandInReplica(cluster.address(1), cluster.names())) {
      peer.says(self -> self.state = kv.REPLICA_SERVING);
      peer.answers(kv.ADMITTED);
      while (called < CALLS) {
        try (Greeter greeter = peer.calls(replica.address())) {
          if (!isAdmitted(greeter)) {
            called++;
            beginAnew(peer);
            continue;
          }
          admitted++;
          while (called < CALLS) {
            called++;
            call(greeter);
          }
        } catch (OncRpcException | IOException thrownOut) {
          // Which is what a replica does with such callers.
        }
      }
    }
    long lines = replica.log().all().size();
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beganNanos);
    long heap = heapBytes();
    Figures.print(
        "calls of a hostile peer, which was admitted " + admitted + " times",
        String.format(
            "%,d in %d s; %d lines of log; heap after GC %,d bytes, before %,d bytes",
            called, seconds, lines, heap, heapBefore));
    assertTrue(admitted > 0, cluster::describe);
    assertTrue(lines <= MANY_LINES + 2 * seconds, cluster::describe);
    assertTrue(heap - heapBefore < MOST_HEAP_BYTES, () -> heap + " bytes, before " + heapBefore);
    Set<String> lost = new HashSet<>(threads);
    lost.removeAll(threads());
    assertEquals(Set.of(), lost, "threads that have ended");
    assertFalse(replica.log().contain("SEVERE"), cluster::describe);
    cluster.replica(1).tombstoneGraceMillis(GRACE_MILLIS).start();
    cluster.awaitLinked();
    try (TestClient client = replica.client()) {
      deleteAll(client);
      Eventually.until(
          "there is room again, since what was deleted is forgotten",
          () -> client.put("k", "v") != kv.PUT_KVSTORE_OUT_OF_CAPACITY,
          cluster::describe);
      assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, client.put("k", "w"), cluster::describe);
      assertEquals("=w", client.get("k"));
      assertEquals(kv.DEL_OK, client.del("k"));
    }
    cluster.awaitEqual();
  }

  /** What the peer has left: more than clients may store, by what those may have had under way. */
  private static void deleteAll(TestClient client) throws OncRpcException, IOException {
    ListRange range = new ListRange();
    range.prefix = new Key("");
    range.after = new Key("");
    range.keys_only = true;
    ListPage page;
    do {
      page = client.stub().LIST_1(range);
      for (KeyValue entry : page.entries) {
        assertEquals(kv.DEL_OK, client.del(entry.key.value), entry.key.value);
      }
      range.inside = true;
      range.after = page.next;
    } while (!page.last);
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Those of replicas that run, by name. */
  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.contains("127."))
        .collect(Collectors.toSet());
  }

  /**
   * It is another process, which has gone through nothing, and catches up or says that it serves.
   */
  private void beginAnew(StandInReplica peer) {
    int state = random.nextInt(10) == 0 ? kv.REPLICA_SERVING : kv.REPLICA_CATCHING_UP;
    peer.says(self -> self.state = state);
    peer.restart();
  }

  /** Within a few seconds: perhaps never, after what it has said. */
  private static boolean isAdmitted(Greeter greeter) throws OncRpcException, IOException {
    greeter.hello();
    long endNanos = System.nanoTime() + ADMISSION_NANOS;
    while (System.nanoTime() - endNanos < 0) {
      int code = greeter.ask().code;
      if (code == kv.ADMITTED || !MAY_CHANGE.contains(code)) {
        return code == kv.ADMITTED;
      }
    }
    return false;
  }

  private void call(Greeter greeter) throws OncRpcException, IOException {
    switch (random.nextInt(10)) {
      case 0, 1 -> greeter.stub().RPUT_1(put());
      case 2 -> greeter.stub().RDEL_1(del());
      case 3 -> greeter.rget(text());
      case 4 -> greeter.stub().RSCAN_1(cursor());
      case 5 -> greeter.stub().RSETTLED_1(settled());
      case 6 -> greeter.stub().RDIGESTS_1(digestsAsked());
      case 7 -> greeter.stub().RSECTIONS_1(sectionsAsked());
      default -> {
        if (random.nextInt(30) == 0) { // it may not be admitted again before it restarts
          greeter.stub().RADMIT_1(particulars(greeter.stands().particulars()));
        } else if (random.nextInt(100) == 0) {
          TakenOut takenOut = new TakenOut();
          takenOut.list = list();
          greeter.stub().RTAKENOUT_1(takenOut);
        }
      }
    }
  }

  private Put put() {
    Put put = new Put();
    put.kv = new KeyValue();
    put.kv.key = new Key(text());
    put.kv.value = new Value(text());
    put.stamp = stamp();
    put.settled = number();
    put.epochs = number();
    return put;
  }

  private Del del() {
    Del del = new Del();
    del.key = new Key(text());
    del.stamp = stamp();
    del.settled = number();
    del.epochs = number();
    return del;
  }

  private Cursor cursor() {
    Cursor cursor = new Cursor();
    cursor.segment = (int) number();
    cursor.inside = random.nextBoolean();
    cursor.after = new Key(text());
    return cursor;
  }

  private Settled settled() {
    Settled settled = new Settled();
    settled.state = (int) number();
    settled.clock = number();
    settled.epochs = number();
    settled.limit = number();
    settled.full = random.nextInt(10) == 0;
    return settled;
  }

  private DigestsAsked digestsAsked() {
    DigestsAsked asked = new DigestsAsked();
    asked.section = (int) number();
    asked.salt = number();
    return asked;
  }

  private SectionsAsked sectionsAsked() {
    SectionsAsked asked = new SectionsAsked();
    asked.sections = bytes();
    asked.salt = number();
    asked.known = number();
    asked.from = cursor();
    return asked;
  }

  /** Some of what it says is true. */
  private Particulars particulars(Particulars said) {
    switch (random.nextInt(10)) {
      case 0 -> said.state = (int) number();
      case 1 -> said.standing = (int) number();
      case 2 -> said.list = list();
      case 3 -> said.taken = numbers();
      case 4 -> said.kept = number();
      case 5 -> said.held_bytes = number();
      case 6 -> said.openings = openings();
      case 7 -> said.limit = number();
      case 8 -> {
        said.history.epochs = new Epoch[] {epoch(), epoch()};
        said.history.company = numbers();
        said.history.passed = new Passed[] {passed()};
      }
      default -> {
        said.contents.entries = (int) number();
        said.contents.entries_digest = bytes();
        said.cluster = text();
      }
    }
    return said;
  }

  private Epoch epoch() {
    Epoch epoch = new Epoch();
    epoch.id = number();
    epoch.clock = number();
    epoch.incarnations = numbers();
    return epoch;
  }

  private Passed passed() {
    Passed passed = new Passed();
    passed.incarnation = number();
    passed.clock = number();
    return passed;
  }

  private Opening[] openings() {
    Opening[] openings = new Opening[random.nextInt(3)];
    for (int i = 0; i < openings.length; i++) {
      openings[i] = new Opening();
      openings[i].incarnation = number();
      openings[i].generation = number();
      openings[i].id = number();
    }
    return openings;
  }

  private Listed[] list() {
    Listed[] list = new Listed[random.nextInt(4)];
    for (int i = 0; i < list.length; i++) {
      list[i] = new Listed();
      list[i].text = text();
      list[i].addresses = new Address[] {new Address(text())};
      list[i].given_name = text();
      list[i].member = random.nextBoolean();
    }
    return list;
  }

  private Stamp stamp() {
    Stamp stamp = new Stamp();
    stamp.clock =
        random.nextBoolean() ? number() : System.currentTimeMillis() - random.nextInt(1000) << 16;
    stamp.origin = number();
    return stamp;
  }

  private long number() {
    return random.nextInt(4) == 0 ? random.nextLong() : EXTREMES[random.nextInt(EXTREMES.length)];
  }

  private long[] numbers() {
    return random.longs(random.nextInt(4)).toArray();
  }

  private Bytes bytes() {
    byte[] bytes = new byte[random.nextInt(64)];
    random.nextBytes(bytes);
    return new Bytes(bytes);
  }

  private String text() {
    return "k".repeat(random.nextInt(40)) + random.nextInt(1000);
  }
}
