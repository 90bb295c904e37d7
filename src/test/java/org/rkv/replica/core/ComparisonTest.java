package org.rkv.replica.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.rkv.net.HandMovedTimers;
import org.rkv.oncrpc.GroupClient;
import org.rkv.oncrpc.ReplyCollector;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Digests;
import org.rkv.rpc.DigestsAsked;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.store.KeyHash;
import org.rkv.store.Limits;
import org.rkv.store.Sections;
import org.rkv.store.Stamp;
import org.rkv.store.StandingClock;
import org.rkv.store.Store;

/** What of a source is here already, and how it is taken over from the former copy. */
class ComparisonTest {
  private static final long START = 77;
  private static final long SALT = 5;

  private final KeyHash keyHash = KeyHash.random();
  private final Sections sections = new Sections(Sections.COUNT);
  private final Store source = store();
  private final Store former = store();
  private final Store store = store();
  private final List<String> told = new ArrayList<>();
  private final HandMovedTimers timers = new HandMovedTimers();
  private final List<Integer> turns = new ArrayList<>();
  private final Comparison comparison =
      new Comparison(START, this::ask, store, former, SALT, new Heard());
  private final HandOver handOver =
      new HandOver(
          store, former, new Moving(), comparison, SALT, timers, () -> told.add("handed over"));
  private Consumer<Digests> tampering = page -> {};
  private String failure;
  private int asked;

  private Store store() {
    return new Store(new Limits(100_000, 32), StandingClock.of(0, 1), keyHash, sections);
  }

  private void ask(int section, ReplyCollector replies) {
    asked++;
    if (failure != null) {
      replies.failed(0, failure);
      return;
    }
    DigestsAsked call = new DigestsAsked();
    call.section = section;
    call.salt = SALT;
    Digests page = DigestPages.page(source.sectionDigests(), call, kv.REPLICA_SERVING, START);
    tampering.accept(page);
    replies.answered(0, page);
  }

  private final class Moving implements HandOver.Mover {
    @Override
    public void move(Entry entry, boolean isSettled) {
      turns.set(turns.size() - 1, turns.get(turns.size() - 1) + 1);
      store.apply(entry.key(), entry.value(), entry.stamp());
      if (isSettled) {
        store.settle(entry.key(), entry.stamp());
      }
    }
  }

  private final class Heard implements Comparison.Listener {
    @Override
    public void compared() {
      told.add("compared");
    }

    @Override
    public void notComparable() {
      told.add("not comparable");
    }

    @Override
    public void brokeOff() {
      told.add("broke off");
    }
  }

  private static Stamp stamp(long clock) {
    return new Stamp(clock, 7);
  }

  private void everywhere(int count) {
    for (int i = 0; i < count; i++) {
      source.apply("k" + i, "v", stamp(1 + i));
      former.apply("k" + i, "v", stamp(1 + i));
    }
    store.replace(former);
  }

  private void handOver() {
    comparison.begin();
    assertEquals(List.of("compared"), told);
    turns.add(0);
    handOver.begin();
    while (told.size() < 2) {
      turns.add(0);
      timers.passOne();
    }
  }

  private boolean isEqual(String key) {
    return comparison.isEqual(sections.of(key));
  }

  @Test
  void shouldMoveEverythingIfNothingHasChanged() {
    everywhere(10_000);
    handOver();

    assertTrue(comparison.differing().isEmpty());
    assertEquals(10_000, handOver.moved());
    assertEquals(10_000, store.liveEntries());
    assertEquals(0, former.liveEntries());
    assertEquals(16, asked, "pages of digests");
  }

  /** So whatever else has to be done has its turn between. */
  @Test
  void shouldMoveALittleAtATime() {
    everywhere(10_000);
    handOver();

    assertTrue(turns.size() >= 9, turns::toString);
    assertTrue(turns.stream().allMatch(moved -> moved < 1200), turns::toString);
  }

  @Test
  void shouldLeaveWhatHasChangedAndWhatIsWithIt() {
    everywhere(10_000);
    source.apply("k1", "w", stamp(20_000));
    source.apply("k2", null, stamp(20_001));
    source.apply("more", "v", stamp(20_002));
    source.giveUp("k3", stamp(4)); // its tombstone is long forgotten
    handOver();

    assertFalse(isEqual("k1") || isEqual("k2") || isEqual("more") || isEqual("k3"));
    assertTrue(isEqual("k4"));
    assertEquals("v", former.find("k3").value());
    assertEquals(null, store.find("k3"));
    assertTrue(handOver.moved() > 9980, () -> "moved " + handOver.moved());
    assertEquals(10_000, handOver.moved() + former.liveEntries());
  }

