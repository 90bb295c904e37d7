package org.rkv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client's PUT, GET and DEL do to a store. */
class StoreTest {
  private static final String LONGEST = "x".repeat(30);
  private static final String TOO_LONG = "x".repeat(31);

  private final HybridClock clock = StandingClock.of(1_800_000_000_000L, 1);
  private final Store store = new Store(Limits.ofTheCSystem(), clock, KeyHash.random());

  @Test
  void shouldAcceptThirtyBytesAndRefuseThirtyOne() {
    assertEquals(Outcome.OK, store.put(LONGEST, LONGEST).outcome());
    assertEquals(Outcome.KEY_TOO_LARGE, store.put(TOO_LONG, "v").outcome());
    assertEquals(Outcome.VALUE_TOO_LARGE, store.put("k", TOO_LONG).outcome());

    assertEquals(LONGEST, store.get(LONGEST).entry().value());
    assertEquals(1, store.liveEntries());
  }

  @Test
  void shouldCheckKeyBeforeValueBeforeCapacity() {
    fill();

    assertEquals(Outcome.KEY_TOO_LARGE, store.put(TOO_LONG, TOO_LONG).outcome());
    assertEquals(Outcome.VALUE_TOO_LARGE, store.put("fresh", TOO_LONG).outcome());
    assertEquals(Outcome.VALUE_TOO_LARGE, store.put("key0", TOO_LONG).outcome());
    assertEquals(Outcome.FULL, store.put("fresh", "v").outcome());
  }

  @Test
  void shouldCheckTheKeySizeBeforeItSaysThatItIsEmpty() {
    assertEquals(Outcome.KEY_TOO_LARGE, store.get(TOO_LONG).outcome());
    assertEquals(Outcome.KEY_TOO_LARGE, store.delete(TOO_LONG).outcome());
  }

  @Test
  void shouldTakeAsManyEntriesAsItsCapacityAndNoMore() {
    fill();
    assertEquals(256, store.liveEntries());
    Stamp before = clock.next();

    Change refused = store.put("fresh", "v");

    assertEquals(Change.refused(Outcome.FULL), refused);
    assertFalse(refused.accepted());
    assertNull(store.find("fresh"));
    assertEquals(before.clock() + 1, clock.next().clock(), "a refused write takes no stamp");
  }

  @Test
  void shouldOverwriteInAFullStore() {
    fill();

    Change change = store.put("key7", "new");

    assertEquals(Outcome.REPLACED, change.outcome());
    assertEquals("value7", change.replaced().value());
    assertEquals("new", store.get("key7").entry().value());
    assertEquals(256, store.liveEntries());
  }

  @Test
  void shouldHaveRoomAgainAfterADelete() {
    fill();
    store.delete("key0");

    assertEquals(Outcome.OK, store.put("fresh", "v").outcome(), "a tombstone takes no room");
    assertEquals(Outcome.FULL, store.put("key0", "v").outcome(), "a deleted key is a fresh one");
  }

  @Test
  void shouldSayThatAValueWasReplacedAlsoByAnEqualOne() {
    assertEquals(Outcome.OK, store.put("k", "same").outcome());
    assertEquals(Outcome.REPLACED, store.put("k", "same").outcome());
  }

  @Test
  void shouldTellAnEmptyStoreFromAMissingKey() {
    assertEquals(Outcome.EMPTY, store.get("k").outcome());
    assertEquals(Outcome.EMPTY, store.delete("k").outcome());

    store.put("other", "v");

    assertEquals(Outcome.NOT_FOUND, store.get("k").outcome());
    assertEquals(Outcome.NOT_FOUND, store.delete("k").outcome());

    store.delete("other");

    assertEquals(Outcome.EMPTY, store.get("other").outcome(), "tombstones do not count");
    assertEquals(Outcome.EMPTY, store.delete("other").outcome());
  }

  @Test
  void shouldHoldAnEmptyKeyAndAnEmptyValue() {
    assertEquals(Outcome.OK, store.put("", "").outcome());

    assertEquals(Outcome.OK, store.get("").outcome());
    assertEquals("", store.get("").entry().value());
    assertEquals(Outcome.OK, store.delete("").outcome());
    assertEquals(Outcome.EMPTY, store.get("").outcome());
  }

  @Test
  void shouldTakeAnyByteForOrdinary() {
    String bytes = "\0\n\"%s\u00ff\u0080";
    store.put(bytes, bytes);

    assertEquals(bytes, store.get(bytes).entry().value());
    assertEquals(Outcome.NOT_FOUND, store.get("\0\n\"%s\u00ff").outcome());
  }

