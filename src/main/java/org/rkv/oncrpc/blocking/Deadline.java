package org.rkv.oncrpc.blocking;

import java.net.SocketTimeoutException;

/** A moment after which nobody waits any longer. Immutable, thread-safe. */
public final class Deadline {
  private final long nanos;

  private Deadline(long nanos) {
    this.nanos = nanos;
  }

  /** The moment so many milliseconds from now. */
  public static Deadline afterMillis(int millis) {
    return new Deadline(System.nanoTime() + millis * 1_000_000L);
  }

  /**
   * How long to wait: rounded up, so never 0, which socket options take for ever.
   *
   * @throws SocketTimeoutException if the moment has passed
   */
  public int millisLeft() throws SocketTimeoutException {
    long left = nanos - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException("deadline passed");
    }
    return (int) Math.min(Integer.MAX_VALUE, (left + 999_999) / 1_000_000);
  }
}
