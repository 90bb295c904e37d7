package org.rkv.net;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The accepted connections of one listener, the longest idle first, and the limits that they keep.
 * Belongs to the event loop's thread.
 */
final class Connections {
  private static final long SWEEP_MILLIS = 1000;

  /** An accepted connection. */
  interface Member {
    /** Memory held for the other end. */
    int heldBytes();

    /** Why it must be closed now, or null; looked at once a second. */
    String overdue(long nowNanos, long maxIdleNanos, long maxStalledNanos);

    /** Closes it; it takes itself out of the connections. */
    void close(String reason);
  }

  private final Timers timers;
  private final ConnectionLimits limits;

  /**
   * In the order of access: each stands for itself, and looking it up puts it behind all others.
   */
  private final Map<Member, Member> byIdleness = new LinkedHashMap<>(16, 0.75f, true);

  private long bufferedBytes;

  Connections(Timers timers, ConnectionLimits limits) {
    this.timers = timers;
    this.limits = limits;
    timers.schedule(SWEEP_MILLIS, this::sweep);
  }

  /** Makes room for one more, and takes it in. */
  void add(Member channel) {
    if (byIdleness.size() >= limits.maxConnections()) {
      byIdleness
          .keySet()
          .iterator()
          .next()
          .close("too many connections, and this one was idle longest");
    }
    byIdleness.put(channel, channel);
  }

  /** Something has come from it. */
  void active(Member channel) {
    byIdleness.get(channel);
  }

  void remove(Member channel) {
    byIdleness.remove(channel);
  }

  /** A channel holds so many bytes more, or fewer, than before. */
  void buffered(int difference) {
    bufferedBytes += difference;
    while (bufferedBytes > limits.maxBufferedBytes()) {
      Member largest = largest();
      if (largest == null) {
        return;
      }
      largest.close("too much is buffered, and most of it for this one");
    }
  }

  private Member largest() {
    Member largest = null;
    for (Member channel : byIdleness.keySet()) {
      if (largest == null || channel.heldBytes() > largest.heldBytes()) {
        largest = channel;
      }
    }
    return largest;
  }

  private void sweep() {
    timers.schedule(SWEEP_MILLIS, this::sweep);
    long now = timers.nanoTime();
    long idleNanos = TimeUnit.MILLISECONDS.toNanos(limits.idleTimeoutMillis());
    long stalledNanos = TimeUnit.MILLISECONDS.toNanos(limits.stalledTimeoutMillis());
    List<Member> overdue = new ArrayList<>();
    for (Member channel : byIdleness.keySet()) {
      if (channel.overdue(now, idleNanos, stalledNanos) != null) {
        overdue.add(channel);
      }
    }
    for (Member channel : overdue) {
      String reason = channel.overdue(now, idleNanos, stalledNanos);
      if (reason != null) {
        channel.close(reason);
      }
    }
  }
}
