package org.rkv.disk;

import java.util.stream.Stream;
import org.rkv.store.Entry;

/**
 * All that a snapshot has to hold, segment by segment. It may change between two questions: what
 * changes is appended to the log as well.
 */
public interface Contents {
  /** Bytes that a snapshot of it would take on the disk, nearly. */
  long snapshotBytes();

  /** The number of segments; it never changes. */
  int segments();

  /**
   * The entries and tombstones of a segment, in the order of their keys, read before anything
   * changes.
   *
   * @param after only those with a greater key; null for all
   */
  Stream<Entry> segment(int index, String after);
}
