package org.rkv.store;

/**
 * When, and by which incarnation of which replica, an entry was written. Stamps are never issued
 * twice, and the greater one wins.
 *
 * @param clock hybrid logical clock, see {@link HybridClock}
 * @param origin the incarnation that wrote it
 */
public record Stamp(long clock, long origin) implements Comparable<Stamp> {
  /** Below every stamp that is ever issued: "never written". */
  public static final Stamp ZERO = new Stamp(0, 0);

  @Override
  public int compareTo(Stamp other) {
    int byClock = Long.compare(clock, other.clock);
    return byClock != 0 ? byClock : Long.compare(origin, other.origin);
  }

  /** The clock in hexadecimal, a point, the origin in hexadecimal. */
  @Override
  public String toString() {
    return Long.toHexString(clock) + "." + Long.toHexString(origin);
  }
}
