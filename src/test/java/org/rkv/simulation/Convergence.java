package org.rkv.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rkv.store.Entry;
import org.rkv.store.Stamp;
import org.rkv.store.StoreEntries;

/**
 * What must be true some time after the faults have ended: all replicas serve, hold the same, and
 * know that they do; and what they hold is nowhere older than the newest that any of them held when
 * the faults ended. A settled tombstone is as good as nothing, since it may be dropped. So may what
 * one replica alone held that has begun anew since: it gave way to another history. If that was
 * acknowledged, whoever reads it will tell.
 */
final class Convergence {
  private static final String UNSETTLED = " unsettled entries";

  private final List<SimulatedReplica> replicas;
  private final boolean forgetsSoon;
  private final List<Copy> copies = new ArrayList<>();

  /** What a replica held in one life. */
  private record Copy(SimulatedReplica replica, long start, List<Entry> entries) {
    boolean hasBeenGivenUp() {
      return !replica.isRunning() || replica.replica().start() != start;
    }
  }

  /**
   * Remembers what is held now.
   *
   * @param forgetsSoon whether a key may be deleted and the tombstone forgotten meanwhile
   */
  Convergence(List<SimulatedReplica> replicas, boolean forgetsSoon) {
    this.replicas = replicas;
    this.forgetsSoon = forgetsSoon;
    for (SimulatedReplica replica : replicas) {
      if (replica.isRunning()) {
        List<Entry> entries = new ArrayList<>();
        StoreEntries.of(replica.replica().store()).forEach(entries::add);
        copies.add(new Copy(replica, replica.replica().start(), entries));
      }
    }
  }

  /** By key, of all copies that are still somebody's. */
  private Map<String, Entry> newest() {
    Map<String, Entry> newest = new TreeMap<>();
    for (Copy copy : copies) {
      if (!copy.hasBeenGivenUp()) {
        for (Entry entry : copy.entries()) {
          newest.merge(
              entry.key(),
              entry,
              (one, other) -> one.stamp().compareTo(other.stamp()) >= 0 ? one : other);
        }
      }
    }
    return newest;
  }

  /** Whether all serve and hold the same, but not all of them know it. */
  boolean lacksSettlingOnly() {
    List<String> missing = missing();
    return !missing.isEmpty() && missing.stream().allMatch(each -> each.endsWith(UNSETTLED));
  }

  /** What is not so yet. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    for (SimulatedReplica replica : replicas) {
      if (!replica.isRunning()) {
        missing.add(replica.machine().name() + " does not run");
      }
    }
    if (!missing.isEmpty()) {
      return missing;
    }
    Map<String, Entry> newest = newest();
    Map<String, List<String>> byContents = new TreeMap<>();
    for (SimulatedReplica replica : replicas) {
      String name = replica.machine().name();
      if (!replica.isServing()) {
        missing.add(name + " does not serve");
      }
      if (replica.replica().unsettled() > 0) {
        missing.add(name + " has " + replica.replica().unsettled() + UNSETTLED);
      }
      byContents.computeIfAbsent(contents(replica), any -> new ArrayList<>()).add(name);
      newest.values().forEach(entry -> checkNotOlder(replica, entry, missing));
    }
    if (byContents.size() > 1) {
      missing.add("the replicas hold different things: " + byContents);
    }
    return missing;
  }

  private static String contents(SimulatedReplica replica) {
    Map<String, String> contents = new TreeMap<>();
    StoreEntries.of(replica.replica().store())
        .forEach(
            entry -> {
              if (!entry.isTombstone() || !entry.settled()) {
                contents.put(entry.key(), entry.value() + " " + entry.stamp());
              }
            });
    return contents.toString();
  }

  private void checkNotOlder(SimulatedReplica replica, Entry entry, List<String> missing) {
    Entry held = replica.replica().store().find(entry.key());
    Stamp stamp = held == null ? Stamp.ZERO : held.stamp();
    boolean dropped = held == null && (entry.isTombstone() || forgetsSoon);
    if (!dropped && stamp.compareTo(entry.stamp()) < 0) {
      missing.add(
          replica.machine()
              + " holds "
              + entry.key()
              + " with "
              + stamp
              + ", and there was "
              + entry.stamp());
    }
  }
}
