package org.rkv.replica.core;

import java.util.function.IntUnaryOperator;
import org.rkv.net.Timers;

/**
 * Looks at the segments of a store one after the other: of a million entries, a few at a time, so
 * that whatever else the replica has to do is not kept waiting. Belongs to the replica's thread.
 */
final class SegmentTurns {
  private final int segments;
  private final int entriesOfATurn;
  private final IntUnaryOperator look;
  private final Timers timers;
  private final Runnable done;
  private int next;
  private boolean isOver;

  /**
   * Looks at nothing yet.
   *
   * @param entriesOfATurn after so many a turn ends, at the end of a segment
   * @param look is given the number of a segment, and tells how many entries it has looked at
   * @param done runs when all have been looked at
   */
  SegmentTurns(
      int segments, int entriesOfATurn, IntUnaryOperator look, Timers timers, Runnable done) {
    this.segments = segments;
    this.entriesOfATurn = entriesOfATurn;
    this.look = look;
    this.timers = timers;
    this.done = done;
  }

  /** Takes the first turn; the rest later. */
  void begin() {
    turn();
  }

  private void turn() {
    int lookedAt = 0;
    while (next < segments && lookedAt < entriesOfATurn) {
      lookedAt += look.applyAsInt(next);
      next++;
    }
    timers.schedule(0, this::goOn);
  }

  private void goOn() {
    if (isOver) {
      return;
    }
    if (next < segments) {
      turn();
    } else {
      isOver = true;
      done.run();
    }
  }

  /** No more is looked at. */
  void cancel() {
    isOver = true;
  }
}
