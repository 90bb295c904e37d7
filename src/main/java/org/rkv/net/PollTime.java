package org.rkv.net;

import java.util.concurrent.TimeUnit;

/**
 * How long an event loop looks for more work before it goes to sleep. To be woken takes the system
 * longer than a look does, so looking pays where the next thing comes soon: at a replica that waits
 * for its peers' answers, say. Where it does not, it only takes the processor from those who would
 * bring it. Which of both holds is learned from how long the loop slept, as KVM does for a virtual
 * processor that halts (Linux, {@code halt_poll_ns}): a short sleep doubles the time, a long one
 * ends the looking. Not thread-safe.
 */
final class PollTime {
  static final long FIRST_NANOS = TimeUnit.MICROSECONDS.toNanos(10);
  static final long LONGEST_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private long nanos;

  /** How long to look; 0 for not at all. */
  long nanos() {
    return nanos;
  }

  /**
   * It was looked for in vain, or not at all, and the loop slept.
   *
   * @param waitedNanos how long it took, the looking included, until there was something to do
   */
  void slept(long waitedNanos) {
    if (waitedNanos > LONGEST_NANOS) {
      nanos = 0;
    } else {
      nanos = nanos == 0 ? FIRST_NANOS : Math.min(2 * nanos, LONGEST_NANOS);
    }
  }
}
