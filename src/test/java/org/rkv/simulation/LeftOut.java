package org.rkv.simulation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Which replicas must have heard by now that none of the others lists them any more. */
final class LeftOut {
  private static final long LEAST_MILLIS = 3000;

  private final Scheduler scheduler;
  private final Fabric fabric;
  private final List<SimulatedReplica> replicas;
  private final Lists lists;
  private final long soonNanos;
  private final Map<Pair, Long> sinceNanos = new HashMap<>();

  /** One that is left out, and one of those that do so, each in one incarnation. */
  private record Pair(Machine out, long itsIncarnation, Machine by, long bysIncarnation) {}

  LeftOut(SimulatedCluster cluster) {
    scheduler = cluster.scheduler();
    fabric = cluster.fabric();
    replicas = cluster.replicas();
    lists = cluster.lists();
    soonNanos =
        TimeUnit.MILLISECONDS.toNanos(LEAST_MILLIS + 2 * cluster.plan().peerTimeoutMillis());
  }

  /** Whether this one may not answer what was asked then; it may be listed again since. */
  boolean mustNotAnswer(Machine machine, long askedNanos) {
    look();
    return sinceNanos.entrySet().stream()
        .anyMatch(
            entry -> entry.getKey().out == machine && askedNanos - entry.getValue() > soonNanos);
  }

  /** Looks how it is now. */
  void look() {
    Map<Pair, Long> now = new HashMap<>();
    for (SimulatedReplica out : replicas) {
      for (SimulatedReplica by : replicas) {
        if (by != out && leavesOut(by, out)) {
          Pair pair =
              new Pair(
                  out.machine(),
                  out.replica().incarnation(),
                  by.machine(),
                  by.replica().incarnation());
          now.put(pair, sinceNanos.getOrDefault(pair, scheduler.nowNanos()));
        }
      }
    }
    sinceNanos.clear();
    sinceNanos.putAll(now);
  }

  /** And can tell it so, and nobody lists it. */
  private boolean leavesOut(SimulatedReplica by, SimulatedReplica out) {
    Set<String> itsList = lists.of(out.machine());
    return isAwake(out)
        && isAwake(by)
        && by.isServing()
        && itsList.containsAll(lists.of(by.machine()))
        && canTalk(by.machine(), out.machine())
        && replicas.stream()
            .allMatch(
                other ->
                    other == out
                        || !other.isRunning()
                        || !lists.of(other.machine()).contains(out.machine().name()));
  }

  private static boolean isAwake(SimulatedReplica replica) {
    return replica.isRunning() && !replica.isPaused();
  }

  private boolean canTalk(Machine one, Machine other) {
    return !fabric.isSilent(one, other)
        && !fabric.isSilent(other, one)
        && one.names().isRight()
        && other.names().isRight();
  }
}
