package org.rkv.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two stores are compared by their digests: equal if and only if they hold the same. */
class DigestTest {
  private static final long ORIGIN = 7;

  private final Store one = newStore();
  private final Store other = newStore();

  @Test
  void shouldBeEqualForEmptyStores() {
    assertSame();
  }

  @Test
  void shouldNotDependOnTheOrderOfWrites() {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      String value = i % 5 == 0 ? null : "v" + i;
      entries.add(new Entry("k" + i % 100, value, new Stamp(i, ORIGIN), false));
    }
    entries.forEach(entry -> apply(one, entry));
    Collections.shuffle(entries, new Random(1));
    entries.forEach(entry -> apply(other, entry));

    assertSame();
    assertEquals(100, one.liveEntries() + one.tombstones());
  }

  @Test
  void shouldTellAnotherValue() {
    one.apply("k", "a", new Stamp(1, ORIGIN));
    other.apply("k", "b", new Stamp(1, ORIGIN));
    assertFalse(same(one.entriesDigest(), other.entriesDigest()));
  }

  @Test
  void shouldTellAByteAnywhereInALargeValue() {
    String value = "v".repeat(1024 * 1024 - 1);
    for (int at : new int[] {0, 4095, 4096, 500_000, value.length() - 1}) {
      String changed = value.substring(0, at) + "w" + value.substring(at + 1);
      one.apply("k" + at, value, new Stamp(1, ORIGIN));
      other.apply("k" + at, changed, new Stamp(1, ORIGIN));
      assertFalse(same(one.entriesDigest(), other.entriesDigest()), "at " + at);
      one.apply("k" + at, "v", new Stamp(2, ORIGIN));
      other.apply("k" + at, "v", new Stamp(2, ORIGIN));
      assertSame();
    }
  }

  @Test
  void shouldTellAnotherKey() {
    one.apply("k", "a", new Stamp(1, ORIGIN));
    other.apply("K", "a", new Stamp(1, ORIGIN));
    assertFalse(same(one.entriesDigest(), other.entriesDigest()));
  }

  @Test
  void shouldTellAnotherStamp() {
    one.apply("k", "a", new Stamp(1, ORIGIN));
    other.apply("k", "a", new Stamp(2, ORIGIN));
    assertFalse(same(one.entriesDigest(), other.entriesDigest()));
    one.apply("k", "a", new Stamp(2, ORIGIN + 1));
    assertFalse(same(one.entriesDigest(), other.entriesDigest()));
  }

  @Test
  void shouldTellAMissingEntry() {
    for (int i = 0; i < 10; i++) {
      one.apply("k" + i, "v", new Stamp(i, ORIGIN));
      if (i != 5) {
        other.apply("k" + i, "v", new Stamp(i, ORIGIN));
      }
    }
    assertFalse(same(one.entriesDigest(), other.entriesDigest()));
  }

  @Test
  void shouldCountTombstonesApart() {
    one.apply("k", "a", new Stamp(1, ORIGIN));
    one.apply("k", null, new Stamp(2, ORIGIN));

    assertArrayEquals(other.entriesDigest().toBytes(), one.entriesDigest().toBytes());
    assertFalse(same(one.tombstonesDigest(), other.tombstonesDigest()));
  }

  @Test
  void shouldForgetADroppedTombstone() {
    Stamp stamp = new Stamp(2, ORIGIN);
    one.apply("k", null, stamp);
    one.settle("k", stamp);
    assertTrue(one.drop("k", stamp));
    assertSame();
  }

  private void assertSame() {
    assertArrayEquals(other.entriesDigest().toBytes(), one.entriesDigest().toBytes());
    assertArrayEquals(other.tombstonesDigest().toBytes(), one.tombstonesDigest().toBytes());
  }

  private static void apply(Store store, Entry entry) {
    store.apply(entry.key(), entry.value(), entry.stamp());
  }

  private static boolean same(Digest a, Digest b) {
    return Arrays.equals(a.toBytes(), b.toBytes());
  }

  private static Store newStore() {
    return new Store(new Limits(1000, 32), StandingClock.of(0, ORIGIN), KeyHash.random());
  }
}
