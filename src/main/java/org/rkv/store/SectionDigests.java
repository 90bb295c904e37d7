package org.rkv.store;

/**
 * What each section of a store comes to, see {@link Sections}: the sums of the hashes of what is in
 * it, of keys that have a value and of tombstones apart, since each replica drops tombstones in its
 * own time. Kept up as entries come and go, so that asking for it costs nothing: a write touches
 * one line of the memory more. Sums, not exclusive ors, in which two that are equal cancel out. Not
 * thread-safe.
 */
public final class SectionDigests {
  private static final int SUMS = 4;
  private static final int ENTRIES = 0;
  private static final int TOMBSTONES = 2;

  private final Sections sections;
  private final long[] sums;
  private final int[] unsettled;

  /** Of nothing. */
  SectionDigests(Sections sections) {
    this.sections = sections;
    sums = new long[SUMS * sections.count()];
    unsettled = new int[sections.count()];
  }

  /** How the keys are divided. */
  public Sections sections() {
    return sections;
  }

  /** One more. */
  void add(Cell cell) {
    int at = at(cell);
    sums[at] += sections.first(cell);
    sums[at + 1] += sections.second(cell);
    if (!cell.isSettled()) {
      unsettled[cell.section()]++;
    }
  }

  /** What was added is there no more, and not yet overwritten. */
  void remove(Cell cell) {
    int at = at(cell);
    sums[at] -= sections.first(cell);
    sums[at + 1] -= sections.second(cell);
    if (!cell.isSettled()) {
      unsettled[cell.section()]--;
    }
  }

  /** What was added as not settled has become so. */
  void settled(Cell cell) {
    unsettled[cell.section()]--;
  }

  private static int at(Cell cell) {
    return SUMS * cell.section() + (cell.isTombstone() ? TOMBSTONES : ENTRIES);
  }

  /** Whether all that is in a section is known to be on every replica. */
  public boolean isSettled(int section) {
    return unsettled[section] == 0;
  }

  /** Whether a key in a section is remembered to be deleted. */
  public boolean hasTombstones(int section) {
    int at = SUMS * section + TOMBSTONES;
    return sums[at] != 0 || sums[at + 1] != 0;
  }

  /** Of all keys in a section that have a value; see {@link Sections#fingerprint} of the salt. */
  public long entries(int section, long salt) {
    int at = SUMS * section + ENTRIES;
    return Sections.fold(sums[at], sums[at + 1], salt);
  }

  /** Of all tombstones in a section, likewise. */
  public long tombstones(int section, long salt) {
    int at = SUMS * section + TOMBSTONES;
    return Sections.fold(sums[at], sums[at + 1], salt);
  }

  /** {@link #entries} of this and of another one together. */
  public long entriesWith(SectionDigests other, int section, long salt) {
    return with(other, SUMS * section + ENTRIES, salt);
  }

  /** {@link #tombstones} of this and of another one together. */
  public long tombstonesWith(SectionDigests other, int section, long salt) {
    return with(other, SUMS * section + TOMBSTONES, salt);
  }

  private long with(SectionDigests other, int at, long salt) {
    return Sections.fold(sums[at] + other.sums[at], sums[at + 1] + other.sums[at + 1], salt);
  }
}
