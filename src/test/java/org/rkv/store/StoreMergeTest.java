package org.rkv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one replica takes over from another, and how it is found again. */
class StoreMergeTest {
  /** A write as a peer sends it. */
  private record Written(String key, String value, Stamp stamp) {}

  @Test
  void shouldKeepTheGreatestClock() {
    Store store = store();

    store.apply("k", "middle", new Stamp(20, 0));
    assertEquals("middle", store.apply("k", "older", new Stamp(19, 99)).after().value());
    assertEquals("newer", store.apply("k", "newer", new Stamp(21, -99)).after().value());
    assertTrue(store.apply("k", null, new Stamp(22, 0)).after().isTombstone());
    assertTrue(store.apply("k", "late", new Stamp(21, 5)).after().isTombstone());
  }

  @Test
  void shouldLetTheOriginDecideBetweenEqualClocks() {
    Store store = store();

    store.apply("k", "small", new Stamp(20, -1));
    store.apply("k", "great", new Stamp(20, 1));
    store.apply("k", "middle", new Stamp(20, 0));

    assertEquals("great", store.find("k").value());
  }

  @Test
  void shouldChangeNothingWhenTheSameIsAppliedAgain() {
    Store store = store();
    Stamp stamp = new Stamp(20, 0);
    MergeResult first = store.apply("k", "v", stamp);
    assertTrue(first.changed());
    assertNull(first.before());
    store.settle("k", stamp);

    MergeResult again = store.apply("k", "v", stamp);

    assertFalse(again.changed());
    assertEquals(new Entry("k", "v", stamp, true), again.after(), "what is known of it is kept");
    assertEquals(again.after(), store.find("k"));
  }

  @Test
  void shouldNotTakeANewEntryForSettledBecauseTheOldOneWas() {
    Store store = store();
    store.apply("k", "v", new Stamp(20, 0));
    store.settle("k", new Stamp(20, 0));

    MergeResult newer = store.apply("k", "v", new Stamp(21, 0));

    assertTrue(newer.before().settled());
    assertFalse(newer.after().settled());
    assertFalse(store.find("k").settled());
  }

  @Test
  void shouldLeaveTheSameInAnyOrderAndAsOftenAsItComes() {
    List<Written> writes =
        List.of(
            new Written("a", "1", new Stamp(1, 5)),
            new Written("a", "2", new Stamp(2, 5)),
            new Written("a", null, new Stamp(2, 6)),
            new Written("b", "x", new Stamp(2, 7)),
            new Written("b", null, new Stamp(1, 9)),
            new Written("a", "1", new Stamp(1, 5)));
    Map<String, String> expected = Map.of("a", "2.6 deleted", "b", "2.7 x");

    int[] orders = {0};
    permutations(
        new ArrayList<>(writes),
        0,
        order -> {
          orders[0]++;
          Store store = store();
          order.forEach(w -> store.apply(w.key(), w.value(), w.stamp()));
          assertEquals(expected, contents(store), () -> "after " + order);
          assertEquals(1, store.liveEntries());
          assertEquals(1, store.tombstones());
        });
    assertEquals(720, orders[0]);
  }

  @Test
  void shouldComeToTheSameWhicheverStoresAreMergedFirst() {
    Random random = new Random(7);
    for (int trial = 0; trial < 200; trial++) {
      Store a = randomStore(random);
      Store b = randomStore(random);
      Store c = randomStore(random);

      Store left = merged(merged(a, b), c);
      Store right = merged(a, merged(b, c));
      Store swapped = merged(merged(c, b), a);

      assertEquals(contents(left), contents(right));
      assertEquals(contents(left), contents(swapped));
      assertEquals(contents(left), contents(merged(left, left)));
    }
  }

  @Test
  void shouldTakeOverMoreThanItsCapacity() {
    Store store = new Store(new Limits(1, 32), StandingClock.of(0, 1), KeyHash.random());

    store.apply("a", "1", new Stamp(1, 0));
    store.apply("b", "1", new Stamp(1, 1));

    assertEquals(2, store.liveEntries());
    assertEquals(Outcome.FULL, store.put("c", "1").outcome());
    assertEquals(Outcome.REPLACED, store.put("b", "2").outcome());
  }

  @Test
  void shouldWinAgainstWhatItHasObserved() {
    HybridClock clock = StandingClock.of(1000, 1);
    Store store = new Store(Limits.ofTheCSystem(), clock, KeyHash.random());
    Stamp ahead = new Stamp(5000L << 16, 99);
    clock.observe(ahead.clock());
    store.apply("k", "theirs", ahead);

    Change change = store.put("k", "ours");

    assertEquals(Outcome.REPLACED, change.outcome());
    assertEquals("ours", store.find("k").value());
  }

