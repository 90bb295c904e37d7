package org.rkv.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * What a store holds for one key. A write takes the place of the one before it in the same memory:
 * of a large store, a collector of young objects would otherwise have to move every new value to
 * the old ones, and find what refers to it. Not thread-safe.
 */
final class Cell {
  /**
   * A value of more bytes is kept as it came: beside the time that its message takes, what the
   * collector does for it is little, and two copies of it are not.
   */
  static final int MAX_COPIED_BYTES = 1024;

  private static final byte[] NOTHING = {};
  private static final int TOMBSTONE = -1;

  /** What remembers when it may be dropped. */
  static final int TOMBSTONE_BYTES = 120;

  /** An array takes whole words: what it is longer than asked for costs nothing. */
  private static final int WORD_BYTES = 8;

  private final String key;

  /** The {@link KeyHash} of the key, under the seed of this process. */
  private final int hash;

  /** Of the key. */
  private final Section section;

  /** What has the same bucket of a {@link Segment}, or null. */
  private Cell next;

  /** The value, and maybe as many bytes again; nothing of one that is large. */
  private byte[] bytes = NOTHING;

  private String largeValue;

  /** Or {@code TOMBSTONE}. */
  private int valueLength = TOMBSTONE;

  private long clock;
  private long origin;
  private long valueChecksum;
  private boolean settled;

  /**
   * Holds nothing before the first write.
   *
   * @param section that the key is in
   */
  Cell(String key, int hash, Section section) {
    this.key = key;
    this.hash = hash;
    this.section = section;
  }

  /**
   * Holds this from now on, and is not settled.
   *
   * @param value null for a tombstone
   */
  void write(String value, Stamp stamp) {
    boolean isLarge = value != null && value.length() > MAX_COPIED_BYTES;
    copy(value == null || isLarge ? "" : value);
    valueLength = value == null ? TOMBSTONE : value.length();
    largeValue = isLarge ? value : null;
    clock = stamp.clock();
    origin = stamp.origin();
    settled = false;
  }

  /** The deprecated getBytes takes the low byte of each char, which is what a value is made of. */
  @SuppressWarnings("deprecation")
  private void copy(String value) {
    int length = (value.length() + WORD_BYTES - 1) / WORD_BYTES * WORD_BYTES;
    if (length > bytes.length || length < bytes.length / 2) {
      bytes = length == 0 ? NOTHING : new byte[length];
    }
    value.getBytes(0, value.length(), bytes, 0);
  }

  /** What it takes of the heap with all that belongs to it, as {@link Limits} reckons it. */
  long heldBytes() {
    int valueBytes = largeValue == null ? bytes.length : largeValue.length();
    return heldBytes(key, valueBytes) + (isTombstone() ? TOMBSTONE_BYTES : 0);
  }

  /** The same, or what is left of it when it is deleted if that takes more. */
  long mostBytes() {
    return mostBytes(key, heldBytes());
  }

  /** What one of so many {@link #heldBytes} takes at most, deleted or not. */
  static long mostBytes(String key, long heldBytes) {
    return Math.max(heldBytes, heldBytes(key, TOMBSTONE_BYTES));
  }

  /** What one takes whose value has so many bytes. */
  static long heldBytes(String key, int valueBytes) {
    return Limits.BYTES_BESIDE_TEXT + key.length() + valueBytes;
  }

  /** What a value that is not large is written to. */
  byte[] buffer() {
    return bytes;
  }

  /** A copy of what is held. */
  Entry entry() {
    return new Entry(key, value(), new Stamp(clock, origin), settled);
  }

  private String value() {
    if (isTombstone()) {
      return null;
    }
    return largeValue != null ? largeValue : new String(bytes, 0, valueLength, ISO_8859_1);
  }

  /** The first string that came for this key: one for all writes. */
  String key() {
    return key;
  }

  int hash() {
    return hash;
  }

  Section section() {
    return section;
  }

  Cell next() {
    return next;
  }

  void setNext(Cell cell) {
    next = cell;
  }

  boolean isTombstone() {
    return valueLength == TOMBSTONE;
  }

  long clock() {
    return clock;
  }

  long origin() {
    return origin;
  }

  boolean has(Stamp stamp) {
    return clock == stamp.clock() && origin == stamp.origin();
  }

  boolean isSettled() {
    return settled;
  }

  void settle() {
    settled = true;
  }

  /** What a {@link Digest} took in of the value; it need not be read again to be taken out. */
  long valueChecksum() {
    return valueChecksum;
  }

  void setValueChecksum(long checksum) {
    valueChecksum = checksum;
  }
}
