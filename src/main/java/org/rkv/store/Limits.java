package org.rkv.store;

/**
 * What a store takes. Equal on all replicas.
 *
 * @param capacity entries a client may fill the store with, at least 1
 * @param maxLength a key or value of {@code maxLength - 1} bytes or more is too large: as in the C
 *     system, where it is a buffer's size with room for a newline and a NUL
 */
public record Limits(int capacity, int maxLength) {
  /** KVSTORE_CAPACITY of the C system. */
  public static final int DEFAULT_CAPACITY = 256;

  /** MAX_LENGTH of the C system: 30 bytes are accepted, 31 are not. */
  public static final int DEFAULT_MAX_LENGTH = 32;

  /** What an entry takes of the heap beside its text: 137 measured, 8 of them for the key order. */
  static final int BYTES_BESIDE_TEXT = 200;

  private static final int MAX_TOMBSTONES_FLOOR = 256 * 1024;

  /** Values of up to 1 MiB. */
  public static final int MAX_LENGTH_CEILING = (1 << 20) + 2;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public Limits {
    if (capacity < 1) {
      throw new IllegalArgumentException("the capacity must be at least 1, not " + capacity);
    }
    if (maxLength < 2 || maxLength > MAX_LENGTH_CEILING) {
      throw new IllegalArgumentException(
          "the maximal length must be 2 to " + MAX_LENGTH_CEILING + ", not " + maxLength);
    }
  }

  /**
   * How many deletes a store may remember beside all entries: what they hold must be bounded too,
   * whoever puts and deletes ever new keys. They are forgotten after a grace period.
   */
  public int maxTombstones() {
    return Math.max(capacity, MAX_TOMBSTONES_FLOOR);
  }

  /** How many keys, with a value or deleted, a store knows before it takes no new one. */
  public int maxKeys() {
    return (int) Math.min(Integer.MAX_VALUE, (long) capacity + maxTombstones());
  }

  /**
   * What a full store takes, in bytes of the heap: measured, 200 an entry beside its text; also
   * when all is deleted. Deletes that are remembered before come to it.
   */
  public long maxHeapBytes() {
    return capacity
        * (BYTES_BESIDE_TEXT + maxLength + Math.max((long) maxLength, Cell.TOMBSTONE_BYTES));
  }

  /** The limits of the C system. */
  public static Limits ofTheCSystem() {
    return new Limits(DEFAULT_CAPACITY, DEFAULT_MAX_LENGTH);
  }

  /** Whether a key or value, a char a byte, is too large. */
  public boolean tooLarge(String bytes) {
    return tooLarge(bytes.length());
  }

  /** Whether one of so many bytes is. */
  public boolean tooLarge(int bytes) {
    return bytes >= maxLength - 1;
  }
}
