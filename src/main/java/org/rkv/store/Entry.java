package org.rkv.store;

/**
 * The value, or the tombstone, of one key, as one write made it. A copy, made when a store is asked
 * or changed: what becomes of the store afterwards does not change it.
 *
 * @param key a char a byte
 * @param value a char a byte; null for a tombstone
 * @param stamp when and where it was written
 * @param settled whether every replica was known to hold it, or something newer, when this copy was
 *     made
 */
public record Entry(String key, String value, Stamp stamp, boolean settled) {
  /** Whether the key was deleted. */
  public boolean isTombstone() {
    return value == null;
  }

  /** Bytes of the key and the value. */
  public int textBytes() {
    return key.length() + (isTombstone() ? 0 : value.length());
  }

  /** The stamp's clock. */
  public long clock() {
    return stamp.clock();
  }

  /** The stamp's origin. */
  public long origin() {
    return stamp.origin();
  }
}
