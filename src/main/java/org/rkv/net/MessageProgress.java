package org.rkv.net;

import java.util.concurrent.TimeUnit;

/**
 * How long the rest of a message is waited for: as long as it grows, at 1 KiB a second or what
 * brings it to its end in two minutes, if that is more. Belongs to the thread of the connection.
 */
final class MessageProgress {
  /** A message that comes more slowly is not waited for. */
  private static final int LEAST_BYTES_A_SECOND = 1024;

  /** Nor is one that would take longer than this. */
  private static final int MOST_SECONDS_A_MESSAGE = 120;

  private final MessageReader reader;
  private long waitedSinceNanos;

  MessageProgress(MessageReader reader) {
    this.reader = reader;
  }

  /** What was not read until now was not late. */
  void begin(long nowNanos) {
    waitedSinceNanos = nowNanos;
  }

  /**
   * Whether the rest has been waited for longer than this, and than what has come of it may take.
   */
  boolean isOverdue(long nowNanos, long maxNanos) {
    return reader.isInsideMessage() && nowNanos - waitedSinceNanos > maxNanos + earnedNanos();
  }

  private long earnedNanos() {
    int bytesASecond =
        Math.max(LEAST_BYTES_A_SECOND, reader.announcedBytes() / MOST_SECONDS_A_MESSAGE);
    return TimeUnit.SECONDS.toNanos(reader.receivedBytes()) / bytesASecond;
  }
}
