package org.rkv.net;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What an event loop does last in a round, and never for long, however much of it there is: reading
 * those who let others go first. Once a round has been long, who yields and has something to be
 * read waits here for his turn, and the selector is not asked for him meanwhile: it finds the
 * others sooner. Belongs to the loop's thread.
 */
final class YieldingReads {
  /** With so much read in a round, those that yield to others wait. */
  private static final int MUCH_READ_BYTES = 512 * 1024;

  /** Or with so much queued in answers. */
  private static final int MUCH_ANSWERED_BYTES = 1024 * 1024;

  /** Or with so long a round. */
  static final long MUCH_WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** So long one goes on while others wait for their turn behind him. */
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private long beganNanos;
  private long turnBeganNanos;
  private boolean isInTurn;
  private int readBytes;
  private long answeredBytes;

  /** A round has begun. */
  void begin(long nowNanos) {
    beganNanos = nowNanos;
    readBytes = 0;
    answeredBytes = 0;
  }

  /** So much more was read in this round, no matter from whom. */
  void countRead(int bytes) {
    readBytes += bytes;
  }

  /** So much more was queued in answers. */
  void countAnswered(int bytes) {
    answeredBytes += bytes;
  }

  /** Whether so much was done in this round that who yields should {@link #add} himself. */
  boolean isTime() {
    if (readBytes >= MUCH_READ_BYTES || answeredBytes >= MUCH_ANSWERED_BYTES) {
      return true;
    }
    long nowNanos = System.nanoTime();
    return nowNanos - beganNanos >= MUCH_WORK_NANOS
        || isInTurn && !waiting.isEmpty() && nowNanos - turnBeganNanos >= TURN_NANOS;
  }

  /** Runs this after all that is ready now, and after those that wait already. */
  void add(Runnable read) {
    waiting.add(read);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Runs as many as there is time for, one at least. */
  void run(Consumer<Runnable> runner) {
    begin(System.nanoTime());
    while (!waiting.isEmpty() && !isTime()) {
      isInTurn = true;
      turnBeganNanos = System.nanoTime();
      runner.accept(waiting.remove());
      isInTurn = false;
    }
  }
}
