package org.rkv.replica.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rkv.net.HandMovedTimers;
import org.rkv.replica.epoch.Past;
import org.rkv.store.Entry;
import org.rkv.store.KeyHash;
import org.rkv.store.Limits;
import org.rkv.store.Stamp;
import org.rkv.store.StandingClock;
import org.rkv.store.Store;

/** What is kept becomes what is served, a few entries at a time. */
class AdoptionTest {
  private static final int MANY = 3000;
  private static final int A_TURN = 600;

  private final KeyHash keyHash = KeyHash.random();
  private final Store store = store();
  private final Store kept = store();
  private final HandMovedTimers timers = new HandMovedTimers();
  private final List<String> found = new ArrayList<>();
  private final List<String> moved = new ArrayList<>();
  private boolean done;

  private Store store() {
    return new Store(new Limits(100_000, 32), StandingClock.of(0, 1), keyHash);
  }

  private static Stamp stamp(long clock) {
    return new Stamp(clock, 7);
  }

  private void keep(int count) {
    for (int i = 0; i < count; i++) {
      kept.apply("k" + i, "old", stamp(1 + i));
    }
    store.replace(kept);
  }

  private Adoption adopt() {
    Adoption adoption =
        new Adoption(
            store, kept, this::move, entry -> found.add(entry.key()), timers, () -> done = true);
    adoption.begin();
    return adoption;
  }

  private void move(Entry entry) {
    moved.add(entry.key());
    store.apply(entry.key(), entry.value(), entry.stamp());
  }

  private void runToTheEnd() {
    for (int turns = 0; !done; turns++) {
      assertTrue(turns <= MANY, "no end");
      int before = found.size() + moved.size();
      timers.passOne();
      assertTrue(found.size() + moved.size() - before <= A_TURN, "too much in one turn");
    }
  }

  @Test
  void shouldTakeEverythingAtOnceWhereNothingHasCome() {
    keep(MANY);

    adopt();

    assertEquals(MANY, store.liveEntries());
    assertEquals(0, kept.keys());
    assertFalse(done);
    runToTheEnd();
    assertEquals(MANY, found.size(), "each is told of once, so that it can be settled");
    assertEquals(List.of(), moved);
  }

  @Test
  void shouldMoveWhatIsKeptToWhatHasCome() {
    keep(MANY);
    store.apply("k0", "new", stamp(2 * MANY));
    store.apply("other", "new", stamp(2 * MANY + 1));

    adopt();
    runToTheEnd();

    assertEquals(MANY + 1, store.liveEntries());
    assertEquals("new", store.find("k0").value());
    assertEquals("old", store.find("k1").value());
    assertEquals(MANY - 1, moved.size());
    assertEquals(0, kept.keys());
  }

  @Test
  void shouldLetCountWhatComesMeanwhile() {
    keep(MANY);
    adopt();

    store.apply("k" + (MANY - 1), "new", stamp(2 * MANY));
    store.apply("other", "new", stamp(2 * MANY + 1));
    store.settle("other", stamp(2 * MANY + 1));
    runToTheEnd();

    assertEquals("new", store.find("k" + (MANY - 1)).value());
    assertEquals(MANY + 1, store.liveEntries());
    assertFalse(found.contains("other"), "it is settled");
  }

  @Test
  void shouldStopWhenItIsCancelled() {
    keep(MANY);
    Adoption adoption = adopt();

    adoption.cancel();
    int before = found.size();
    timers.passOne();

    assertEquals(before, found.size());
    assertFalse(done);
  }

  @Test
  void shouldEndAtOnceWithNothing() {
    adopt();
    runToTheEnd();

    assertEquals(0, store.keys());
  }

  /** A new copy that is given up half-way, but is on the disk. */
  @Test
  void shouldTakeTheSmallerOfTwoCopiesIntoTheLarger() {
    keep(10);
    for (int i = 3; i < 10; i++) {
      store.apply("k" + i, "new", stamp(100 + i));
    }
    store.apply("other", null, stamp(200));

    FormerCopy both = new FormerCopy(kept, Past.NONE).with(store);

    assertTrue(both.store() == store, "the larger one");
    assertEquals(11, both.store().keys());
    assertEquals("old", both.store().find("k2").value());
    assertEquals("new", both.store().find("k3").value());
  }

  @Test
  void shouldTakeALittleThatHasComeIntoWhatIsKept() {
    keep(10);
    store.apply("k3", "new", stamp(100));

    FormerCopy both = new FormerCopy(kept, Past.NONE).with(store);

    assertTrue(both.store() == kept, "the larger one");
    assertEquals(10, both.store().keys());
    assertEquals("new", both.store().find("k3").value());
  }
}
