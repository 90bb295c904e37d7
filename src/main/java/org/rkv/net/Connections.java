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

  /** One of the connections. */
  interface Member {
    /** Memory held for the other end, in bytes. */
    int heldBytes();

    /** Why it must be closed now, or null; asked once a second. */
    String overdue(long nowNanos, long maxIdleNanos, long maxStalledNanos);

    /** Closes it, upon which it is to {@link #remove} itself. */
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

  /** Takes in one more; if there are too many, the one that was idle longest is closed. */
  void add(Member member) {
    if (byIdleness.size() >= limits.maxConnections()) {
      byIdleness
          .keySet()
          .iterator()
          .next()
          .close("too many connections, and this one was idle longest");
    }
    byIdleness.put(member, member);
  }

  /** Something has come from this one, so it is not idle. */
  void active(Member member) {
    byIdleness.get(member);
  }

  /** Forgets one that is closed; what it held is to be taken off {@link #buffered} too. */
  void remove(Member member) {
    byIdleness.remove(member);
  }

  /** One of them holds so many bytes more, or fewer, than before; if all hold too many, some go. */
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
    for (Member member : byIdleness.keySet()) {
      if (largest == null || member.heldBytes() > largest.heldBytes()) {
        largest = member;
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
    for (Member member : byIdleness.keySet()) {
      if (member.overdue(now, idleNanos, stalledNanos) != null) {
        overdue.add(member);
      }
    }
    for (Member member : overdue) {
      String reason = member.overdue(now, idleNanos, stalledNanos);
      if (reason != null) {
        member.close(reason);
      }
    }
  }
}
