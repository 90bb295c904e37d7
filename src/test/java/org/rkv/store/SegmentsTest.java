package org.rkv.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How a store spreads its keys over segments, whoever chose them. */
class SegmentsTest {
  private static final int POWER = 18;
  private static final Limits LIMITS = new Limits(1 << POWER, 2 * POWER + 2);

  @Test
  void shouldSpreadKeysThatHaveOneHashCode() {
    Store store = storeOf(CollidingKeys.of(POWER));

    int longest =
        IntStream.range(0, store.segments())
            .map(segment -> (int) store.segment(segment, null).count())
            .max()
            .orElseThrow();

    int mean = (1 << POWER) / store.segments();
    assertTrue(longest < 2.5 * mean, longest + " keys in one segment, " + mean + " on average");
  }

  @Test
  void shouldLayKeysTogetherInAnotherWayUnderAnotherSeed() {
    List<String> keys = CollidingKeys.of(10);

    assertNotEquals(inTheirOrder(storeOf(keys)), inTheirOrder(storeOf(keys)));
  }

  @Test
  void shouldHaveTheSameDigestUnderEverySeed() {
    List<String> keys = CollidingKeys.of(10);
    Store one = new Store(LIMITS, StandingClock.of(0, 1), KeyHash.random());
    Store other = new Store(LIMITS, StandingClock.of(0, 1), KeyHash.random());
    for (String key : keys) {
      one.apply(key, "value of " + key, new Stamp(7, 3));
      other.apply(key, "value of " + key, new Stamp(7, 3));
    }

    assertArrayEquals(one.entriesDigest().toBytes(), other.entriesDigest().toBytes());
  }

  @Test
  void shouldFindWhatIsThereWhateverComesAndGoes() {
    Random random = new Random(5);
    Store store = new Store(new Limits(100_000, 32), StandingClock.of(0, 1), KeyHash.random());
    Map<String, Long> expected = new TreeMap<>();
    for (int i = 0; i < 200_000; i++) {
      String key = "k" + random.nextInt(3_000);
      if (random.nextInt(3) > 0) {
        store.apply(key, "v", new Stamp(i + 1, 1));
        expected.put(key, i + 1L);
      } else if (expected.remove(key) != null) {
        store.apply(key, null, new Stamp(i + 1, 1));
        store.settle(key, new Stamp(i + 1, 1));
        assertTrue(store.drop(key, new Stamp(i + 1, 1)));
        assertNull(store.find(key));
      }
    }

    Map<String, Long> found = new TreeMap<>();
    StoreEntries.of(store).forEach(entry -> found.put(entry.key(), entry.stamp().clock()));
    assertEquals(expected, found);
    expected.forEach((key, clock) -> assertEquals(clock, store.find(key).stamp().clock()));
  }

  @Test
  void shouldShowASegmentInTheOrderOfItsKeysFromAnyKeyOn() {
    List<String> keys = new ArrayList<>(CollidingKeys.of(12));
    Collections.shuffle(keys, new Random(1));
    Store store = storeOf(keys);

    for (int segment = 0; segment < store.segments(); segment++) {
      List<String> all = store.segment(segment, null).map(Entry::key).toList();
      assertEquals(all.stream().sorted(Comparator.naturalOrder()).toList(), all);
      for (int i = 0; i < all.size(); i++) {
        List<String> rest = store.segment(segment, all.get(i)).map(Entry::key).toList();
        assertEquals(all.subList(i + 1, all.size()), rest);
      }
    }
  }

  private static Store storeOf(List<String> keys) {
    Store store = new Store(LIMITS, StandingClock.of(0, 1), KeyHash.random());
    for (String key : keys) {
      assertEquals(Outcome.OK, store.put(key, "v").outcome());
    }
    return store;
  }

  private static List<String> inTheirOrder(Store store) {
    return StoreEntries.of(store).stream().map(Entry::key).toList();
  }
}
