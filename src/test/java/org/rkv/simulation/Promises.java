package org.rkv.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;
import org.rkv.replica.epoch.Epoch;
import org.rkv.store.Entry;
import org.rkv.store.Stamp;

/**
 * What must be true at each moment of a run, whatever clients see of it in the end: a write is
 * acknowledged by one list, that all of it have; what was acknowledged is held by somebody; and
 * nobody answers who was told that it is left out, or whose data directory is damaged.
 */
final class Promises {
  private static final long LOOK_MILLIS = 100;

  /** A DEL that is so old has no effect any more. */
  private static final long DELETE_NANOS = TimeUnit.SECONDS.toNanos(15);

  private final Scheduler scheduler;
  private final List<SimulatedReplica> replicas;
  private final Lists lists;
  private final LeftOut leftOut;
  private final List<String> complaints = new ArrayList<>();

  /** By key, the newest. */
  private final Map<String, Acknowledged> acknowledged = new TreeMap<>();

  private final Map<String, Long> deletedNanos = new HashMap<>();

  /** Which epochs those had gone through who answered. */
  private final Set<Long> answeredIn = new HashSet<>();

  private record Acknowledged(Entry entry, long invokedNanos) {
    Acknowledged newer(Acknowledged other) {
      return entry.stamp().compareTo(other.entry.stamp()) > 0 ? this : other;
    }
  }

  Promises(SimulatedCluster cluster) {
    scheduler = cluster.scheduler();
    replicas = cluster.replicas();
    lists = cluster.lists();
    leftOut = new LeftOut(cluster);
  }

  /** Looks again and again from now on. */
  void begin() {
    scheduler.afterMillis(
        LOOK_MILLIS,
        () -> {
          leftOut.look();
          checkHeld();
          checkDamaged();
          begin();
        });
  }

  /** What was not so, the first of it. */
  List<String> complaints() {
    return complaints.subList(0, Math.min(1, complaints.size()));
  }

  /** An operator gives up what one side holds. */
  void forget() {
    acknowledged.clear();
  }

  /** Whether anybody answered who had gone through one of these epochs. */
  boolean isAnsweredIn(List<Epoch> epochs) {
    return epochs.stream().anyMatch(epoch -> answeredIn.contains(epoch.id()));
  }

  /** A client asks. */
  void asked(SimulatedClient.Request request) {
    if (request.kind() == Kind.DEL) {
      deletedNanos.put(request.key(), scheduler.nowNanos());
    }
  }

  /** And has been answered, from what is not excused for being old. */
  void answered(Machine server, SimulatedClient.Request request, Result result, long invokedNanos) {
    boolean isWrite = request.kind() != Kind.GET && result == Result.OK;
    boolean isRead = !isWrite && result != Result.FAILED;
    String what = request + " at " + server + " of " + TimeUnit.NANOSECONDS.toMillis(invokedNanos);
    if (isWrite && !lists.couldAgree(server, invokedNanos)) {
      complaints.add("acknowledged by no one list: " + what + ": " + lists.text(invokedNanos));
    }
    if ((isWrite || isRead) && wasDamaged(server, invokedNanos)) {
      complaints.add("answered by one whose directory is damaged: " + what);
    }
    if (isRead && leftOut.mustNotAnswer(server, invokedNanos)) {
      complaints.add("answered by one left out: " + what);
    }
    if (isWrite || isRead) {
      replicas.stream()
          .filter(replica -> replica.machine() == server && replica.isRunning())
          .flatMap(replica -> replica.replica().past().epochs().all().stream())
          .forEach(epoch -> answeredIn.add(epoch.id()));
    }
    if (isWrite && request.kind() == Kind.PUT) {
      remember(server, request, invokedNanos);
    }
  }

  private void remember(Machine server, SimulatedClient.Request request, long invokedNanos) {
    for (SimulatedReplica replica : replicas) {
      Entry held =
          replica.machine() == server && replica.isRunning()
              ? replica.replica().store().find(request.key())
              : null;
      if (held != null && request.value().equals(held.value())) {
        acknowledged.merge(
            request.key(), new Acknowledged(held, invokedNanos), Acknowledged::newer);
      }
    }
  }

  /** An answer of the process before may have been under way. */
  private boolean wasDamaged(Machine server, long askedNanos) {
    return replicas.stream()
        .anyMatch(replica -> replica.machine() == server && replica.wasDamaged(askedNanos));
  }

  /** Such a one neither gives nor takes. */
  private void checkDamaged() {
    for (SimulatedReplica replica : replicas) {
      if (replica.isDamaged() && (replica.isServing() || replica.replica().store().keys() > 0)) {
        complaints.add("damaged, and serves or holds something: " + replica.machine());
      }
    }
  }

  private void checkHeld() {
    boolean isOnlyOnDisks =
        replicas.stream().anyMatch(each -> each.isOnDisk() && !each.isServing());
    if (isOnlyOnDisks) {
      return; // what nobody has in memory may be read again
    }
    acknowledged.forEach(
        (key, write) -> {
          Stamp newest = Stamp.ZERO;
          for (SimulatedReplica replica : replicas) {
            Stamp held = replica.newestStamp(key);
            newest = held.compareTo(newest) > 0 ? held : newest;
          }
          if (newest.compareTo(write.entry.stamp()) < 0 && !mayBeForgotten(key, write)) {
            complaints.add("acknowledged, and held by nobody any more: " + write.entry);
          }
        });
  }

  /**
   * Whether it may have been deleted where a tombstone is forgotten by now, or may be at any
   * moment. Those that were left out meanwhile hold what was there before, be it an older
   * tombstone.
   */
  private boolean mayBeForgotten(String key, Acknowledged write) {
    Long deleted = deletedNanos.get(key);
    return deleted != null
        && deleted - write.invokedNanos > -DELETE_NANOS
        && replicas.stream()
            .anyMatch(replica -> replica.isServing() && holdsNothingOf(key, replica));
  }

  private static boolean holdsNothingOf(String key, SimulatedReplica replica) {
    Entry held = replica.replica().store().find(key);
    return held == null
        ? replica.newestStamp(key) == Stamp.ZERO
        : held.isTombstone() && held.settled();
  }
}
