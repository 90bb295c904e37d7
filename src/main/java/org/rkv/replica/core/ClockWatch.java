package org.rkv.replica.core;

import java.util.concurrent.TimeUnit;
import org.rkv.net.Timers;
import org.rkv.store.HybridClock;
import org.slf4j.Logger;

/**
 * Looks each second whether our wall clock and our stamps have parted, and says so in the log, each
 * thing once in ten minutes at most. Belongs to the replica's thread.
 */
final class ClockWatch {
  /** A lead of more than this is worth a line in the log. */
  static final long MOST_LEAD_MILLIS = 1000;

  private static final long LOOK_MILLIS = 1000;
  private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final HybridClock clock;
  private final PeerLimits limits;
  private final Timers timers;
  private final Logger log;
  private long leadSaidNanos;
  private long heldBackSaidNanos;
  private boolean closed;

  /** Looks for the first time after a second. */
  ClockWatch(HybridClock clock, PeerLimits limits, Timers timers, Logger log) {
    this.clock = clock;
    this.limits = limits;
    this.timers = timers;
    this.log = log;
    leadSaidNanos = timers.nanoTime() - AGAIN_NANOS;
    heldBackSaidNanos = leadSaidNanos;
    timers.schedule(LOOK_MILLIS, this::look);
  }

  /** Looks no more. */
  void close() {
    closed = true;
  }

  private void look() {
    if (closed) {
      return;
    }
    timers.schedule(LOOK_MILLIS, this::look);
    long now = timers.nanoTime();
    long leadMillis = clock.leadMillis();
    if (leadMillis > MOST_LEAD_MILLIS && now - leadSaidNanos >= AGAIN_NANOS) {
      leadSaidNanos = now;
      log.warn(
          "our stamps are {} s ahead of our wall clock: look at all clocks", seconds(leadMillis));
    }
    long heldBackMillis = clock.takeHeldBackMillis();
    if (heldBackMillis > 0 && limits.areKnown() && now - heldBackSaidNanos >= AGAIN_NANOS) {
      heldBackSaidNanos = now;
      log.warn(
          "our wall clock is ahead of what {} believes: our stamps stay {} s behind it",
          limits.lowestTeller(),
          seconds(heldBackMillis));
    }
  }

  /** Rounded up. */
  private static long seconds(long millis) {
    return (millis + 999) / 1000;
  }
}
