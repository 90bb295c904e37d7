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
 * the faults ended. A settled tombstone is as good as nothing, since it may be dropped.
 */
final class Convergence {
  private final List<SimulatedReplica> replicas;
  private final boolean forgetsSoon;
  private final Map<String, Entry> newest = new TreeMap<>();

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
        StoreEntries.of(replica.replica().store()).forEach(this::remember);
      }
    }
  }

  private void remember(Entry entry) {
    newest.merge(
        entry.key(),
        entry,
        (one, other) -> one.stamp().compareTo(other.stamp()) >= 0 ? one : other);
  }

  /** What is not so yet. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    Map<String, List<String>> byContents = new TreeMap<>();
    for (SimulatedReplica replica : replicas) {
      String name = replica.machine().name();
      if (!replica.isServing()) {
        missing.add(name + " does not serve");
      }
      if (replica.replica().unsettled() > 0) {
        missing.add(name + " has " + replica.replica().unsettled() + " unsettled entries");
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
