package org.rkv.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SectionDigestsTest {
  private static final long SALT = 0x5a17L;
  private static final Limits LIMITS = new Limits(100_000, 32);

  private final Store store = store(Sections.COUNT);
  private final Store other = store(Sections.COUNT);

  private static Store store(int sections) {
    return new Store(LIMITS, StandingClock.of(0, 1), KeyHash.random(), new Sections(sections));
  }

  private static Stamp stamp(long clock) {
    return new Stamp(clock, 7);
  }

  private static int[] differing(Store one, Store other) {
    SectionDigests digests = one.sectionDigests();
    SectionDigests others = other.sectionDigests();
    return IntStream.range(0, digests.sections().count())
        .filter(
            section ->
                digests.entries(section, SALT) != others.entries(section, SALT)
                    || digests.tombstones(section, SALT) != others.tombstones(section, SALT))
        .toArray();
  }

  private int sectionOf(String key) {
    return store.sectionDigests().sections().of(key);
  }

  @Test
  void shouldBeEqualWhateverWayTheSameCameAbout() {
    for (int i = 0; i < 1000; i++) {
      store.apply("k" + i, "v", stamp(1 + i));
    }
    Random random = new Random(1);
    for (int i = 999; i >= 0; i--) {
      other.apply("k" + i, random.nextBoolean() ? "older" : null, new Stamp(1 + i, 6));
      other.apply("k" + i, "v", stamp(1 + i));
      other.apply("k" + i, "older still", new Stamp(i, 8));
    }

    assertEquals(0, differing(store, other).length);
  }

  @Test
  void shouldDifferWhereAKeyWasWrittenAgainThoughItsValueIsTheSame() {
    store.apply("k", "v", stamp(1));
    other.apply("k", "v", stamp(2));

    assertEquals(1, differing(store, other).length);
    assertEquals(sectionOf("k"), differing(store, other)[0]);
  }

  @Test
  void shouldTellATombstoneFromAnEntryOfTheSameStamp() {
    store.apply("k", null, stamp(1));
    other.apply("k", "", stamp(1));

    assertEquals(1, differing(store, other).length);
    assertTrue(store.sectionDigests().hasTombstones(sectionOf("k")));
    assertFalse(other.sectionDigests().hasTombstones(sectionOf("k")));
  }

  @Test
  void shouldBeAsBeforeWhenATombstoneIsForgotten() {
    store.apply("k", null, stamp(1));
    store.settle("k", stamp(1));
    assertTrue(store.drop("k", stamp(1)));

    assertEquals(0, differing(store, other).length);
    assertFalse(store.sectionDigests().hasTombstones(sectionOf("k")));
  }

  @Test
  void shouldNotDifferByWhatIsSettledButKnowIt() {
    store.apply("k", "v", stamp(1));
    other.apply("k", "v", stamp(1));
    int section = sectionOf("k");
    assertFalse(store.sectionDigests().isSettled(section));

    store.settle("k", stamp(1));
    assertTrue(store.sectionDigests().isSettled(section));
    assertEquals(0, differing(store, other).length);

    store.apply("k", "w", stamp(2));
    assertFalse(store.sectionDigests().isSettled(section));
    store.settle("k", stamp(2));
    store.settle("k", stamp(2));
    assertTrue(store.sectionDigests().isSettled(section));
    store.giveUp("k", stamp(2));
    assertTrue(store.sectionDigests().isSettled(section), "there is nothing");
  }

  @Test
  void shouldCountAsOneWhatIsDividedAmongTwoStores() {
    Store rest = store(Sections.COUNT);
    for (int i = 0; i < 100; i++) {
      String value = i % 3 == 0 ? null : "v";
      (i % 2 == 0 ? store : rest).apply("k" + i, value, stamp(1 + i));
      other.apply("k" + i, value, stamp(1 + i));
    }
    for (int section = 0; section < Sections.COUNT; section++) {
      SectionDigests both = store.sectionDigests();
      assertEquals(
          other.sectionDigests().entries(section, SALT),
          both.entriesWith(rest.sectionDigests(), section, SALT));
      assertEquals(
          other.sectionDigests().tombstones(section, SALT),
          both.tombstonesWith(rest.sectionDigests(), section, SALT));
    }
  }

  @Test
  void shouldTellASingleEntryByTheSameFingerprintAsItsSection() {
    store.apply("k", "v", stamp(1));

    Sections sections = store.sectionDigests().sections();
    long alone = sections.fingerprint(store.find("k"), SALT);
    assertEquals(store.sectionDigests().entries(sectionOf("k"), SALT), alone);
    assertNotEquals(sections.fingerprint(store.find("k"), SALT + 1), alone);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 16, Sections.COUNT})
  void shouldSpreadKeysEvenly(int count) {
    Sections sections = new Sections(count);
    int[] sizes = new int[count];
    int keys = 16 * count;
    for (int i = 0; i < keys; i++) {
      sizes[sections.of("key" + i)]++;
    }

    int largest = IntStream.of(sizes).max().orElse(0);
    assertTrue(largest < 60, () -> "of 16 on the average: " + largest);
    assertTrue(IntStream.of(sizes).filter(size -> size == 0).count() < 10);
  }

  @Test
  void shouldPutAKeyWhereEveryOtherReplicaDoes() {
    // As long as this is so, releases can compare what they hold.
    Sections sections = new Sections(Sections.COUNT);
    assertEquals(0, sections.of(""));
    assertEquals(59059, sections.of("a key"));
    assertEquals(11822, sections.of("\u00ff\u00fe another key with more bytes"));
    assertEquals(sections.of("a key") >>> 15, new Sections(2).of("a key"));
  }

  @Test
  void shouldTellAFingerprintThatEveryOtherReplicaTells() {
    Sections sections = new Sections(Sections.COUNT);
    Stamp stamp = new Stamp(5, -6);
    Entry entry = new Entry("a key", "v", stamp, true);
    Entry tombstone = new Entry("a key", null, stamp, true);

    assertEquals(458808614231933397L, sections.fingerprint(entry, 7));
    assertEquals(-6096405687494854584L, sections.fingerprint(tombstone, 7));
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, 0, 1, 3, 2 * Sections.COUNT})
  void shouldRefuseAnImpossibleNumberOfSections(int count) {
    assertThrows(IllegalArgumentException.class, () -> new Sections(count));
  }
}