  @Test
  void shouldStampEveryAcceptedWriteAnew() {
    Entry first = store.put("k", "1").entry();
    Entry second = store.put("k", "2").entry();
    Entry deleted = store.delete("k").entry();
    Entry again = store.put("k", "3").entry();

    assertTrue(second.stamp().compareTo(first.stamp()) > 0);
    assertTrue(deleted.stamp().compareTo(second.stamp()) > 0);
    assertTrue(again.stamp().compareTo(deleted.stamp()) > 0);
    assertEquals(again, store.find("k"));
    assertFalse(again.settled());
  }

  @Test
  void shouldLeaveATombstoneForADeletedKey() {
    store.put("k", "v");

    Change change = store.delete("k");

    assertEquals(Outcome.OK, change.outcome());
    assertEquals("v", change.replaced().value());
    assertTrue(change.entry().isTombstone());
    assertEquals(change.entry(), store.find("k"));
    assertEquals(change.entry(), store.get("k").entry());
  }

  @Test
  void shouldNotWriteASecondTombstoneForADeletedKey() {
    store.put("k", "v");
    Entry tombstone = store.delete("k").entry();

    Change again = store.delete("k");

    assertFalse(again.accepted());
    assertEquals(tombstone, again.entry());
    assertEquals(tombstone, store.find("k"));
  }

  @Test
  void shouldLeaveNothingForAKeyThatNeverWas() {
    store.put("other", "v");

    assertNull(store.delete("k").entry());
    assertNull(store.get("k").entry());
    assertNull(store.find("k"));
    assertEquals(0, store.tombstones());
  }

  @Test
  void shouldCountLiveEntriesAndTombstones() {
    assertCounts(0, 0);
    store.put("a", "1");
    store.put("b", "1");
    assertCounts(2, 0);
    store.put("a", "2");
    assertCounts(2, 0);
    store.delete("a");
    assertCounts(1, 1);
    store.delete("a");
    assertCounts(1, 1);
    store.put("a", "3");
    assertCounts(2, 0);
    Stamp newest = new Stamp(Long.MAX_VALUE, 0);
    store.apply("a", null, newest);
    store.apply("never seen", null, newest);
    assertCounts(1, 2);
    store.apply("c", "1", newest);
    store.apply("c", "1", newest);
    assertCounts(2, 2);
  }

  /** Who deletes cannot be refused: else a full store could not be emptied. */
  @Test
  void shouldDeleteAllThatItHoldsHoweverLittleMemoryThereIs() {
    Store small = new Store(new Limits(1_000, 32), clock, KeyHash.random());
    small.limitBytes(() -> 100_000);
    int stored = 0;
    while (small.put("key" + stored, "").accepted()) {
      stored++;
    }
    assertTrue(stored > 380, stored + " of 205 bytes or so in 100,000");

    for (int i = 0; i < stored; i++) {
      assertEquals(Outcome.OK, small.delete("key" + i).outcome(), "key" + i);
    }
    assertEquals(stored, small.tombstones());
    assertTrue(
        small.heldBytes() <= 125_000, "what a replica that starts takes: " + small.heldBytes());
  }

  @Test
  void shouldTakeNoNewKeyWhileItRemembersTooManyDeletes() {
    int most = store.limits().maxKeys();
    for (int i = 0; i < most; i++) {
      store.put("key" + i, "v");
      assertEquals(Outcome.OK, store.delete("key" + i).outcome());
    }
    assertEquals(Change.refused(Outcome.FULL), store.put("one more", "v"));
    assertEquals(Outcome.OK, store.put("key1", "v").outcome(), "it is no key more");
    assertEquals(Outcome.OK, store.delete("key1").outcome());

    Stamp forgotten = store.find("key0").stamp();
    store.settle("key0", forgotten);
    assertTrue(store.drop("key0", forgotten));
    assertEquals(Outcome.OK, store.put("one more", "v").outcome());
  }

  @Test
  void shouldLeaveEntriesTheirRoomThoughAQuarterAsMuchIsTakenByDeletes() {
    store.limitBytes(() -> 100_000);
    int deleted = 0;
    while (store.heldBytes() < 24_500) {
      assertEquals(Outcome.OK, store.delete(putNew("gone" + deleted)).outcome());
      deleted++;
    }

    assertTrue(store.isShortOfTombstones());
    int stored = 0;
    while (store.put("new" + stored, "v".repeat(28)).accepted()) {
      stored++;
    }
    assertEquals(store.limits().capacity(), stored);
  }

