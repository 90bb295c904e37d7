package org.rkv.replica.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.rkv.store.Entry;
import org.rkv.store.Stamp;

/** What waits of all origins. */
class BacklogsTest {
  private static final long OWN = 1;
  private static final long OTHER = 2;

  private final Backlogs backlogs = new Backlogs(OWN);

  @Test
  void shouldTellHowLongTheOldestOfAllHasWaited() {
    assertEquals(0, backlogs.oldestNanos(100));

    add("a", 1, OWN, 60);
    add("b", 2, OTHER, 40);
    add("c", 3, OTHER, 90);
    assertEquals(60, backlogs.oldestNanos(100));

    backlogs.find(OTHER).remove("b", 2);
    assertEquals(40, backlogs.oldestNanos(100));
  }

  private void add(String key, long clock, long origin, long nanos) {
    backlogs.of(origin).add(new Entry(key, "v", new Stamp(clock, origin), false), nanos);
  }
}
