package org.rkv.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.rkv.replica.peer.ReplicaAddress;

/** Which list each replica had, and when, as the names of machines: so however it was spelled. */
final class Lists {
  private final Scheduler scheduler;
  private final Fabric fabric;
  private final List<SimulatedReplica> replicas;
  private final Map<Machine, List<Taken>> taken = new HashMap<>();

  /** From then on, until there is a later one. */
  private record Taken(long nanos, Set<String> names) {}

  Lists(Scheduler scheduler, Fabric fabric, List<SimulatedReplica> replicas) {
    this.scheduler = scheduler;
    this.fabric = fabric;
    this.replicas = replicas;
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
   * Whether this machine had a list, since then, that each of it had since then: by what the files
   * say, or by whom they have met, which is another one where the name service was wrong.
   */
  boolean couldAgree(Machine machine, long fromNanos) {
    return had(machine, fromNanos).stream()
        .anyMatch(
            names ->
                names.stream()
                    .allMatch(
                        name ->
                            taken.keySet().stream()
                                .filter(other -> other.name().equals(name))
                                .anyMatch(other -> had(other, fromNanos).contains(names))));
  }

  /** Which lists each had since then, for people. */
  String text(long fromNanos) {
    return taken.keySet().stream()
        .map(machine -> machine + " " + had(machine, fromNanos))
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private List<Set<String>> had(Machine machine, long fromNanos) {
    List<Set<String>> lists = within(machine, fromNanos, scheduler.nowNanos());
    replicas.stream()
        .filter(replica -> replica.machine() == machine)
        .forEach(
            replica -> {
              Set<String> names = new TreeSet<>();
              replica.replica().knownNames().forEach(host -> names.add(fabric.nameOf(host)));
              lists.add(names);
            });
    return lists;
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
