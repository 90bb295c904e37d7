package org.rkv.disk;

import org.rkv.store.Entry;

/**
 * What the log holds, in the order in which it was appended. Keys, values and payloads are bytes, a
 * char a byte.
 */
public sealed interface LogRecord {
  /** Bytes of the keys, values and payloads in it. */
  int textBytes();

  /**
   * An entry or a tombstone that the store has taken. In any order, or twice, these give the same.
   * One that is read is not settled.
   */
  record Stored(Entry entry) implements LogRecord {
    @Override
    public int textBytes() {
      return entry.textBytes();
    }
  }

  /**
   * What must survive besides the entries. Of all with the same kind and key the one with the
   * highest number counts, in whatever order they are read; every compaction keeps it.
   *
   * @param payload means nothing to the log
   */
  record Meta(byte kind, String key, long number, String payload) implements LogRecord {
    @Override
    public int textBytes() {
      return key.length() + payload.length();
    }
  }

  /** What counts by its place among the others only. No compaction keeps it. */
  record Note(byte kind, String payload) implements LogRecord {
    @Override
    public int textBytes() {
      return payload.length();
    }
  }

  /**
   * From here on the directory is complete, or is not: {@link Completeness#COMPLETE} vouches for
   * all that was appended before it. The next manifest says it too.
   */
  record Standing(Completeness completeness) implements LogRecord {
    @Override
    public int textBytes() {
      return 0;
    }
  }

  /** The end of a snapshot, and how many of each must have come before it. */
  record End(long entries, long metas) implements LogRecord {
    @Override
    public int textBytes() {
      return 0;
    }
  }
}
