package org.rkv.replica.epoch;

import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which incarnations have gone past which clock. An epoch is drawn from all that were gone through
 * before it, so one that has come to a clock by others never takes an epoch of that clock or a
 * lower one any more. What names it, and it has never taken, has then settled nothing for good:
 * this says so of incarnations that are gone and cannot be asked. Kept with the epochs of those who
 * copied from it or were equal to it, and true of all epochs that are not among these. At most
 * {@value #MAX_INCARNATIONS}; those of the lowest clocks go. Immutable.
 */
public final class Passed {
  /** Of nobody. */
  public static final Passed NONE = new Passed(new TreeMap<>());

  private static final int MAX_INCARNATIONS = 256;

  private final SortedMap<Long, Long> clocks;

  private Passed(SortedMap<Long, Long> clocks) {
    this.clocks = Collections.unmodifiableSortedMap(clocks);
  }

  /** The clock that each of these incarnations has come to. */
  public static Passed of(Map<Long, Long> clocks) {
    return NONE.with(clocks);
  }

  /** The clock that each has come to, by incarnation. */
  public SortedMap<Long, Long> clocks() {
    return clocks;
  }

  /** Whether one that an epoch names can never take it any more. */
  boolean isOver(Epoch epoch) {
    return epoch.incarnations().stream()
        .anyMatch(named -> clocks.getOrDefault(named, Long.MIN_VALUE) >= epoch.clock());
  }

  /** These and those. */
  Passed with(Passed others) {
    return with(others.clocks);
  }

  /** The same, and that one. */
  Passed with(long incarnation, long clock) {
    return clocks.getOrDefault(incarnation, Long.MIN_VALUE) >= clock
        ? this
        : with(Map.of(incarnation, clock));
  }

  private Passed with(Map<Long, Long> others) {
    SortedMap<Long, Long> all = new TreeMap<>(clocks);
    others.forEach((incarnation, clock) -> all.merge(incarnation, clock, Math::max));
    if (all.equals(clocks)) {
      return this;
    }
    while (all.size() > MAX_INCARNATIONS) {
      all.remove(
          Collections.min(all.entrySet(), Comparator.comparingLong(Map.Entry::getValue)).getKey());
    }
    return new Passed(all);
  }
}