  @Test
  void shouldMoveWhatIsKnownOfASectionThatDiffersWhenItIsTold() {
    everywhere(1);
    String other = inOneSectionWith("k0");
    source.apply(other, "new", stamp(9));
    handOver();
    assertEquals(null, store.find("k0"));
    Entry known = source.find("k0");

    assertFalse(handOver.take(sections.fingerprint(source.find(other), SALT), true));
    assertTrue(handOver.take(sections.fingerprint(known, SALT), true));
    assertEquals("v", store.find("k0").value());
    assertTrue(store.find("k0").settled());
    assertTrue(handOver.take(sections.fingerprint(known, SALT), true), "once more");
  }

  private String inOneSectionWith(String key) {
    int i = 0;
    while (sections.of("other" + i) != sections.of(key)) {
      i++;
    }
    return "other" + i;
  }

  @Test
  void shouldCountAsHereWhatHasComeByItselfMeanwhile() {
    everywhere(100);
    source.apply("k1", "w", stamp(200));
    store.apply("k1", "w", stamp(200));
    handOver();

    assertTrue(comparison.differing().isEmpty());
    assertEquals("w", store.find("k1").value());
    assertEquals(99, handOver.moved());
  }

  @Test
  void shouldNotMoveOverWhatComesBetweenTwoTurns() {
    everywhere(5000);
    comparison.begin();
    turns.add(0);
    handOver.begin();
    for (int i = 0; i < 5000; i++) {
      store.apply("k" + i, i % 2 == 0 ? null : "w", stamp(10_000 + i));
    }
    timers.pass(0);

    assertEquals(2500, store.tombstones());
    assertEquals(2500, store.liveEntries());
    assertEquals(0, former.liveEntries());
  }

  @Test
  void shouldKnowWhatTheSourceKnowsToBeEverywhere() {
    everywhere(2);
    source.settle("k0", stamp(1));
    handOver();

    assertTrue(store.find("k0").settled());
    assertFalse(store.find("k1").settled());
  }

  @Test
  void shouldForgetTombstonesThatTheSourceHasForgotten() {
    everywhere(1);
    former.apply("gone", null, stamp(5));
    handOver();

    assertTrue(comparison.differing().isEmpty());
    assertEquals(null, store.find("gone"));
    assertEquals(1, former.tombstones());
  }

  @Test
  void shouldTakeOverTombstonesThatAreTheSameAndAskForOthers() {
    everywhere(1);
    source.apply("gone", null, stamp(5));
    former.apply("gone", null, stamp(5));
    source.apply("gone later", null, stamp(6));
    handOver();

    assertTrue(isEqual("gone"));
    assertTrue(store.find("gone").isTombstone());
    assertFalse(isEqual("gone later"));
  }

  @Test
  void shouldMoveNothingAfterItIsCalledOff() {
    everywhere(5000);
    comparison.begin();
    turns.add(0);
    handOver.begin();
    int moved = handOver.moved();
    handOver.cancel();
    timers.pass(0);

    assertEquals(moved, handOver.moved());
    assertEquals(List.of("compared"), told);
  }

  @Test
  void shouldHearNothingAfterItIsCalledOff() {
    comparison.cancel();
    comparison.begin();
    failure = "lost";
    comparison.begin();

    assertEquals(List.of(), told);
  }

  @Test
  void shouldNotCompareWithAnOlderRelease() {
    failure = GroupClient.NOT_OFFERED;
    comparison.begin();

    assertEquals(List.of("not comparable"), told);
  }

  @Test
  void shouldBreakOffWhenTheSourceIsLost() {
    failure = "connection reset";
    comparison.begin();

    assertEquals(List.of("broke off"), told);
  }

  @Test
  void shouldBreakOffWhenTheSourceHasStartedAnewInTheMiddle() {
    tampering = page -> page.start += asked == 3 ? 1 : 0;
    comparison.begin();

    assertEquals(List.of("broke off"), told);
    assertEquals(3, asked);
  }

  @Test
  void shouldBreakOffWhenTheSourceServesNoMore() {
    tampering = page -> page.state = kv.REPLICA_CATCHING_UP;
    comparison.begin();

    assertEquals(List.of("broke off"), told);
  }

  @Test
  void shouldNotCompareWhatIsNoAnswerToWhatWasAsked() {
    List<Consumer<Digests>> wrong =
        List.of(
            page -> page.sections /= 2,
            page -> page.entries = new long[0],
            page -> page.entries = new long[Sections.COUNT + 1],
            page -> page.marks = new Bytes(new byte[1]),
            page -> Arrays.fill(page.marks.value, (byte) kv.SECTION_HAS_TOMBSTONES));
    for (Consumer<Digests> each : wrong) {
      told.clear();
      tampering = each;
      new Comparison(START, this::ask, store, former, SALT, new Heard()).begin();
      assertEquals(List.of("not comparable"), told);
    }
  }
}
