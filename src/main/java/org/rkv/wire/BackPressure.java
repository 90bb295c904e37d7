package org.rkv.wire;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Lets the clients of an event loop wait while one of its links has more to send than it is good to
 * queue: nothing is read from them until it has less, and TCP tells them to wait. Otherwise many
 * clients with large values would fill the links until calls are refused, which fails operations
 * for no fault of anybody. Those with a large record wait first, all only when that is not enough,
 * so that small calls go on beside large ones.
 *
 * <p>Peers are read from all the same, so two replicas never wait for each other. And only a link
 * that moves is waited for: behind a peer that has stopped, operations fail, they do not queue.
 * Belongs to the event loop's thread.
 */
final class BackPressure {
  /** With more than that queued, a link is full, and large records wait. */
  static final int FULL_BYTES = 1024 * 1024;

  /** With less than that queued, it is no longer. */
  static final int RELIEVED_BYTES = 256 * 1024;

  /** With more than that queued on a full link, everything waits. */
  static final int OVERFULL_BYTES = 4 * FULL_BYTES;

  /** A record of more than that is large. */
  static final int LARGE_RECORD_BYTES = 16 * 1024;

  /** A link that has taken nothing for so long does not move. */
  static final long STOPPED_MILLIS = 50;

  private static final long STOPPED_NANOS = TimeUnit.MILLISECONDS.toNanos(STOPPED_MILLIS);

  private final Timers timers;
  private final Set<TcpChannel> full = new LinkedHashSet<>();
  private final Set<TcpChannel> held = new LinkedHashSet<>();
  private boolean looking;

  BackPressure(Timers timers) {
    this.timers = timers;
  }

  /**
   * Whether a client has to wait.
   *
   * @param recordBytes what has come of the record that it is sending
   */
  boolean holds(int recordBytes) {
    return !full.isEmpty() && (recordBytes > LARGE_RECORD_BYTES || isOverfull());
  }

  private boolean isOverfull() {
    for (TcpChannel link : full) {
      if (link.queuedBytes() > OVERFULL_BYTES) {
        return true;
      }
    }
    return false;
  }

  /** Wakes this client when it can be read from again. */
  void hold(TcpChannel client) {
    held.add(client);
  }

  /** A client or a link is closed. */
  void closed(TcpChannel channel) {
    held.remove(channel);
    if (full.remove(channel)) {
      release();
    }
  }

  /** A link has more queued than before, or less. */
  void queued(TcpChannel link) {
    if (link.queuedBytes() > FULL_BYTES) {
      if (!hasStopped(link) && full.add(link) && !looking) {
        looking = true;
        timers.schedule(STOPPED_MILLIS, this::look);
      }
    } else if (link.queuedBytes() < RELIEVED_BYTES && full.remove(link)) {
      release();
    }
  }

  private boolean hasStopped(TcpChannel link) {
    return timers.coarseNanoTime() - link.movedNanos() > STOPPED_NANOS;
  }

  private void look() {
    if (full.removeIf(this::hasStopped)) {
      release();
    }
    looking = !full.isEmpty();
    if (looking) {
      timers.schedule(STOPPED_MILLIS, this::look);
    }
  }

  private void release() {
    if (full.isEmpty()) {
      Set<TcpChannel> released = new LinkedHashSet<>(held);
      held.clear();
      released.forEach(TcpChannel::touch);
    }
  }
}
