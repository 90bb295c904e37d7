package org.rkv.net;

import java.util.concurrent.TimeUnit;

/**
 * How long an event loop looks for more work before it goes to sleep. To be woken takes the system
 * longer than a look does, so looking pays where the next thing comes soon: at a replica that waits
 * for its peers' answers, say. Where it does not, it only takes the processor from those who would
 * bring it. Which of both holds is learned from how long the loop slept, as KVM does for a virtual
 * processor that halts (Linux, {@code halt_poll_ns}): a short sleep doubles the time, a long one
 * ends the looking. Belongs to the event loop's thread.
 */
final class PollTime {
  /** Where it begins again after it has been 0. */
  static final long MIN_NANOS = TimeUnit.MICROSECONDS.toNanos(10);

  static final long MAX_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private final long maxNanos;
  private long nanos;

  PollTime() {
    this(MAX_NANOS);
  }

  private PollTime(long maxNanos) {
    this.maxNanos = maxNanos;
  }

  /** For a loop that always sleeps at once. */
  static PollTime none() {
    return new PollTime(0);
  }

  /** How long to look before the next sleep; 0 for not at all. */
  long nanos() {
    return nanos;
  }

  /**
   * Learns from a sleep: nothing was found by looking, or nobody looked.
   *
   * @param waitedNanos from the first look, or else the beginning of the sleep, until there was
   *     something to do
   */
  void slept(long waitedNanos) {
    if (waitedNanos > maxNanos) {
      nanos = 0;
    } else {
      nanos = Math.min(nanos == 0 ? MIN_NANOS : 2 * nanos, maxNanos);
    }
  }
}
