package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.Key;
import org.rkv.rpc.Page;
import org.rkv.rpc.Scanned;
import org.rkv.rpc.Stamp;
import org.rkv.rpc.Value;
import org.rkv.rpc.kv;
import org.rkv.store.Limits;
import org.rkv.testing.Eventually;

/** A peer decides neither how much a replica holds nor how long it works. */
class UnboundedPeerTest {
  private static final int CAPACITY = 8;

  /** Of two replicas, each of which may have 16 Ki calls of its clients under way. */
  private static final int MOST_ENTRIES = 2 * (CAPACITY + 16 * 1024);

  @TempDir Path directory;
  private Cluster cluster;
  private TestReplica replica;

  @BeforeEach
  void prepare() throws Exception {
    cluster = new Cluster(directory, 2);
    cluster.replica(0).limits(CAPACITY, Limits.DEFAULT_MAX_LENGTH);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void shouldNotFollowASourceWhosePagesLeadNowhere() throws Exception {
    assertDisbelieved("pages that lead nowhere", (page, from) -> page.next = from);
  }

  @Test
  void shouldNotFollowASourceToSegmentsThatThereAreNot() throws Exception {
    assertDisbelieved("pages that lead nowhere", (page, from) -> page.next.segment += 1 << 20);
  }

  @Test
  void shouldNotFollowASourceThatTellsTheSameEntryForEver() throws Exception {
    assertDisbelieved(
        "pages that lead nowhere",
        (page, from) -> {
          page.entries = new Scanned[] {scanned("k", "v")};
          page.next.segment = from.segment;
          page.next.inside = true;
          page.next.after = new Key("k");
        });
  }

  @Test
  void shouldNotTakeOverAnEntryBeyondTheMaximalLength() throws Exception {
    assertDisbelieved(
        "an entry beyond the maximal length",
        (page, from) -> page.entries = new Scanned[] {scanned("k", "v".repeat(100))});
    assertEquals(0, replica.contents().size());
  }

  /** As when all are started with a maximal length that is too small: it is tried for ever. */
  @Test
  void shouldNotSayAgainAndAgainThatItCatchesUpWithOneThatItDoesNotBelieve() throws Exception {
    AtomicInteger scans = new AtomicInteger();
    Fault tooLong =
        (page, from) -> {
          scans.incrementAndGet();
          page.entries = new Scanned[] {scanned("k", "v".repeat(100))};
        };
    try (StandInReplica peer = standIn(tooLong)) {
      replica = cluster.replica(0).start();
      try (Greeter greeter = peer.calls(replica.address())) {
        assertEquals(kv.ADMITTED, greeter.greet());
        Eventually.until("it has tried again", () -> scans.get() >= 3, cluster::describe);
      }
      assertEquals(1, replica.log().count("catching up from replica"), cluster::describe);
    }
  }

  @Test
  void shouldNotTakeOverMoreThanAllReplicasCanHold() throws Exception {
    AtomicInteger pages = new AtomicInteger();
    assertDisbelieved(
        "more entries than all replicas can hold",
        (page, from) -> {
          page.entries = entries(pages.getAndIncrement(), 1_000);
          page.next.segment = from.segment;
          page.next.inside = true;
          page.next.after = page.entries[page.entries.length - 1].key;
        });
    assertTrue(replica.contents().size() <= MOST_ENTRIES, cluster::describe);
  }

  @Test
  void shouldRefuseWhatIsBeyondTheHeadroomAndTakeTheRest() throws Exception {
    replica = cluster.replica(0).start();
    try (StandInReplica peer = standIn((page, from) -> page.last = true);
        Greeter greeter = peer.calls(replica.address())) {
      assertEquals(kv.ADMITTED, greeter.greet());
      long clock = System.currentTimeMillis() << 16;
      for (int i = 0; i < MOST_ENTRIES; i++) {
        assertEquals(kv.PUT_OK, greeter.rput("k" + i, "v", clock + i));
      }

      clock += MOST_ENTRIES;
      assertEquals(kv.PUT_KVSTORE_OUT_OF_CAPACITY, greeter.rput("one more", "v", clock));
      assertEquals(kv.PUT_OK, greeter.rput("k0", "w", clock + 1), "it takes no more room");
      assertEquals(kv.DEL_OK, greeter.rdel("k0", clock + 2));
      assertEquals(kv.PUT_OK, greeter.rput("one more", "v", clock + 3), "there is room again");
      assertEquals(MOST_ENTRIES, replica.contents().size() - replica.tombstones());
    }
    assertTrue(replica.log().contain("tells of more than all replicas can hold: refused"));
  }

  /** What is wrong with a page. */
  private interface Fault {
    void putInto(Page page, Cursor from);
  }

  private void assertDisbelieved(String what, Fault fault) throws Exception {
    try (StandInReplica peer = standIn(fault)) {
      replica = cluster.replica(0).start();
      try (Greeter greeter = peer.calls(replica.address())) {
        assertEquals(kv.ADMITTED, greeter.greet());
        String reason = "replica " + cluster.host(1) + " to tell no more of " + what;
        Eventually.until(
            "it says what cannot be",
            () -> replica.log().contain("not serving yet: waiting for " + reason),
            cluster::describe);
      }
    }
  }

  private StandInReplica standIn(Fault fault) throws IOException {
    StandInReplica standIn =
        new StandInReplica(cluster.address(1), cluster.names()) {
          @Override
          Page page(Cursor cursor) {
            Page page = super.page(cursor);
            page.last = false;
            page.next = new Cursor();
            page.next.segment = cursor.segment + 1;
            page.next.after = new Key("");
            fault.putInto(page, cursor);
            return page;
          }
        };
    standIn.says(
        self -> {
          self.state = kv.REPLICA_SERVING;
          self.capacity = CAPACITY;
        });
    standIn.answers(kv.ADMITTED);
    return standIn;
  }

  private static Scanned[] entries(int page, int count) {
    List<Scanned> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(scanned(String.format("k%05d-%05d", page, i), "v"));
    }
    return entries.toArray(new Scanned[0]);
  }

  private static Scanned scanned(String key, String value) {
    Scanned scanned = new Scanned();
    scanned.key = new Key(key);
    scanned.value = new Value(value);
    scanned.stamp = new Stamp();
    scanned.stamp.clock = System.currentTimeMillis() << 16;
    scanned.stamp.origin = 7;
    return scanned;
  }
}
