package org.rkv.disk;

/** What a log tells its replica, on the thread of the replica. */
public interface LogListener {
  /** The disk is full: no entries are to be taken until {@link #hasRoomAgain}. */
  void isFull(String reason);

  /** Entries may be taken again. */
  void hasRoomAgain();

  /**
   * The disk has fallen so far behind that whoever would have something written should wait, or has
   * caught up. A disk that is full is not waited for.
   */
  void isBehind(boolean isBehind);

  /** A snapshot has taken the place of older files. */
  void isCompacted(long bytesBefore, long bytesNow);

  /** A compaction was broken off, and has left nothing behind. */
  void isNotCompacted(String reason);
}
