package org.rkv.replica.metrics;

import java.util.List;
import org.rkv.replica.observe.Announced;
import org.rkv.rpc.Status;

/**
 * How a replica was at one moment, copied on its own thread. Not to be changed.
 *
 * @param status as STATUS has it; null while names are still looked up
 * @param others what each peer says of itself, in the order of the status; null where it has said
 *     nothing lately, or was not asked
 * @param admissions how many connections to each peer were admitted, in the same order
 * @param obstacle why a write cannot succeed, as far as that is known of peers and disks; empty if
 *     nothing is in its way
 * @param announced what clients were told has failed, and why
 * @param progress of what takes a while
 * @param lagNanos how late the thread came to its timers, at most, since the sample before
 * @param takenNanos when, by {@link System#nanoTime}
 */
public record Sample(
    Status status,
    Status[] others,
    long[] admissions,
    String obstacle,
    List<Announced> announced,
    Progress progress,
    long lagNanos,
    long takenNanos) {
  /** Of a replica that still looks up names, or reads what it kept. */
  public static Sample ofTheBeginning(long lagNanos, long takenNanos) {
    return new Sample(
        null,
        new Status[0],
        new long[0],
        "the replica starts",
        List.of(),
        Progress.NONE,
        lagNanos,
        takenNanos);
  }

  /** Of one of which only STATUS is known, and that nothing keeps writes from success. */
  public static Sample of(Status status, Progress progress, long takenNanos) {
    int peers = status.peers.length;
    return new Sample(
        status, new Status[peers], new long[peers], "", List.of(), progress, 0, takenNanos);
  }

  /** Whether no peer and no disk is known to keep a write from success. */
  boolean isWritable() {
    return obstacle.isEmpty();
  }
}
