package org.rkv.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.rkv.replica.peer.ReplicaAddress;

/** Which list each replica had, and when, as the names of machines: so however it was spelled. */
final class Lists {
  private final Scheduler scheduler;
  private final Fabric fabric;
  private final Map<Machine, List<Taken>> taken = new HashMap<>();

  /** From then on, until there is a later one. */
  private record Taken(long nanos, Set<String> names) {}

  Lists(Scheduler scheduler, Fabric fabric) {
    this.scheduler = scheduler;
    this.fabric = fabric;
  }

  /** A process has this list from now on. */
  void took(Machine machine, List<ReplicaAddress> others) {
    Set<String> names = new TreeSet<>(Set.of(machine.name()));
    others.forEach(other -> names.add(fabric.nameOf(other.host())));
    taken
        .computeIfAbsent(machine, any -> new ArrayList<>())
        .add(new Taken(scheduler.nowNanos(), names));
  }

  /** The list that the last process there had or has. */
  Set<String> of(Machine machine) {
    List<Taken> all = taken.get(machine);
    return all == null ? Set.of() : all.get(all.size() - 1).names;
  }

  /**
   * Whether this machine had a list, at some time within these, that each of it had within these.
   */
  boolean couldAgree(Machine machine, long fromNanos, long toNanos) {
    return within(machine, fromNanos, toNanos).stream()
        .anyMatch(
            names ->
                names.stream()
                    .allMatch(
                        name ->
                            taken.keySet().stream()
                                .filter(other -> other.name().equals(name))
                                .anyMatch(o -> within(o, fromNanos, toNanos).contains(names))));
  }

  private List<Set<String>> within(Machine machine, long fromNanos, long toNanos) {
    List<Set<String>> found = new ArrayList<>();
    List<Taken> all = taken.getOrDefault(machine, List.of());
    long untilNanos = Long.MAX_VALUE;
    for (int i = all.size() - 1; i >= 0 && untilNanos >= fromNanos; i--) {
      Taken one = all.get(i);
      if (one.nanos <= toNanos) {
        found.add(one.names);
      }
      untilNanos = one.nanos;
    }
    return found;
  }
}
