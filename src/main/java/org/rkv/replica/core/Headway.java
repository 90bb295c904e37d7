package org.rkv.replica.core;

import java.util.concurrent.TimeUnit;

/**
 * Whether the replica that goes first with a backlog makes headway: the others leave it to that one
 * as long as it settles enough of it each second. So how long they wait is bounded by what there is
 * to be settled, and one that does nothing at all holds them up for a second. Belongs to the thread
 * of its {@link Backlog}.
 */
final class Headway {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int enough;
  private boolean awaited;
  private long sinceNanos;
  private int settled;

  /**
   * Nothing is awaited.
   *
   * @param enough how much is to be settled each second, if there is as much
   */
  Headway(int enough) {
    this.enough = enough;
  }

  /** Some more is settled, by the one that goes first. */
  void settledOne() {
    settled++;
  }

  /** Nothing is due, or nobody could do anything about it. */
  void expectNothing() {
    awaited = false;
  }

  /** Something is due: whether it has been for a while, with too little being settled. */
  boolean isTooSlow(long nowNanos) {
    if (!awaited || settled >= enough) {
      awaited = true;
      sinceNanos = nowNanos;
      settled = 0;
    }
    return nowNanos - sinceNanos >= PATIENCE_NANOS;
  }
}
