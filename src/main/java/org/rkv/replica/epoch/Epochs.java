package org.rkv.replica.epoch;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * A set of epochs. At most {@value #MAX_EPOCHS} are kept, fewer in a list of many replicas, since
 * they are told in full: those of the lowest clocks go, and count nowhere from then on. Immutable.
 */
public final class Epochs {
  /** Each restart or change of a list that anything is written after makes one. */
  public static final int MAX_EPOCHS = 4096;

  /** Of all epochs together, in numbers: half a megabyte. */
  private static final int MAX_NUMBERS = 64 * 1024;

  /** Of an epoch in the longest list. */
  private static final int MAX_OF_ONE = 3 + 64;

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

  /** Those that are in both. */
  Epochs common(Epochs others) {
    if (hash == others.hash) {
      return this;
    }
    return NONE.with(byId.values().stream().filter(epoch -> others.has(epoch.id())).toList());
  }

  private Epochs with(Collection<Epoch> others) {
    TreeMap<Long, Epoch> all = new TreeMap<>(byId);
    others.forEach(epoch -> all.putIfAbsent(epoch.id(), epoch));
    if (all.size() == byId.size()) {
      return this;
    }
    int numbers = all.values().stream().mapToInt(Epochs::numbers).sum();
    for (Epoch lowest : all.values().stream().sorted(BY_CLOCK).toList()) {
      if (all.size() <= MAX_EPOCHS && numbers <= MAX_NUMBERS) {
        break;
      }
      all.remove(lowest.id());
      numbers -= numbers(lowest);
    }
    return new Epochs(all);
  }

  private static int numbers(Epoch epoch) {
    return 3 + epoch.incarnations().size();
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

  /** What is older may have been forgotten; zero if nothing has. */
  private long oldestClock() {
    return isFull() ? byId.values().stream().mapToLong(Epoch::clock).min().orElse(0) : 0;
  }

  private boolean isFull() {
    return size() >= MAX_EPOCHS
        || byId.values().stream().mapToInt(Epochs::numbers).sum() > MAX_NUMBERS - MAX_OF_ONE;
  }
}
