package org.rkv.simulation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.rkv.replica.peer.ReplicaAddress;

/** The replica files of all hosts: whom each names, and what is wrong with the text of it. */
final class ReplicaFiles {
  private final Scheduler scheduler;
  private final List<SimulatedReplica> replicas;
  private final Map<SimulatedReplica, List<SimulatedReplica>> named = new HashMap<>();
  private final Map<SimulatedReplica, UnaryOperator<List<ReplicaAddress>>> defects =
      new HashMap<>();

  /** Of the last edit of all files: one that has not come to a host yet never does. */
  private int edition;

  private List<SimulatedReplica> latest;

  /** Each names all. */
  ReplicaFiles(SimulatedCluster cluster) {
    scheduler = cluster.scheduler();
    replicas = cluster.replicas();
    latest = replicas;
    replicas.forEach(of -> named.put(of, replicas));
  }

  /** Each host gets a new file, at a time of its own, unless there is another edit before. */
  void edit(List<SimulatedReplica> newlyNamed, int withinMillis) {
    int edited = ++edition;
    List<SimulatedReplica> copy = List.copyOf(newlyNamed);
    latest = copy;
    for (SimulatedReplica of : replicas) {
      scheduler.afterMillis(
          withinMillis == 0 ? 0 : scheduler.random().nextInt(withinMillis),
          () -> {
            if (edited == edition) {
              write(of, copy);
            }
          });
    }
  }

  /** One host gets a new file, but not one by which its replica would serve alone, with nothing. */
  void write(SimulatedReplica of, List<SimulatedReplica> newlyNamed) {
    if (newlyNamed.equals(List.of(of)) && replicas.size() > 1 && !of.isServing()) {
      return;
    }
    named.put(of, newlyNamed);
    tell(of);
  }

  /**
   * A file has a defect until it is mended, also if it is written anew.
   *
   * @param defect what becomes of its entries but the host's own
   */
  void spoil(SimulatedReplica of, UnaryOperator<List<ReplicaAddress>> defect) {
    defects.put(of, defect);
    tell(of);
  }

  boolean isSpoiled(SimulatedReplica of) {
    return defects.containsKey(of);
  }

  /** It has no defect any more. */
  void mend(SimulatedReplica of) {
    defects.remove(of);
    tell(of);
  }

  /** Whether each names all, and is going to, and none has a defect. */
  boolean areWhole() {
    return defects.isEmpty()
        && latest.equals(replicas)
        && named.values().stream().allMatch(replicas::equals);
  }

  /** Whether each names this one, and is going to. */
  boolean allName(SimulatedReplica replica) {
    return latest.contains(replica)
        && named.values().stream().allMatch(list -> list.contains(replica));
  }

  private void tell(SimulatedReplica of) {
    List<ReplicaAddress> others = SimulatedCluster.othersOf(of, named.get(of));
    of.peers(defects.getOrDefault(of, UnaryOperator.identity()).apply(others));
  }
}
