package org.rkv.replica.page;

import static org.rkv.replica.metrics.TextBytes.utf8;

import org.rkv.replica.metrics.Sample;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;

/**
 * In what condition a replica is: one judgement, which health, readiness and the page all tell, so
 * that none of them says otherwise than the others. Immutable.
 *
 * @param word as STATE in {@code kv_r.sh status} has it
 * @param isHealthy whether its thread lives; of this process alone, since who restarts what is not
 *     healthy must not restart all at once
 * @param isReady whether it answers clients' reads; whether writes succeed depends on the others
 * @param text for people
 */
public record Condition(String word, boolean isHealthy, boolean isReady, String text) {
  /** The replica's thread gives a sign of life each second. */
  public static final long DEAD_MILLIS = 3_000;

  /**
   * Judges.
   *
   * @param ageMillis of the sample
   */
  public static Condition of(Sample sample, long ageMillis, boolean isStopping) {
    Status status = sample.status();
    if (ageMillis >= DEAD_MILLIS) {
      String text = "the replica's thread has given no sign of life for " + ageMillis / 1000 + " s";
      return new Condition("silent", false, false, text);
    }
    if (isStopping) {
      return new Condition("stopping", true, false, "stopping");
    }
    if (status == null) {
      String text = "starting: names are looked up, or the data directory is read";
      return new Condition("starting", true, false, text);
    }
    String waitingFor = utf8(status.waiting_for);
    if (status.state != kv.REPLICA_SERVING) {
      return new Condition("catching-up", true, false, "catching up: waiting for " + waitingFor);
    }
    return waitingFor.isEmpty()
        ? new Condition("serving", true, true, "ready")
        : new Condition(
            "not-answering", true, false, "no client is answered: waiting for " + waitingFor);
  }
}
