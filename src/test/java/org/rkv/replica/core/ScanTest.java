package org.rkv.replica.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.Key;
import org.rkv.rpc.Page;
import org.rkv.rpc.Scanned;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.store.HybridClock;
import org.rkv.store.KeyHash;
import org.rkv.store.Limits;
import org.rkv.store.Stamp;
import org.rkv.store.StandingClock;
import org.rkv.store.Store;
import org.rkv.store.StoreEntries;

class ScanTest {
  private static final int MAX_PAGES = 100_000;
  private static final KeyHash SEED = KeyHash.random();

  private final HybridClock clock = StandingClock.of(1_800_000_000_000L, 1);
  private final Store store = new Store(new Limits(1_000_000, 1 << 20), clock, SEED);

  @Test
  void shouldSeeAnEmptyStoreInAFewPages() {
    List<Page> pages = scan(page -> {});

    assertTrue(pages.size() <= 4, pages.size() + " pages");
    assertEquals(Map.of(), seen(pages));
  }

  @Test
  void shouldSeeASmallStoreInSeveralPagesToo() {
    Store small = new Store(Limits.ofTheCSystem(), clock, SEED);
    for (int i = 0; i < 200; i++) {
      small.put("key" + i, "value");
    }

    List<Page> pages = scan(small, page -> {});

    assertEquals(4, pages.size());
    assertEquals(200, seen(pages).size());
  }