  @Test
  void shouldShowEveryEntryInExactlyOneSegment() {
    Store store = new Store(new Limits(10_000, 32), StandingClock.of(0, 1), KeyHash.random());
    for (int i = 0; i < 5_000; i++) {
      store.put("key" + i, "v");
    }
    store.delete("key17");

    Map<String, Integer> seen = new TreeMap<>();
    for (int segment = 0; segment < store.segments(); segment++) {
      for (Entry entry : store.segment(segment, null).toList()) {
        seen.merge(entry.key(), 1, Integer::sum);
        assertEquals(entry, store.find(entry.key()));
      }
    }
    assertEquals(5_000, seen.size());
    assertEquals(Collections.nCopies(5_000, 1), List.copyOf(seen.values()));
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 10_000, 100_000})
  void shouldSpreadKeysOverTheSegments(int capacity) {
    Store store = new Store(new Limits(capacity, 32), StandingClock.of(0, 1), KeyHash.random());
    for (int i = 0; i < 10 * store.segments(); i++) {
      store.apply("key" + i, null, new Stamp(1, 1));
    }

    int largest = 0;
    int smallest = Integer.MAX_VALUE;
    for (int segment = 0; segment < store.segments(); segment++) {
      int size = (int) store.segment(segment, null).count();
      largest = Math.max(largest, size);
      smallest = Math.min(smallest, size);
    }
    assertTrue(largest < 100, "ten on average, and " + largest + " in the largest");
    assertTrue(capacity > 256 || smallest > 0, "ten on average, and none in the smallest");
  }

  @Test
  void shouldShowASegmentInTheOrderOfItsKeysFromAnyOfThem() {
    Store store = new Store(new Limits(256, 32), StandingClock.of(0, 1), KeyHash.random());
    for (int i = 0; i < 1_000; i++) {
      store.apply("key" + i, i % 2 == 0 ? "v" : null, new Stamp(1, 1));
    }
    for (int segment = 0; segment < store.segments(); segment++) {
      List<Entry> all = store.segment(segment, null).toList();
      List<String> keys = all.stream().map(Entry::key).toList();
      assertEquals(keys.stream().sorted().toList(), keys);
      for (int i = 0; i < all.size(); i++) {
        List<Entry> rest = all.subList(i + 1, all.size());
        assertEquals(rest, store.segment(segment, keys.get(i)).toList());
        assertEquals(rest, store.segment(segment, keys.get(i) + "\0").toList());
      }
      assertEquals(all, store.segment(segment, "").toList());
    }
  }

  @Test
  void shouldHaveFewSegmentsForFewEntries() {
    assertEquals(64, segmentsFor(1));
    assertEquals(64, segmentsFor(Limits.DEFAULT_CAPACITY));
    assertEquals(2048, segmentsFor(10_000));
    assertEquals(4096, segmentsFor(1_000_000));
    assertEquals(4096, segmentsFor(Integer.MAX_VALUE));
  }

  private static int segmentsFor(int capacity) {
    return new Store(new Limits(capacity, 32), StandingClock.of(0, 1), KeyHash.random()).segments();
  }

  @Test
  void shouldKeepOneStringForAKeyHoweverOftenItIsWritten() {
    Store store = store();
    String key = store.put(new String("k"), "ours").entry().key();
    assertSame(key, store.put(new String("k"), "newer").entry().key());
    assertSame(key, store.apply(new String("k"), "theirs", new Stamp(9L << 16, 2)).after().key());
    assertSame(key, store.delete(new String("k")).entry().key());
    assertSame(key, store.put(new String("k"), "again").entry().key());
  }

  @Test
  void shouldNotChangeWhatItHasGivenOut() {
    Store store = store();
    Entry older = store.apply("k", "older", new Stamp(1, 1)).after();
    List<Entry> scanned = new ArrayList<>();
    scanned.addAll(StoreEntries.of(store));

    store.apply("k", "newer", new Stamp(2, 1));
    store.settle("k", new Stamp(2, 1));

    assertEquals(new Entry("k", "older", new Stamp(1, 1), false), older);
    assertEquals(List.of(older), scanned);
    assertEquals(new Entry("k", "newer", new Stamp(2, 1), true), store.find("k"));
  }

  private static Store store() {
    return new Store(Limits.ofTheCSystem(), StandingClock.of(0, 1), KeyHash.random());
  }

  private static Store randomStore(Random random) {
    Store store = store();
    for (int i = 0; i < 8; i++) {
      Stamp stamp = new Stamp(random.nextInt(5), random.nextInt(5));
      // A stamp is issued once only, so equal stamps come with equal contents.
      store.apply("k" + random.nextInt(3), stamp.hashCode() % 3 == 0 ? null : "v" + stamp, stamp);
    }
    return store;
  }

  private static Store merged(Store one, Store other) {
    Store both = store();
    Consumer<Entry> apply = entry -> both.apply(entry.key(), entry.value(), entry.stamp());
    StoreEntries.of(one).forEach(apply);
    StoreEntries.of(other).forEach(apply);
    return both;
  }

  private static Map<String, String> contents(Store store) {
    Map<String, String> contents = new TreeMap<>();
    StoreEntries.of(store)
        .forEach(
            entry ->
                contents.put(
                    entry.key(),
                    entry.stamp() + " " + (entry.isTombstone() ? "deleted" : entry.value())));
    return contents;
  }

  private static void permutations(
      List<Written> writes, int from, Consumer<List<Written>> consumer) {
    if (from == writes.size()) {
      consumer.accept(writes);
      return;
    }
    for (int i = from; i < writes.size(); i++) {
      Collections.swap(writes, from, i);
      permutations(writes, from + 1, consumer);
      Collections.swap(writes, from, i);
    }
  }
}
