package org.rkv.replica.data;

/** What the records of the log mean that are no entries. They stay as they are for ever. */
final class Kinds {
  /** A {@code Meta}: what the entries that count have gone through, a {@link HistoryRecord}. */
  static final byte HISTORY = 1;

  /** A {@code Meta}: the epochs taken, even while it caught up, a {@link HistoryRecord}. */
  static final byte TAKEN = 2;

  /** A {@code Meta}: a clock that no stamp may be below. */
  static final byte CLOCK = 3;

  /** A {@code Note}: the list of what is {@link #REMOVED} begins; one before it has broken off. */
  static final byte REMOVING = 4;

  /** A {@code Note}: an entry that does not count any more from {@link #REMOVAL_COUNTS} on. */
  static final byte REMOVED = 5;

  /** A {@code Note}: all that is {@link #REMOVED} since {@link #REMOVING}. */
  static final byte REMOVAL_COUNTS = 6;

  /**
   * A {@code Meta}: which openings of other directories have counted, an {@link OpeningsRecord}.
   */
  static final byte OPENINGS = 7;

  private Kinds() {}
}
