package org.rkv.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One store takes all of another at once, and puts a million keys in order at once. */
class TakenStoreTest {
  private static final int MANY = 2000;
  private static final long SALT = 3;

  private final KeyHash keyHash = KeyHash.random();
  private final Store kept = store(keyHash, 10_000);
  private final Store store = store(keyHash, 10_000);

  private static Store store(KeyHash keyHash, int capacity) {
    return new Store(new Limits(capacity, 32), StandingClock.of(0, 1), keyHash);
  }

  private static void fill(Store filled) {
    for (int i = 0; i < MANY; i++) {
      filled.apply("k" + i, i % 5 == 0 ? null : "v" + i, new Stamp(1 + i, 7));
    }
  }

  private static List<String> keysInOrder(Store of) {
    List<String> keys = new ArrayList<>();
    for (Iterator<Entry> entries = of.inOrder(""); entries.hasNext(); ) {
      keys.add(entries.next().key());
    }
    return keys;
  }

  @Test
  void shouldHoldWhatTheOtherHeldAndTheOtherNothing() {
    fill(kept);
    Store like = store(keyHash, 10_000);
    fill(like);

    assertTrue(store.takeAllOf(kept));

    assertEquals(StoreEntries.of(like), StoreEntries.of(store));
    assertEquals(keysInOrder(like), keysInOrder(store));
    assertEquals(like.heldBytes(), store.heldBytes());
    assertEquals(like.tombstones(), store.tombstones());
    assertArrayEquals(like.entriesDigest().toBytes(), store.entriesDigest().toBytes());
    assertArrayEquals(like.tombstonesDigest().toBytes(), store.tombstonesDigest().toBytes());
    int section = store.sectionDigests().sections().of("k1");
    assertEquals(
        like.sectionDigests().entries(section, SALT),
        store.sectionDigests().entries(section, SALT));
    assertEquals(0, kept.keys());
    assertEquals(0, kept.heldBytes());
    assertEquals(List.of(), keysInOrder(kept));
    assertEquals(List.of(), StoreEntries.of(kept));
  }

  @Test
  void shouldGoOnLikeAnyOther() {
    fill(kept);
    store.replace(kept);
    store.takeAllOf(kept);

    store.put("k1", "new");
    store.delete("k2");
    store.settle("k3", store.find("k3").stamp());
    kept.apply("k1", "other", new Stamp(1, 8));

    assertEquals("new", store.find("k1").value());
    assertTrue(store.find("k2").isTombstone());
    assertEquals(MANY, store.keys());
    assertEquals(MANY, keysInOrder(store).size());
  }

  @Test
  void shouldRefuseWhereItWouldLoseSomethingOrBelieveIt() {
    fill(kept);
    store.put("k", "v");
    assertFalse(store.takeAllOf(kept), "it holds something");

    Store settled = store(keyHash, 10_000);
    fill(settled);
    settled.settle("k1", settled.find("k1").stamp());
    assertFalse(store(keyHash, 10_000).takeAllOf(settled), "something is settled there");

    assertFalse(store(KeyHash.random(), 10_000).takeAllOf(kept), "its segments are others");
    assertFalse(store(keyHash, 100).takeAllOf(kept), "it has less of them");
    assertEquals(MANY, kept.keys());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a common beginning/"})
  void shouldPutInOrderWhatWasReadWithoutOne(String beginning) {
    Random random = new Random(1);
    Store read = store(keyHash, 10_000).withoutOrder();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      String key = beginning + new String(bytes, StandardCharsets.ISO_8859_1);
      read.apply(key, i % 3 == 0 ? null : "v", new Stamp(1 + i, 7));
      keys.add(key);
    }
    read.apply("zz", "v", new Stamp(MANY + 1, 7));
    read.giveUp(keys.get(0), new Stamp(MANY + 1, 7));
    read.putInOrder();

    String[] expected =
        keys.stream().filter(key -> !key.equals(keys.get(0))).distinct().toArray(String[]::new);
    expected = Arrays.copyOf(expected, expected.length + 1);
    expected[expected.length - 1] = "zz";
    Arrays.sort(expected);
    assertEquals(List.of(expected), keysInOrder(read));
    read.put("zzz", "v");
    assertEquals(expected.length + 1, keysInOrder(read).size());
  }

  @Test
  void shouldPutNothingInOrder() {
    Store read = store(keyHash, 100).withoutOrder();
    read.putInOrder();
    assertEquals(List.of(), keysInOrder(read));
  }
}
