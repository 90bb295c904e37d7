package org.rkv.replica.metrics;

import org.rkv.rpc.Status;

/**
 * How a replica was at one moment, copied on its own thread. Not to be changed.
 *
 * @param status as STATUS has it; null while names are still looked up
 * @param admissions how many connections to each peer were admitted, in the order of the status
 * @param writable whether no peer and no disk is known to keep a write from success
 * @param progress of what takes a while
 * @param lagNanos how late the thread came to its timers, at most, since the sample before
 * @param takenNanos when, by {@link System#nanoTime}
 */
public record Sample(
    Status status,
    long[] admissions,
    boolean writable,
    Progress progress,
    long lagNanos,
    long takenNanos) {
  /** Of a replica that still looks up names, or reads what it kept. */
  public static Sample ofTheBeginning(long lagNanos, long takenNanos) {
    return new Sample(null, new long[0], false, Progress.NONE, lagNanos, takenNanos);
  }
}
