package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    assertFalse(backlog.remove(entry("k", 1)));
    assertNull(backlog.find(entry("k", 1)));
    assertEquals(List.of(), clocks(10));
  }

  @Test
  void shouldKeepWhatComesInOrder() {
    add("a", 1);
    Entry second = add("b", 2);
    add("c", 3);
    assertEquals(List.of(1L, 2L, 3L), clocks(10));

    assertTrue(backlog.remove(second));
    assertFalse(backlog.remove(second), "it is out already");
    assertEquals(List.of(1L, 3L), clocks(10));
    assertEquals(2, backlog.size());
  }

  @Test
  void shouldPutWhatComesLateInItsPlace() {
    add("e", 5);
    add("b", 2);
    Entry ninth = add("i", 9);
    Entry fourth = add("d", 4);
    add("g", 7);
    assertEquals(List.of(2L, 4L, 5L, 7L, 9L), clocks(10));
    assertEquals(List.of(2L, 4L, 5L), clocks(3));

    backlog.remove(fourth);
    backlog.remove(ninth);
    assertEquals(List.of(2L, 5L, 7L), clocks(10));
  }

  @Test
  void shouldBeReadyForMoreWhenTheLastOneWasTakenOut() {
    Entry only = add("a", 5);
    backlog.remove(only);
    add("b", 3);
    add("c", 4);
    assertEquals(List.of(3L, 4L), clocks(10));
  }

  @Test
  void shouldKeepTheOldestAndTheNewestOfAKey() {
    Entry oldest = add("k", 1);
    add("other", 2);
    Entry between = add("k", 3);
    Entry newest = add("k", 4);

    assertEquals(List.of(1L, 2L, 4L), clocks(10));
    assertNull(backlog.find(between));
    assertFalse(backlog.remove(between));
    assertNull(backlog.find(entry("other", 1)), "another clock");
    assertEquals(3, backlog.size());
    assertSame(oldest, backlog.find(oldest).entry);
    assertSame(newest, backlog.find(newest).entry);
  }

  @Test
  void shouldKnowAnEntryByItsKeyAndClock() {
    Entry held = add("k", 1);
    assertSame(held, backlog.find(entry("k", 1)).entry);
    assertTrue(backlog.remove(entry("k", 1)));
    assertTrue(backlog.isEmpty());
  }

  @Test
  void shouldTakeOutTheOldestWithTheNewest() {
    add("k", 1);
    Entry newest = add("k", 2);
    assertTrue(backlog.remove(newest));
    assertTrue(backlog.isEmpty());
    assertNull(backlog.find(newest));
  }

  @Test
  void shouldKeepTheNewestWhenTheOldestIsTakenOut() {
    Entry oldest = add("k", 1);
    Entry newest = add("k", 2);
    assertTrue(backlog.remove(oldest));
    assertEquals(List.of(2L), clocks(10));
    assertSame(newest, backlog.first());

    add("k", 3);
    assertEquals(List.of(2L, 3L), clocks(10), "the one that waited is the oldest now");
  }

  @Test
  void shouldNotHoldWhatCameAfterAnEntryThatWasTakenOut() {
    Entry old = add("old", 1);
    WeakReference<Entry> young = new WeakReference<>(add("young", 2));
    Backlog.Waiting takenOut = backlog.find(old);
    backlog.remove(old);
    backlog.remove(young.get());

    for (int i = 0; i < MOST_COLLECTIONS && young.get() != null; i++) {
      System.gc();
    }
    assertNull(young.get());
    assertSame(old, takenOut.entry, "which is still held");
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
          assertTrue(one.remove(gone));
          ofKey(model, gone.key())
              .filter(older -> older.clock() <= gone.clock())
              .toList()
              .forEach(older -> model.remove(older.clock()));
        }
        assertEquals(model.size(), one.size());
        Map.Entry<Long, Entry> first = model.firstEntry();
        assertSame(first == null ? null : first.getValue(), one.first());
        assertEquals(List.copyOf(model.values()), entries(one, Integer.MAX_VALUE));
        assertEquals(model.values().stream().limit(7).toList(), entries(one, 7));
        model.values().forEach(entry -> assertSame(entry, one.find(entry).entry));
      }
    }
  }

  private static List<Entry> entries(Backlog backlog, int most) {
    return backlog.first(most).stream().map(waiting -> waiting.entry).toList();
  }

  private static Stream<Entry> ofKey(TreeMap<Long, Entry> model, String key) {
    return model.values().stream().filter(entry -> entry.key().equals(key));
  }

  private Entry add(String key, long clock) {
    Entry entry = entry(key, clock);
    backlog.add(entry, 0);
    return entry;
  }

  private List<Long> clocks(int most) {
    return entries(backlog, most).stream().map(Entry::clock).toList();
  }

  private static Entry entry(String key, long clock) {
    return new Entry(key, "v", new Stamp(clock, ORIGIN));
  }
}
