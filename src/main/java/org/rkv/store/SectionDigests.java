package org.rkv.store;

/**
 * What each section of a store comes to, see {@link Sections}: the sums of the hashes of what is in
 * it, of keys that have a value and of tombstones apart, since each replica drops tombstones in its
 * own time. Kept up as entries come and go, so that asking for it costs nothing. Sums, not
 * exclusive ors, in which two that are equal cancel out. Not thread-safe.
 */
public final class SectionDigests {
  private static final Section NONE = new Section(-1);

  private final Sections sections;

  /** Null where there was never a key. */
  private final Section[] known;

  /** Of nothing. */
  SectionDigests(Sections sections) {
    this.sections = sections;
    known = new Section[sections.count()];
  }

  /** How the keys are divided. */
  public Sections sections() {
    return sections;
  }

  /** The one that a key is in. */
  Section of(String key) {
    int index = sections.of(key);
    if (known[index] == null) {
      known[index] = new Section(index);
    }
    return known[index];
  }

  /** One more. */
  void add(Cell cell) {
    Section section = cell.section();
    section.add(cell.isTombstone(), sections.first(cell), sections.second(cell));
    section.addUnsettled(cell.isSettled() ? 0 : 1);
  }

  /** What was added is there no more, and not yet overwritten. */
  void remove(Cell cell) {
    Section section = cell.section();
    section.add(cell.isTombstone(), -sections.first(cell), -sections.second(cell));
    section.addUnsettled(cell.isSettled() ? 0 : -1);
  }

  private Section section(int index) {
    return known[index] == null ? NONE : known[index];
  }

  /** Whether all that is in a section is known to be on every replica. */
  public boolean isSettled(int section) {
    return section(section).isSettled();
  }

  /** Whether a key in a section is remembered to be deleted. */
  public boolean hasTombstones(int section) {
    Section one = section(section);
    return one.first(true) != 0 || one.second(true) != 0;
  }

  /** Of all keys in a section that have a value; see {@link Sections#fingerprint} of the salt. */
  public long entries(int section, long salt) {
    return fold(section(section), NONE, false, salt);
  }

  /** Of all tombstones in a section, likewise. */
  public long tombstones(int section, long salt) {
    return fold(section(section), NONE, true, salt);
  }

  /** {@link #entries} of this and of another one together. */
  public long entriesWith(SectionDigests other, int section, long salt) {
    return fold(section(section), other.section(section), false, salt);
  }

  /** {@link #tombstones} of this and of another one together. */
  public long tombstonesWith(SectionDigests other, int section, long salt) {
    return fold(section(section), other.section(section), true, salt);
  }

  private static long fold(Section one, Section other, boolean ofTombstones, long salt) {
    return Sections.fold(
        one.first(ofTombstones) + other.first(ofTombstones),
        one.second(ofTombstones) + other.second(ofTombstones),
        salt);
  }
}
