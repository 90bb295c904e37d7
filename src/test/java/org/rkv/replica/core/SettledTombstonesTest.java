package org.rkv.replica.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.rkv.net.HandMovedTimers;
import org.rkv.store.Entry;
import org.rkv.store.HybridClock;
import org.rkv.store.KeyHash;
import org.rkv.store.Limits;
import org.rkv.store.StandingClock;
import org.rkv.store.Store;

class SettledTombstonesTest {
  private static final long GRACE_MILLIS = 1_000;
  private static final long LEAST_GRACE_MILLIS = 100;
  private static final long NO_PAUSE = Long.MAX_VALUE;

  private final HybridClock clock = StandingClock.of(1_800_000_000_000L, 1);
  private final Store store = new Store(Limits.ofTheCSystem(), clock, KeyHash.random());
  private final HandMovedTimers timers = new HandMovedTimers();
  private final SettledTombstones tombstones =
      new SettledTombstones(store, timers, GRACE_MILLIS, LEAST_GRACE_MILLIS);

  /** It was 1.2 million of them after twenty seconds, and the end of the heap. */
  @Test
  void shouldRememberOneDeleteOfAKeyHoweverOftenItIsPutAndDeleted() {
    for (int i = 0; i < 1_000; i++) {
      put("k");
      delete("k");
    }

    assertEquals(1, tombstones.size());
  }

  @Test
  void shouldRememberNoDeleteOfAKeyThatHasAValueAgain() {
    put("k");
    delete("k");
    put("k");

    assertEquals(0, tombstones.size());
  }

  @Test
  void shouldDropATombstoneAGraceAfterItsLastDelete() {
    put("k");
    delete("k");
    timers.pass(GRACE_MILLIS - 1);
    tombstones.dropOld(NO_PAUSE);
    put("k");
    delete("k");

    timers.pass(GRACE_MILLIS - 1);
    tombstones.dropOld(NO_PAUSE);
    assertEquals(1, store.tombstones());

    timers.pass(1);
    tombstones.dropOld(NO_PAUSE);
    assertEquals(0, store.tombstones());
    assertNull(store.find("k"));
  }

  @Test
  void shouldDropTheFirstSettledFirst() {
    put("a");
    put("b");
    delete("a");
    timers.pass(GRACE_MILLIS / 2);
    tombstones.dropOld(NO_PAUSE);
    delete("b");

    timers.pass(GRACE_MILLIS / 2);
    tombstones.dropOld(NO_PAUSE);

    assertNull(store.find("a"));
    assertEquals(1, tombstones.size());
  }

  @Test
  void shouldDropTheOldestEarlyWhenTheyAreManyButNotTooEarly() {
    store.limitBytes(() -> 8 * 2 * 10 * 330);
    for (int i = 0; i < 30; i++) {
      put("k" + i);
      delete("k" + i);
    }
    timers.pass(LEAST_GRACE_MILLIS - 1);
    tombstones.dropOld(NO_PAUSE);
    assertEquals(30, store.tombstones(), "a write that is older may still come");

    timers.pass(1);
    tombstones.dropOld(NO_PAUSE);
    assertEquals(20, store.tombstones(), "half of what may be");
    assertNull(store.find("k9"));

    timers.pass(GRACE_MILLIS - LEAST_GRACE_MILLIS);
    tombstones.dropOld(NO_PAUSE);
    assertEquals(0, store.tombstones());
  }

  @Test
  void shouldNotCountThePartOfALongPause() {
    put("k");
    delete("k");
    timers.pass(100 * GRACE_MILLIS);

    tombstones.dropOld(1);

    assertEquals(1, store.tombstones());
  }

  private void put(String key) {
    Entry before = store.put(key, "value").before();
    if (before != null) {
      tombstones.replaced(key);
    }
  }

  private void delete(String key) {
    Entry tombstone = store.delete(key).entry();
    store.settle(key, tombstone.stamp());
    tombstones.add(key, tombstone.stamp());
  }
}
