package org.rkv.disk;

/** What a log tells its replica, on the thread of the replica. For the operator, not needed. */
public interface LogListener {
  /** The disk is full: no entries are to be taken until {@link #hasRoomAgain}. */
  void isFull(String reason);

  /** Entries may be taken again. */
  void hasRoomAgain();

  /** A snapshot has taken the place of older files. */
  void isCompacted(long bytesBefore, long bytesNow);

  /** A compaction was broken off, and has left nothing behind. */
  void isNotCompacted(String reason);
}
