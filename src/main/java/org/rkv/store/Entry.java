package org.rkv.store;

/**
 * The value, or the tombstone, of one key, as one write made it. Immutable but for the mark that
 * says it is known to be on every replica, and for what its store notes of the value. Clock and
 * origin are kept as two numbers, and a {@link Stamp} is made when asked for: a million entries do
 * without a million stamps.
 */
public final class Entry {
  private final String key;
  private final String value;
  private final long clock;
  private final long origin;
  private long content;
  private boolean settled;

  /**
   * Makes an entry that is not settled.
   *
   * @param value null for a tombstone
   */
  public Entry(String key, String value, Stamp stamp) {
    this.key = key;
    this.value = value;
    this.clock = stamp.clock();
    this.origin = stamp.origin();
  }

  /** The key, a char a byte. */
  public String key() {
    return key;
  }

  /** The value, a char a byte; null for a tombstone. */
  public String value() {
    return value;
  }

  /** Whether the key was deleted. */
  public boolean isTombstone() {
    return value == null;
  }

  /** Bytes of the key and the value. */
  public int textBytes() {
    return key.length() + (isTombstone() ? 0 : value.length());
  }

  /** When and where it was written. */
  public Stamp stamp() {
    return new Stamp(clock, origin);
  }

  /** The stamp's clock. */
  public long clock() {
    return clock;
  }

  /** The stamp's origin. */
  public long origin() {
    return origin;
  }

  /** Whether every replica is known to hold it, or something newer. */
  public boolean isSettled() {
    return settled;
  }

  /** From now on every replica is known to hold it, or something newer. */
  public void settle() {
    settled = true;
  }

  /** What a {@link Digest} took in of the value; it need not be read again to be taken out. */
  long content() {
    return content;
  }

  void content(long taken) {
    content = taken;
  }

  /** Whether this one wins against an entry with that stamp. */
  boolean isNewerThan(Stamp stamp) {
    return clock != stamp.clock() ? clock > stamp.clock() : origin > stamp.origin();
  }
}
