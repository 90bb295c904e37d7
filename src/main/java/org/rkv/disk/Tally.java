package org.rkv.disk;

import java.util.List;

/** How many records of a snapshot have come, which its end must agree with. */
final class Tally {
  private long entries;
  private long metas;
  private boolean ended;

  /** Counts these, which come next. */
  void add(List<? extends LogRecord> records) {
    for (LogRecord record : records) {
      if (record instanceof LogRecord.Stored) {
        entries++;
      } else if (record instanceof LogRecord.Meta) {
        metas++;
      }
      ended = end().equals(record);
    }
  }

  /** The end of a snapshot that holds all this. */
  LogRecord.End end() {
    return new LogRecord.End(entries, metas);
  }

  /** Whether the last record was an end, and agrees. */
  boolean isWhole() {
    return ended;
  }
}
