package org.rkv.disk;

import java.util.ArrayList;
import java.util.List;
import org.rkv.net.Timers;

/** What was appended and is not known to be forced. Belongs to the thread of the replica. */
final class Pending {
  /** What a record takes beside its text, in memory or on the disk. */
  private static final int RECORD_BYTES = 64;

  /** Not given to the disk yet. */
  private List<LogRecord> waiting = new ArrayList<>();

  /** Given to the disk. */
  private final List<LogRecord> unforced = new ArrayList<>();

  private final Timers timers;
  private long waitingSinceNanos;
  private long unforcedSinceNanos;
  private long bytes;
  private long waitingBytes;
  private long appended;
  private long given;

  /** These have been given to a disk before, and have position 0. */
  Pending(List<LogRecord> recovered, Timers timers) {
    this.timers = timers;
    recovered.forEach(this::add);
    give();
    appended = 0;
    given = 0;
  }

  /** Returns the position of the record. */
  long add(LogRecord record) {
    if (waiting.isEmpty()) {
      waitingSinceNanos = timers.nanoTime();
    }
    waiting.add(record);
    long more = RECORD_BYTES + record.textBytes();
    waitingBytes += more;
    bytes += more;
    appended++;
    return appended;
  }

  /** Takes what waits, to be given to the disk. */
  List<LogRecord> give() {
    if (unforced.isEmpty()) {
      unforcedSinceNanos = waitingSinceNanos;
    }
    List<LogRecord> batch = waiting;
    waiting = new ArrayList<>();
    unforced.addAll(batch);
    waitingBytes = 0;
    given = appended;
    return batch;
  }

  /** All that was given to the disk is forced. */
  void hasForced() {
    unforced.clear();
    bytes = waitingBytes;
  }

  /** A copy of what was given to the disk, in its order. */
  List<LogRecord> unforced() {
    return List.copyOf(unforced);
  }

  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  boolean isUnforced() {
    return !unforced.isEmpty();
  }

  /** How long ago the oldest came of those that are not known to be forced; 0 if there is none. */
  long ageNanos() {
    if (unforced.isEmpty() && waiting.isEmpty()) {
      return 0;
    }
    return timers.nanoTime() - (unforced.isEmpty() ? waitingSinceNanos : unforcedSinceNanos);
  }

  /** The position of the last record that was given to the disk. */
  long given() {
    return given;
  }

  /** Of all, nearly: somewhat more than these take on the disk. */
  long bytes() {
    return bytes;
  }

  /** Of those that were given to the disk. */
  long unforcedBytes() {
    return bytes - waitingBytes;
  }
}