  @Test
  void shouldSeeEveryTombstoneOfASmallStore() {
    Store small = new Store(Limits.ofTheCSystem(), clock, SEED);
    for (int i = 0; i < 100_000; i++) {
      small.apply("gone" + i, null, new Stamp(i + 1, 2));
    }

    List<Page> pages = scan(small, page -> {});

    assertEquals(100_000, pages.stream().mapToInt(page -> page.entries.length).sum());
    assertEquals(100_000, seen(pages).size());
    assertTrue(pages.stream().anyMatch(page -> page.next.inside), "cut within a segment");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 990, 5_000, 70_000})
  void shouldSeeEveryEntryOnceWhereverPagesAreCut(int valueBytes) {
    int count = valueBytes > 50_000 ? 200 : 3_000;
    for (int i = 0; i < count; i++) {
      store.put("key" + i, "x".repeat(valueBytes));
    }

    List<Page> pages = scan(page -> {});

    assertAllSeen(pages);
    assertEquals(count, pages.stream().mapToInt(page -> page.entries.length).sum());
  }

  @Test
  void shouldSeeEverySegmentFromItsBeginningWhenAPageEndsBetweenTwo() {
    // The last key of a page is as often greater as smaller than the first of the next segment.
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      store.put(Long.toString(random.nextLong(), 36), "x".repeat(64 * 1024));
    }

    assertAllSeen(scan(page -> {}));
  }

  @Test
  void shouldGoOnInsideASegmentThatIsLargerThanAPage() {
    List<String> together = keysOfOneSegment(20);
    together.forEach(key -> store.put(key, "x".repeat(40 * 1024)));

    List<Page> pages = scan(page -> {});

    assertAllSeen(pages);
    assertTrue(pages.stream().anyMatch(page -> page.next.inside), "cut within the segment");
  }

  @Test
  void shouldKeepPagesBounded() {
    for (int i = 0; i < 50_000; i++) {
      store.put("key" + i, "value");
    }
    for (Page page : scan(p -> {})) {
      int bytes = 0;
      for (Scanned scanned : page.entries) {
        bytes += 40 + scanned.key.value.length() + scanned.value.value.length();
      }
      assertTrue(bytes <= 64 * 1024 + 1024, bytes + " bytes in a page");
    }
  }

  @Test
  void shouldShowTombstonesStampsAndWhatIsSettled() {
    store.settle("live", store.put("live", "value").entry().stamp());
    store.put("dead", "value");
    Entry tombstone = store.delete("dead").entry();

    TreeMap<String, Scanned> byKey = new TreeMap<>();
    for (Page page : scan(p -> {})) {
      assertEquals(kv.REPLICA_SERVING, page.state);
      for (Scanned scanned : page.entries) {
        byKey.put(scanned.key.value, scanned);
      }
    }

    Scanned live = byKey.get("live");
    assertEquals("value", live.value.value);
    assertFalse(live.deleted);
    assertTrue(live.settled);
    assertEquals(store.find("live").stamp(), Messages.stamp(live.stamp));
    Scanned dead = byKey.get("dead");
    assertEquals("", dead.value.value);
    assertTrue(dead.deleted);
    assertFalse(dead.settled);
    assertEquals(tombstone.stamp(), Messages.stamp(dead.stamp));
  }

  @Test
  void shouldSeeWhatIsThereAllTheTimeWhateverComesAndGoesMeanwhile() {
    Random random = new Random(11);
    Set<String> steady = new HashSet<>();
    for (int i = 0; i < 4_000; i++) {
      store.put("steady" + i, "x".repeat(random.nextInt(500)));
      steady.add("steady" + i);
      store.put("coming and going" + i, "x".repeat(random.nextInt(500)));
    }
    List<Page> pages =
        scan(
            number -> {
              for (int i = 0; i < 200; i++) {
                int n = random.nextInt(4_000);
                store.put("fresh" + number + "." + i, "x".repeat(random.nextInt(500)));
                forget("coming and going" + n);
                store.put("steady" + n, "y".repeat(random.nextInt(500)));
              }
            });

    Set<String> missed = new HashSet<>(steady);
    missed.removeAll(seen(pages).keySet());
    assertEquals(Set.of(), missed);
  }

  @Test
  void shouldGoOnAfterAKeyThatIsNoLongerThere() {
    List<String> together = keysOfOneSegment(6);
    together.forEach(key -> store.put(key, "x".repeat(40 * 1024)));
    Page first = firstPageWithEntries();
    String last = first.entries[first.entries.length - 1].key.value;
    forget(last);

    Set<String> seen = new HashSet<>(seen(List.of(first)).keySet());
    seen.addAll(seen(scanFrom(first.next)).keySet());

    assertEquals(Set.copyOf(together), seen);
  }

  @Test
  void shouldAnswerAnImpossibleCursorWithAnEmptyLastPage() {
    store.put("k", "v");
    for (int segment : new int[] {-1, Integer.MIN_VALUE, 2 * store.segments(), Integer.MAX_VALUE}) {
      Cursor cursor = Scan.start();
      cursor.segment = segment;
      cursor.inside = true;
      cursor.after = new Key("zzz");

      Page page = Scan.page(store, null, cursor, kv.REPLICA_CATCHING_UP);

      assertEquals(0, page.entries.length);
      assertTrue(page.last);
      assertEquals(kv.REPLICA_CATCHING_UP, page.state);
    }
  }

  private List<Page> scan(IntConsumer betweenPages) {
    return scan(store, betweenPages);
  }

  private static List<Page> scan(Store scanned, IntConsumer betweenPages) {
    List<Page> pages = new ArrayList<>();
    Cursor cursor = Scan.start();
    while (pages.size() < MAX_PAGES) {
      Page page = Scan.page(scanned, null, cursor, kv.REPLICA_SERVING);
      pages.add(page);
      assertTrue(PageCheck.follows(cursor, page, false, 2 * scanned.segments()), "it is believed");
      if (page.last) {
        return pages;
      }
      cursor = page.next;
      betweenPages.accept(pages.size());
    }
    throw new AssertionError("the scan does not end");
  }

  private List<Page> scanFrom(Cursor cursor) {
    List<Page> pages = new ArrayList<>();
    pages.add(Scan.page(store, null, cursor, kv.REPLICA_SERVING));
    while (!pages.get(pages.size() - 1).last) {
      pages.add(Scan.page(store, null, pages.get(pages.size() - 1).next, kv.REPLICA_SERVING));
    }
    return pages;
  }

  private Page firstPageWithEntries() {
    for (Page page : scan(p -> {})) {
      if (page.entries.length > 0) {
        return page;
      }
    }
    throw new AssertionError("nothing was seen");
  }

  /** Takes a key out of the store without a trace, as the end of a tombstone's grace does. */
  private void forget(String key) {
    if (store.find(key) != null && !store.find(key).isTombstone()) {
      Stamp tombstone = store.delete(key).entry().stamp();
      store.settle(key, tombstone);
      assertTrue(store.drop(key, tombstone));
    }
  }

  private List<String> keysOfOneSegment(int count) {
    Store probe = new Store(new Limits(1_000_000, 32), clock, SEED);
    for (int i = 0; i < probe.segments() * count * 2; i++) {
      probe.apply("probe" + i, "", new Stamp(1, 1));
    }
    for (int segment = 0; segment < probe.segments(); segment++) {
      if (probe.segment(segment, null).count() >= count) {
        return probe.segment(segment, null).map(Entry::key).limit(count).toList();
      }
    }
    throw new AssertionError("no segment has so many keys");
  }

  private void assertAllSeen(List<Page> pages) {
    Set<Map.Entry<String, String>> missed = new HashSet<>(contents().entrySet());
    missed.removeAll(seen(pages).entrySet());
    assertEquals(Set.of(), missed, "not seen");
    assertEquals(contents().size(), seen(pages).size());
  }

  private Map<String, String> contents() {
    Map<String, String> contents = new TreeMap<>();
    StoreEntries.of(store).forEach(entry -> contents.put(entry.key(), entry.stamp().toString()));
    return contents;
  }

  private static Map<String, String> seen(List<Page> pages) {
    Map<String, String> seen = new TreeMap<>();
    for (Page page : pages) {
      for (Scanned scanned : page.entries) {
        seen.put(scanned.key.value, Messages.stamp(scanned.stamp).toString());
      }
    }
    return seen;
  }
}
