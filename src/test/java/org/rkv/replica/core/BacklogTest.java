package org.rkv.replica.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rkv.store.Entry;
import org.rkv.store.Stamp;

/** What waits to be settled, in the order of its clocks, whatever order it came in. */
class BacklogTest {
  private static final long ORIGIN = 7;
  private static final int MOST_COLLECTIONS = 50;

  private final Backlog backlog = new Backlog(ORIGIN);

  @Test
  void shouldBeEmptyAtFirst() {
    assertTrue(backlog.isEmpty());
    assertEquals(0, backlog.size());
    assertNull(backlog.first());
    assertFalse(backlog.remove("k", 1));
    assertEquals(List.of(), clocks(10));
  }

  @Test
  void shouldKeepWhatComesInOrder() {
    add("a", 1);
    add("b", 2);
    add("c", 3);
    assertEquals(List.of(1L, 2L, 3L), clocks(10));

    assertTrue(backlog.remove("b", 2));
    assertFalse(backlog.remove("b", 2), "it is out already");
    assertEquals(List.of(1L, 3L), clocks(10));
    assertEquals(2, backlog.size());
  }

  @Test
  void shouldSayWhatAWriteWas() {
    backlog.add(new Entry("a", "v", new Stamp(1, ORIGIN), false), 11);
    backlog.add(new Entry("b", null, new Stamp(2, ORIGIN), false), 12);

    Backlog.PendingWrite put = backlog.first(2).get(0);
    Backlog.PendingWrite delete = backlog.first(2).get(1);
    assertEquals("a", put.key);
    assertEquals(11, put.sinceNanos);
    assertEquals(new Stamp(1, ORIGIN), put.stamp());
    assertEquals(new Stamp(2, ORIGIN), delete.stamp());
  }

  @Test
  void shouldPutWhatComesLateInItsPlace() {
    add("e", 5);
    add("b", 2);
    add("i", 9);
    add("d", 4);
    add("g", 7);
    assertEquals(List.of(2L, 4L, 5L, 7L, 9L), clocks(10));
    assertEquals(List.of(2L, 4L, 5L), clocks(3));

    backlog.remove("d", 4);
    backlog.remove("i", 9);
    assertEquals(List.of(2L, 5L, 7L), clocks(10));
  }

  @Test
  void shouldKeepEachOfTheKeysThatOneClockIsSaidToBeOf() {
    add("last", 9);
    add("a", 5);
    add("b", 5);
    add("also last", 9);
    assertEquals(List.of("a", "b", "last", "also last"), keys());
    assertEquals(4, backlog.size());

    assertTrue(backlog.remove("a", 5));
    assertEquals(List.of("b", "last", "also last"), keys());
    assertTrue(backlog.remove("b", 5));
    assertTrue(backlog.remove("last", 9));
    assertEquals("also last", backlog.first().key);
    assertTrue(backlog.remove("also last", 9));
    assertTrue(backlog.isEmpty());
    assertNull(backlog.first());
  }

  @Test
  void shouldTakeOutAKeyOfWhichTheSameWriteHasComeTwice() {
    add("last", 9);
    add("k", 5);
    add("k", 5);
    assertTrue(backlog.remove("k", 5));
    assertEquals(List.of("last"), keys());
    assertEquals(1, backlog.size());
  }

  @Test
  void shouldBeReadyForMoreWhenTheLastOneWasTakenOut() {
    add("a", 5);
    backlog.remove("a", 5);
    add("b", 3);
    add("c", 4);
    assertEquals(List.of(3L, 4L), clocks(10));
  }

  @Test
  void shouldKeepTheOldestAndTheNewestOfAKey() {
    add("k", 1);
    add("other", 2);
    add("k", 3);
    add("k", 4);

    assertEquals(List.of(1L, 2L, 4L), clocks(10));
    assertFalse(backlog.remove("k", 3), "the one between");
    assertFalse(backlog.remove("other", 1), "another clock");
    assertEquals(3, backlog.size());
  }

  @Test
  void shouldTakeOutTheOldestWithTheNewest() {
    add("k", 1);
    add("k", 2);
    assertTrue(backlog.remove("k", 2));
    assertTrue(backlog.isEmpty());
    assertFalse(backlog.remove("k", 1));
  }

  @Test
  void shouldKeepTheNewestWhenTheOldestIsTakenOut() {
    add("k", 1);
    add("k", 2);
    assertTrue(backlog.remove("k", 1));
    assertEquals(List.of(2L), clocks(10));
    assertEquals(2, backlog.first().clock);

    add("k", 3);
    assertEquals(List.of(2L, 3L), clocks(10), "the one that waited is the oldest now");
  }

  @Test
  void shouldNotHoldWhatCameAfterAWriteThatWasTakenOut() {
    add("old", 1);
    Backlog.PendingWrite takenOut = backlog.first();
    add("young", 2);
    WeakReference<Backlog.PendingWrite> young = new WeakReference<>(backlog.first(2).get(1));
    backlog.remove("old", 1);
    backlog.remove("young", 2);

    for (int i = 0; i < MOST_COLLECTIONS && young.get() != null; i++) {
      System.gc();
    }
    assertNull(young.get());
    assertEquals("old", takenOut.key, "which is still held");
  }

  @Test
  void shouldBeAsATreeWouldBe() {
    for (int seed = 0; seed < 200; seed++) {
      Backlog one = new Backlog(ORIGIN);
      TreeMap<Long, Entry> model = new TreeMap<>();
      Random random = new Random(seed);
      for (int step = 1; step <= 300; step++) {
        if (random.nextInt(3) > 0) {
          // Of each key, clocks only grow; among keys they come in any order.
          int key = random.nextInt(20);
          Entry entry = entry("k" + key, (step + random.nextInt(30)) * 100L + key);
          if (ofKey(model, entry.key()).allMatch(held -> held.clock() < entry.clock())) {
            one.add(entry, step);
            List<Entry> held = ofKey(model, entry.key()).toList();
            held.stream().skip(1).forEach(between -> model.remove(between.clock()));
            model.put(entry.clock(), entry);
          }
        } else if (!model.isEmpty()) {
          List<Entry> all = new ArrayList<>(model.values());
          Entry gone = all.get(random.nextInt(all.size()));
          assertTrue(one.remove(gone.key(), gone.clock()));
          ofKey(model, gone.key())
              .filter(older -> older.clock() <= gone.clock())
              .toList()
              .forEach(older -> model.remove(older.clock()));
        }
        assertEquals(model.size(), one.size());
        assertEquals(model.isEmpty(), one.first() == null);
        assertTrue(model.isEmpty() || one.first().clock == model.firstKey());
        assertEquals(List.copyOf(model.values()), entries(one, Integer.MAX_VALUE));
        assertEquals(model.values().stream().limit(7).toList(), entries(one, 7));
      }
    }
  }

  private static List<Entry> entries(Backlog backlog, int most) {
    return backlog.first(most).stream().map(waiting -> entry(waiting.key, waiting.clock)).toList();
  }

  private static Stream<Entry> ofKey(TreeMap<Long, Entry> model, String key) {
    return model.values().stream().filter(entry -> entry.key().equals(key));
  }

  private void add(String key, long clock) {
    backlog.add(entry(key, clock), 0);
  }

  private List<String> keys() {
    return backlog.first(10).stream().map(waiting -> waiting.key).toList();
  }

  private List<Long> clocks(int most) {
    return backlog.first(most).stream().map(waiting -> waiting.clock).toList();
  }

  private static Entry entry(String key, long clock) {
    return new Entry(key, "v", new Stamp(clock, ORIGIN), false);
  }
}
