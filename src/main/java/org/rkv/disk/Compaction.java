package org.rkv.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.rkv.store.Entry;

/**
 * Writes a snapshot in small steps, each of them gathered on the thread of the replica and done on
 * that of the disk. It need not be of a moment: what changes meanwhile is in the log that was begun
 * before it, too.
 */
final class Compaction {
  /** What is gathered at a time: some hundred microseconds, or a few thousand on a busy machine. */
  private static final int STEP_BYTES = 32 << 10;

  private static final int STEP_ENTRIES = 250;

  private final Contents contents;
  private final Metas metas;
  private final Snapshot snapshot;
  private int segment;
  private String lastKey;
  private boolean hasMetas;
  private boolean isBegun;
  private volatile boolean isDone;

  /**
   * Has written nothing.
   *
   * @param metas those that count; read when all entries are written
   */
  Compaction(Contents contents, Metas metas, Snapshot snapshot) {
    this.contents = contents;
    this.metas = metas;
    this.snapshot = snapshot;
  }

  /** On the thread of the disk, before a new log is begun for it; fails if there is no room. */
  void checkRoom() throws IOException {
    snapshot.checkRoom();
  }

  /** There is room: the log that is begun next has all that changes from now on. */
  void begin() {
    isBegun = true;
  }

  /** Whether there was room. */
  boolean isBegun() {
    return isBegun;
  }

  /**
   * The next work for the disk, when a new log has been begun. It returns whether it was the last:
   * all was read back then.
   */
  Callable<Boolean> next() {
    if (segment < contents.segments()) {
      List<LogRecord> gathered = gather();
      return () -> {
        snapshot.append(gathered);
        return false;
      };
    }
    if (!hasMetas) {
      hasMetas = true;
      List<LogRecord> all = List.copyOf(metas.all());
      return () -> {
        snapshot.finish(all);
        return false;
      };
    }
    return snapshot::check;
  }

  private List<LogRecord> gather() {
    List<LogRecord> gathered = new ArrayList<>();
    int bytes = 0;
    while (segment < contents.segments()) {
      Iterator<Entry> entries = contents.segment(segment, lastKey).iterator();
      while (entries.hasNext()) {
        Entry entry = entries.next();
        gathered.add(new LogRecord.Stored(entry));
        bytes += entry.textBytes();
        if (bytes >= STEP_BYTES || gathered.size() >= STEP_ENTRIES) {
          lastKey = entry.key();
          return gathered;
        }
      }
      segment++;
      lastKey = null;
    }
    return gathered;
  }

  /** Takes the place of older files, on the thread of the disk. */
  void replace() throws IOException {
    snapshot.replace();
    isDone = true;
  }

  /** Whether it has taken their place. */
  boolean isDone() {
    return isDone;
  }

  /** Leaves nothing behind, on the thread of the disk. */
  void discard() throws IOException {
    snapshot.discard();
  }
}
