package org.rkv.net;

import java.util.concurrent.TimeUnit;

/**
 * How many calls may be under way at a time: as many as are answered in a quarter of a second. With
 * more of them each would only wait for longer for its answer, and so would what replicas ask one
 * another meanwhile, up to the time after which a peer counts as down. Belongs to the event loop's
 * thread.
 */
final class Places {
  /** Before anything is known. */
  static final int FIRST = 1024;

  /** However slowly they are answered. */
  static final int LEAST = 256;

  /** However fast: more make nothing faster. */
  static final int MOST = 4 * 1024;

  /** How often it looks how many have been answered, while many are under way. */
  static final long LOOK_MILLIS = 50;

  private static final long HORIZON_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final Timers timers;
  private int most = FIRST;
  private int taken;
  private int answered;
  private boolean wereAllTaken;
  private boolean looking;
  private long lookedNanos;

  /** All are free. */
  Places(Timers timers) {
    this.timers = timers;
  }

  boolean isOneFree() {
    return taken < most;
  }

  /** So many more are taken than before, or fewer. */
  void taken(int difference) {
    taken += difference;
    if (difference < 0) {
      answered -= difference;
    } else if (taken >= LEAST) {
      wereAllTaken |= taken >= most;
      lookLater();
    }
  }

  private void lookLater() {
    if (!looking) {
      looking = true;
      answered = 0;
      wereAllTaken = taken >= most;
      lookedNanos = timers.nanoTime();
      timers.schedule(LOOK_MILLIS, this::look);
    }
  }

  /** One that is not used up says nothing of how many more would be answered. */
  private void look() {
    looking = false;
    if (wereAllTaken) {
      long nanos = Math.max(1, timers.nanoTime() - lookedNanos);
      long fit = answered * HORIZON_NANOS / nanos;
      most = (int) Math.max(LEAST, Math.min(MOST, (most + fit) / 2));
    }
    if (taken >= LEAST) {
      lookLater();
    }
  }
}