  @Test
  void shouldNotGrowBeyondItsMemoryForOneWhoPutsAndDeletesEverNewKeys() {
    store.limitBytes(() -> 100_000);
    int deleted = 0;
    while (store.put("gone" + deleted, "").accepted()) {
      assertEquals(Outcome.OK, store.delete("gone" + deleted).outcome());
      deleted++;
    }

    assertTrue(deleted > 370 && deleted < 385, deleted + " tombstones in five quarters of it");
    assertTrue(store.haveTombstonesTakenRoom());
    assertEquals(Outcome.OK, store.put("gone0", "").outcome(), "its tombstone was reckoned with");
    assertEquals(Outcome.REPLACED, store.put("gone0", "").outcome());
  }

  private String putNew(String key) {
    assertEquals(Outcome.OK, store.put(key, "").outcome());
    return key;
  }

  @Test
  void shouldDropASettledTombstone() {
    store.put("k", "v");
    Stamp tombstone = store.delete("k").entry().stamp();
    store.settle("k", tombstone);

    assertTrue(store.drop("k", tombstone));

    assertNull(store.find("k"));
    assertCounts(0, 0);
    assertFalse(store.drop("k", tombstone), "it is there no more");
    assertCounts(0, 0);
  }

  @Test
  void shouldKeepATombstoneThatIsNotSettled() {
    store.put("k", "v");
    Entry tombstone = store.delete("k").entry();

    assertFalse(store.drop("k", tombstone.stamp()));
    assertEquals(tombstone, store.find("k"));
  }

  @Test
  void shouldKeepWhatHasTakenTheTombstonesPlace() {
    store.put("k", "v");
    Stamp tombstone = store.delete("k").entry().stamp();
    store.settle("k", tombstone);
    Stamp live = store.put("k", "again").entry().stamp();
    store.settle("k", live);

    assertFalse(store.drop("k", tombstone));
    assertFalse(store.drop("k", live), "a value is not dropped");
    assertEquals(new Entry("k", "again", live, true), store.find("k"));

    Stamp newer = store.delete("k").entry().stamp();
    store.settle("k", newer);
    assertFalse(store.drop("k", tombstone), "another tombstone is held");
    assertEquals(new Entry("k", null, newer, true), store.find("k"));
  }

  @Test
  void shouldSettleWhatItHoldsAndNothingElse() {
    Stamp older = store.put("k", "1").entry().stamp();
    Stamp newer = store.put("k", "2").entry().stamp();

    store.settle("k", older);
    store.settle("other", newer);
    assertFalse(store.find("k").settled());
    assertNull(store.find("other"));

    store.settle("k", newer);
    assertTrue(store.find("k").settled());
  }

  @Test
  void shouldSayOnceThatATombstoneIsSettled() {
    Stamp value = store.put("k", "1").entry().stamp();
    assertFalse(store.settle("k", value), "a value");
    Stamp tombstone = store.delete("k").entry().stamp();
    assertFalse(store.settle("k", value), "it is overwritten");
    assertTrue(store.settle("k", tombstone));
    assertFalse(store.settle("k", tombstone), "it was known");
  }

  @Test
  void shouldCallSupersededWhatSomethingSettledTookThePlaceOf() {
    Stamp older = store.put("k", "1").entry().stamp();
    assertFalse(store.isSuperseded("k", older), "it is held");
    store.settle("k", older);
    assertFalse(store.isSuperseded("k", older), "it is held still");

    Stamp newer = store.put("k", "2").entry().stamp();
    assertFalse(store.isSuperseded("k", older), "the newer one may be nowhere else");
    store.settle("k", newer);
    assertTrue(store.isSuperseded("k", older));
    assertFalse(store.isSuperseded("k", newer));
    assertTrue(store.isSuperseded("other", newer), "nothing is held");
  }

  @Test
  void shouldKnowItsLimits() {
    assertEquals(Limits.ofTheCSystem(), store.limits());
    assertEquals(List.of(), store.segment(0, null).toList());
  }

  private void fill() {
    for (int i = 0; i < 256; i++) {
      assertEquals(Outcome.OK, store.put("key" + i, "value" + i).outcome());
    }
  }

  private void assertCounts(int live, int tombstones) {
    assertEquals(live, store.liveEntries(), "live");
    assertEquals(tombstones, store.tombstones(), "tombstones");
  }
}
