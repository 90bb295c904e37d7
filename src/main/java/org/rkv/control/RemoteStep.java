package org.rkv.control;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.replica.ReplicaName;

/**
 * The same command on several machines, begun on all at once. Used by one thread.
 *
 * @param calls one for each replica, in the order of the table
 */
record RemoteStep(List<RemoteCall> calls) {
  /** Waits until all have ended, for so long; what is late is ended. */
  void await(long timeoutMillis) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    for (RemoteCall call : calls) {
      call.await(TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()));
    }
  }

  /**
   * Hands on what the machines said.
   *
   * @return the replicas on whose machines all went well
   */
  List<ReplicaName> report(PrintStream out, Complaints complaints) throws IOException {
    List<ReplicaName> done = new ArrayList<>();
    for (RemoteCall call : calls) {
      if (call.report(out, complaints)) {
        done.add(call.name());
      }
    }
    return done;
  }

  /**
   * Waits, and hands on what the machines said.
   *
   * @return whether all went well on all of them
   */
  boolean end(long timeoutMillis, PrintStream out, Complaints complaints)
      throws IOException, InterruptedException {
    await(timeoutMillis);
    return report(out, complaints).size() == calls.size();
  }
}
