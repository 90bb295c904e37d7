package org.rkv.store;

import java.nio.ByteBuffer;

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
  private static final long FIRST_SEED = 0x9E3779B97F4A7C15L;
  private static final long SECOND_SEED = 0xD1B54A32D192ED03L;

  private long first;
  private long second;

  /** Of no entry. */
  public Digest() {}

  /** One more. */
  void add(Entry entry) {
    first += hash(entry, FIRST_SEED);
    second += hash(entry, SECOND_SEED);
  }

  /** One that was added is there no more. */
  void remove(Entry entry) {
    first -= hash(entry, FIRST_SEED);
    second -= hash(entry, SECOND_SEED);
  }

  /** The sixteen bytes of it. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(first).putLong(second).array();
  }

  private static long hash(Entry entry, long seed) {
    long hash = mix(seed ^ entry.clock());
    hash = mix(hash ^ entry.origin());
    hash = mix(hash ^ word(entry.key()));
    if (entry.isTombstone()) {
      return mix(~hash);
    }
    return mix(hash ^ word(entry.value()));
  }

  private static long word(String bytes) {
    return ((long) bytes.hashCode() << Integer.SIZE) | bytes.length();
  }

  /**
   * The finalizer of SplitMix64 (Steele, Lea, Flood 2014): each bit in changes half of those out.
   */
  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
