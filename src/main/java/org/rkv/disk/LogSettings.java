package org.rkv.disk;

/**
 * How a log is kept.
 *
 * @param syncMillis 0 if entries are forced before they count; else how long after they were
 *     written, which is when they count then. All that is no entry is forced in any case
 * @param bufferBytes of records that wait for the disk or are not forced yet; with more than that
 *     no entries are to be taken
 * @param reserveBytes of the file that is given up when the disk is full: room for all that waits,
 *     twice
 * @param compactionBytes files that hold less than that are not compacted
 */
public record LogSettings(
    long syncMillis, int bufferBytes, int reserveBytes, long compactionBytes) {
  /** What a replica uses. */
  public static LogSettings syncing(long millis) {
    return new LogSettings(millis, 8 << 20, 24 << 20, 64L << 20);
  }
}
