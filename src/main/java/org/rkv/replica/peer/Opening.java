package org.rkv.replica.peer;

/**
 * The time in which one process has a data directory, or a copy of one, open. Openings of one
 * directory come one after the other, each with a higher generation; those of two copies, which
 * have the same incarnation, know nothing of each other. Immutable.
 *
 * @param incarnation of the directory, and so of all its copies
 * @param generation higher than at all openings of the directory before; 0 if all is in memory
 * @param id 64 random bits; 0 if all is in memory
 */
public record Opening(long incarnation, long generation, long id) {
  /** Whether that is another process's, of the same directory or of a copy of it. */
  boolean isOfSameDirectoryAs(Opening other) {
    return incarnation == other.incarnation && id != other.id;
  }

  /** Whether that is another process's, of the same directory or of a copy, and no later one. */
  boolean isNotBefore(Opening other) {
    return isOfSameDirectoryAs(other) && generation >= other.generation;
  }
}
