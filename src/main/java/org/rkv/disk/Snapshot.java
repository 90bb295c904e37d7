package org.rkv.disk;

import java.io.IOException;
import java.util.List;

/** The file of a compaction. Belongs to the thread of the disk. */
final class Snapshot {
  /** Is forced by and by: the forces of the log would else wait for all of it at once. */
  private static final int FORCE_BYTES = 2 << 20;

  /** So many batches are read back at a time. */
  private static final int CHECKED_BATCHES = 16;

  private final LogFiles files;
  private final long bytes;
  private final Tally written = new Tally();
  private final Tally read = new Tally();
  private LogFile file;
  private BatchReader reader;
  private long replacedBefore;
  private boolean mayCount;

  /**
   * Is not there before something is appended.
   *
   * @param bytes that it will take, nearly
   */
  Snapshot(LogFiles files, long bytes) {
    this.files = files;
    this.bytes = bytes;
  }

  void append(List<LogRecord> records) throws IOException {
    if (file == null) {
      begin();
    }
    file.append(records);
    written.add(records);
    if (file.bytes() - file.forcedBytes() >= FORCE_BYTES) {
      file.force();
    }
  }

  /**
   * Before anything is written for it.
   *
   * @throws DiskFullException if there is no room
   */
  void checkRoom() throws IOException {
    long free = files.volume().freeBytes();
    if (free < bytes) {
      throw new DiskFullException("it takes " + bytes + " bytes, and " + free + " are left", null);
    }
  }

  private void begin() throws IOException {
    replacedBefore = files.newestNumber();
    file = files.createSnapshot();
  }

  /** All entries are there; nothing else is appended after these. */
  void finish(List<LogRecord> metas) throws IOException {
    append(metas);
    append(List.of(written.end()));
    file.force();
    files.volume().force();
  }

  /**
   * Reads some of it back.
   *
   * @return whether it was the rest
   * @throws IOException if it is not what was written
   */
  boolean check() throws IOException {
    if (reader == null) {
      reader = BatchReader.open(files.volume(), file.name(), files.incarnation(), file.bytes());
    }
    for (int i = 0; i < CHECKED_BATCHES; i++) {
      if (!reader.next()) {
        boolean isWhole = reader.end() == file.bytes() && read.isWhole();
        if (!isWhole) {
          throw new DamagedException(file.name(), reader.end(), "it was written just now");
        }
        close();
        return true;
      }
      read.add(reader.records());
    }
    return false;
  }

  /** Takes the place of all files that were there before the newest, when it was begun. */
  void replace() throws IOException {
    mayCount = true;
    files.replace(replacedBefore, file);
  }

  /** Leaves nothing behind, unless it counts already. */
  void discard() throws IOException {
    if (file != null && !mayCount) {
      close();
      files.volume().remove(file.name());
    }
  }

  private void close() throws IOException {
    file.close();
    if (reader != null) {
      reader.close();
    }
  }
}
