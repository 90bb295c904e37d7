package org.rkv.simulation;

import org.rkv.history.Operation;
import org.rkv.history.Operation.Kind;
import org.rkv.history.Operation.Result;

/** What many runs came to, so that nobody takes idle ones for good ones. Safe for all threads. */
final class RunTotals {
  private long runs;
  private long bad;
  private long decidedByAnOperator;
  private long operations;
  private long acknowledgedWrites;
  private long answeredReads;
  private long oldReads;
  private long faults;
  private long slowestConvergenceMillis;

  synchronized void add(Report report) {
    runs++;
    bad += report.isGood() ? 0 : 1;
    decidedByAnOperator += report.hasOperatorDecided() ? 1 : 0;
    faults += report.faults();
    oldReads += report.oldReads();
    slowestConvergenceMillis = Math.max(slowestConvergenceMillis, report.convergedMillis());
    for (Operation operation : report.history().operations()) {
      operations++;
      if (operation.kind() != Kind.GET) {
        acknowledgedWrites += operation.result() == Result.OK ? 1 : 0;
      } else {
        boolean answered = operation.result() == Result.OK || operation.result() == Result.ABSENT;
        answeredReads += answered ? 1 : 0;
      }
    }
  }

  synchronized long acknowledgedWrites() {
    return acknowledgedWrites;
  }

  synchronized long answeredReads() {
    return answeredReads;
  }

  @Override
  public synchronized String toString() {
    return runs
        + " runs, "
        + bad
        + " of them bad, "
        + decidedByAnOperator
        + " decided by an operator, "
        + faults
        + " faults, "
        + operations
        + " operations, "
        + acknowledgedWrites
        + " acknowledged writes, "
        + answeredReads
        + " answered reads and "
        + oldReads
        + " of old copies, all equal after "
        + slowestConvergenceMillis
        + " ms at most";
  }
}
