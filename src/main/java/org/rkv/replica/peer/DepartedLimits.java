package org.rkv.replica.peer;

import java.util.concurrent.TimeUnit;
import org.rkv.net.Timers;
import org.rkv.store.HybridClock;

/**
 * The lowest limit of those that were taken out of the replica file, or that another incarnation
 * has followed. They may be put back as they are, or thaw, and must not be brought then what they
 * refuse: a write that failed without them is still to be settled. It counts for as long as it
 * holds no wall clock back that is that of the others. Belongs to the replica's thread.
 */
final class DepartedLimits {
  private static final long COUNTS_NANOS =
      TimeUnit.MILLISECONDS.toNanos(HybridClock.FOLLOWED_MILLIS);

  private final Timers timers;
  private long lowest = HybridClock.NO_LIMIT;
  private long lastNanos;

  /** Nobody has departed. */
  DepartedLimits(Timers timers) {
    this.timers = timers;
  }

  /** One departs that last told this limit; 0 if it never told one. */
  void add(long limit) {
    if (limit > 0) {
      lowest = Math.min(lowest(), limit);
      lastNanos = timers.nanoTime();
    }
  }

  /** The lowest that counts; {@link HybridClock#NO_LIMIT} if there is none. */
  long lowest() {
    if (lowest != HybridClock.NO_LIMIT && timers.nanoTime() - lastNanos > COUNTS_NANOS) {
      lowest = HybridClock.NO_LIMIT;
    }
    return lowest;
  }
}
