package org.rkv.simulation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What a replica may answer from an old copy: it is cut off from all that have gone on without it,
 * so it cannot know that it was taken out. The documentation tells the operator to be sure that
 * such a one is dead; here nobody is, and what clients read there does not count.
 */
final class OldCopies implements Fabric.Tap {
  /** So soon after it was cut off a replica must have heard from the others. */
  private static final long LEAST_MILLIS = 1500;

  private final Scheduler scheduler;
  private final Fabric fabric;
  private final List<SimulatedReplica> replicas;
  private final long sinceNanos;
  private final Set<Long> answers = new HashSet<>();
  private int count;

  OldCopies(Scheduler scheduler, Fabric fabric, Plan plan, List<SimulatedReplica> replicas) {
    this.scheduler = scheduler;
    this.fabric = fabric;
    this.replicas = replicas;
    sinceNanos = TimeUnit.MILLISECONDS.toNanos(LEAST_MILLIS + 2 * plan.peerTimeoutMillis());
  }

  /** How many reads did not count for it. */
  int count() {
    return count;
  }

  /** Whether this read of a client was answered from a copy that may be old. */
  boolean excuses(Machine client, int xid) {
    boolean isOne = answers.contains(number(client, xid));
    count += isOne ? 1 : 0;
    return isOne;
  }

  private static long number(Machine client, int xid) {
    return (long) client.number() << Integer.SIZE | xid & 0xffff_ffffL;
  }

  @Override
  public void leaves(Machine from, Machine to, byte[] message) {
    if (replicas.stream().anyMatch(replica -> replica.machine() == to)) {
      return;
    }
    for (SimulatedReplica replica : replicas) {
      if (replica.machine() == from && isCutOffFromAllAhead(replica)) {
        answers.add(number(to, Messages.xid(message)));
      }
    }
  }

  @Override
  public void arrives(Machine from, Machine to, byte[] message) {}

  private boolean isCutOffFromAllAhead(SimulatedReplica replica) {
    boolean isBehind = false;
    for (SimulatedReplica other : replicas) {
      if (other != replica && other.isServing() && !replica.holdsAllOf(other)) {
        isBehind = true;
        if (!wasCutOff(replica.machine(), other.machine())) {
          return false;
        }
      }
    }
    return isBehind;
  }

  private boolean wasCutOff(Machine one, Machine other) {
    long since = scheduler.nowNanos() - sinceNanos;
    return fabric.wasSilentSince(one, other, since) || fabric.wasSilentSince(other, one, since);
  }
}
