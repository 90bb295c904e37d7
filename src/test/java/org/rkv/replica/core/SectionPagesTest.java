package org.rkv.replica.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.Scanned;
import org.rkv.rpc.SectionsAsked;
import org.rkv.rpc.SectionsPage;
import org.rkv.rpc.kv;
import org.rkv.store.KeyHash;
import org.rkv.store.Limits;
import org.rkv.store.Sections;
import org.rkv.store.Stamp;
import org.rkv.store.StandingClock;
import org.rkv.store.Store;

/** What is in some sections, page by page. */
class SectionPagesTest {
  private static final long START = 77;
  private static final long SALT = 5;
  private static final int MAX_PAGES = 1000;

  private final Sections sections = new Sections(Sections.COUNT);
  private final Store store =
      new Store(new Limits(200_000, 1 << 20), StandingClock.of(0, 1), KeyHash.random(), sections);
  private final BitSet asked = new BitSet();
  private long known = Long.MIN_VALUE;
  private int pages;
  private final Map<String, Scanned> entries = new TreeMap<>();
  private final Set<Long> fingerprints = new HashSet<>();
  private final Set<Long> unsettled = new HashSet<>();

  private void put(String key, String value, long clock) {
    store.apply(key, value, new Stamp(clock, 1));
  }

  private SectionsPage page(Cursor from) {
    SectionsAsked call = new SectionsAsked();
    call.sections = new Bytes(asked.toByteArray());
    call.salt = SALT;
    call.known = known;
    call.from = from;
    return SectionPages.page(store, call, kv.REPLICA_SERVING, START);
  }

  private void read() {
    Cursor from = Scan.start();
    while (pages < MAX_PAGES) {
      SectionsPage page = page(from);
      pages++;
      assertEquals(START, page.start);
      for (Scanned each : page.page.entries) {
        entries.put(each.key.value, each);
      }
      for (long each : page.known) {
        fingerprints.add(each);
      }
      for (long each : page.known_unsettled) {
        unsettled.add(each);
      }
      if (page.page.last) {
        return;
      }
      from = page.page.next;
    }
    throw new AssertionError("there is no end to it");
  }

  @Test
  void shouldTellWhatIsInTheSectionsThatAreAskedForAndNothingElse() {
    for (int i = 0; i < 3000; i++) {
      put("k" + i, i % 5 == 0 ? null : "v" + i, 1 + i);
    }
    for (int i = 0; i < 100; i++) {
      asked.set(sections.of("k" + 30 * i));
    }
    asked.set(sections.of("k2973"));
    read();

    int expected = 0;
    for (int i = 0; i < 3000; i++) {
      boolean isAsked = asked.get(sections.of("k" + i));
      assertEquals(isAsked, entries.containsKey("k" + i));
      expected += isAsked ? 1 : 0;
    }
    assertEquals(expected, entries.size());
    assertTrue(entries.get("k0").deleted);
    assertEquals("v2973", valueOf("k2973"));
  }

  private String valueOf(String key) {
    return entries.get(key).value.value;
  }

  @Test
  void shouldEndAtOnceIfNothingIsAskedFor() {
    put("k", "v", 1);
    read();

    assertEquals(1, pages);
    assertTrue(entries.isEmpty());
  }

  @Test
  void shouldTellAFingerprintOfWhatIsOldEnoughToBeKnown() {
    put("old", "v", 10);
    put("older", null, 9);
    put("new", "v", 11);
    store.settle("older", new Stamp(9, 1));
    asked.set(0, Sections.COUNT);
    known = 10;
    read();

    assertEquals(Set.of("new"), entries.keySet());
    assertEquals(Set.of(sections.fingerprint(store.find("older"), SALT)), fingerprints);
    assertEquals(Set.of(sections.fingerprint(store.find("old"), SALT)), unsettled);
  }

  @Test
  void shouldGoOnWithinASegmentAndBoundEachPage() {
    for (int i = 0; i < 400; i++) {
      put("k" + i, "x".repeat(40 * 1024), 1 + i);
    }
    asked.set(0, Sections.COUNT);
    read();

    assertEquals(400, entries.size());
    assertTrue(pages >= 200, pages + " pages");
  }

  /** Of a store of which hardly anything is asked for: nobody waits for the whole walk. */
  @Test
  void shouldLookAtALittleAtATime() {
    for (int i = 0; i < 200_000; i++) {
      put("k" + i, "", 1 + i);
    }
    asked.set(sections.of("k7"));
    read();

    assertTrue(entries.containsKey("k7"));
    assertTrue(pages >= 200_000 / (64 * 1024), pages + " pages");
    assertFalse(pages > 20, pages + " pages");
  }

  @Test
  void shouldTakeSeveralPagesForAFewToo() {
    put("k", "v", 1);
    asked.set(sections.of("k"));
    read();

    assertEquals(4, pages);
  }

  @Test
  void shouldAnswerAnImpossibleCursorWithAnEmptyLastPage() {
    put("k", "v", 1);
    asked.set(0, Sections.COUNT);
    for (int segment : new int[] {-1, Integer.MIN_VALUE, store.segments(), Integer.MAX_VALUE}) {
      SectionsPage page = page(Scan.cursor(segment, true, "a"));
      assertTrue(page.page.last);
      assertEquals(0, page.page.entries.length);
    }
  }
}
