package org.rkv.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What a set of entries comes to in 128 bits, whatever their order. Kept up as entries come and go,
 * so that asking for it costs nothing, however many there are.
 *
 * <p>It is the sum of a hash of each entry, which takes in the key, the value and the whole stamp.
 * Replicas that hold the same have equal digests, and others have not, but for a chance that does
 * not matter: no two writes have the same stamp. It is no defence against somebody who makes
 * entries up; only replicas may do so. Not thread-safe.
 */
public final class Digest {
  private static final int CHUNK_BYTES = 4096;
  private static final long FIRST_SEED = 0x9E3779B97F4A7C15L;
  private static final long SECOND_SEED = 0xD1B54A32D192ED03L;

  private final CRC32C checksum = new CRC32C();
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private long first;
  private long second;

  /** Of no entry. */
  public Digest() {}

  /**
   * One more, which keeps what was taken in of its value.
   *
   * @param value what the cell holds; null for a tombstone
   */
  void add(Cell cell, String value) {
    cell.setValueChecksum(value == null ? 0 : checksum(value));
    first += hash(cell, FIRST_SEED);
    second += hash(cell, SECOND_SEED);
  }

  /** What was added is there no more, and not yet overwritten. Its value is not looked at. */
  void remove(Cell cell) {
    first -= hash(cell, FIRST_SEED);
    second -= hash(cell, SECOND_SEED);
  }

  /** The sixteen bytes of it. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(first).putLong(second).array();
  }

  private static long hash(Cell cell, long seed) {
    long hash = mix(seed ^ cell.clock());
    hash = mix(hash ^ cell.origin());
    hash = mix(hash ^ ((long) cell.key().hashCode() << Integer.SIZE | cell.key().length()));
    return mix(cell.isTombstone() ? ~hash : hash ^ cell.valueChecksum());
  }

  /**
   * The value in 64 bits: its checksum, for which processors have an instruction, and its length. A
   * string's own hash takes a millisecond for a value of 1 MiB. The deprecated getBytes takes the
   * low byte of each char, which is what a value is made of, and allocates nothing.
   */
  @SuppressWarnings("deprecation")
  private long checksum(String value) {
    checksum.reset();
    for (int at = 0; at < value.length(); at += chunk.length) {
      int length = Math.min(chunk.length, value.length() - at);
      value.getBytes(at, at + length, chunk, 0);
      checksum.update(chunk, 0, length);
    }
    return checksum.getValue() << Integer.SIZE | value.length();
  }

  /**
   * The finalizer of SplitMix64 (Steele, Lea, Flood 2014): each bit in changes half of those out.
   */
  static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
