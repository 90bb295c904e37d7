package org.rkv.replica.epoch;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * A set of epochs. At most {@value #MAX_EPOCHS} are kept: those of the lowest clocks go, and count
 * nowhere from then on. Immutable.
 */
public final class Epochs {
  /** Each restart or change of a list that anything is written after makes one. */
  public static final int MAX_EPOCHS = 4096;

  public static final Epochs NONE = new Epochs(new TreeMap<>());

  private static final Comparator<Epoch> BY_CLOCK =
      Comparator.comparingLong(Epoch::clock).thenComparingLong(Epoch::id);

  private final SortedMap<Long, Epoch> byId;
  private final long hash;
  private final long highestClock;

  private Epochs(SortedMap<Long, Epoch> byId) {
    this.byId = byId;
    hash = Epoch.hash(0, byId.keySet());
    highestClock = byId.values().stream().mapToLong(Epoch::clock).max().orElse(0);
  }

  /** These epochs. */
  public static Epochs of(Collection<Epoch> epochs) {
    return NONE.with(epochs);
  }

  /** All of them, in the order of their ids. */
  public List<Epoch> all() {
    return List.copyOf(byId.values());
  }

  public boolean isEmpty() {
    return byId.isEmpty();
  }

  public int size() {
    return byId.size();
  }

  public boolean has(long id) {
    return byId.containsKey(id);
  }

  /** Equal for equal sets; never zero. */
  public long hash() {
    return hash;
  }

  /** Zero if there are none. */
  long highestClock() {
    return highestClock;
  }

  /** The epoch that these incarnations would take after these. */
  Epoch next(SortedSet<Long> incarnations) {
    return new Epoch(Epoch.hash(hash, incarnations), highestClock + 1, incarnations);
  }

  /** These and that one. */
  Epochs with(Epoch epoch) {
    return with(List.of(epoch));
  }

  /** These and those. */
  public Epochs with(Epochs others) {
    return with(others.byId.values());
  }

  private Epochs with(Collection<Epoch> others) {
    TreeMap<Long, Epoch> all = new TreeMap<>(byId);
    others.forEach(epoch -> all.putIfAbsent(epoch.id(), epoch));
    if (all.size() == byId.size()) {
      return this;
    }
    List<Epoch> lowest = all.values().stream().sorted(BY_CLOCK).toList();
    lowest.subList(0, Math.max(0, all.size() - MAX_EPOCHS)).forEach(e -> all.remove(e.id()));
    return new Epochs(all);
  }

  /**
   * Those of them that others do not have, and that have not been forgotten there for their age.
   */
  List<Epoch> beyond(Epochs others) {
    long oldestClock = Math.max(oldestClock(), others.oldestClock());
    return byId.values().stream()
        .filter(epoch -> !others.has(epoch.id()) && epoch.clock() >= oldestClock)
        .toList();
  }

  /** What is older has been forgotten. */
  private long oldestClock() {
    return size() < MAX_EPOCHS ? 0 : byId.values().stream().mapToLong(Epoch::clock).min().orElse(0);
  }
}
