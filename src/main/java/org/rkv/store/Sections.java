package org.rkv.store;

/**
 * Divides keys into sections, in which replicas compare what they hold, and says what an entry
 * comes to there: by its key, its stamp and its kind. No two writes have the same stamp, so the
 * value says nothing besides. It is the same in every process, unlike {@link KeyHash}; whoever
 * chooses keys that lie together makes one section larger than the others, which is then sent as a
 * whole more often, and no more. The hash has no key: no client chooses a stamp, though it may
 * learn what its own writes got. Immutable, thread-safe.
 */
public class Sections {
  /** Of a replica. */
  public static final int COUNT = 65_536;

  private static final long FIRST_SEED = 0xA0761D6478BD642FL;
  private static final long SECOND_SEED = 0xE7037ED1A0B428DBL;

  private final int count;
  private final int shift;

  /**
   * With fewer, several keys of a few share one.
   *
   * @param count a power of two, from 2 on to {@link #COUNT}
   */
  public Sections(int count) {
    if (count < 2 || count > COUNT || Integer.bitCount(count) != 1) {
      throw new IllegalArgumentException("no number of sections: " + count);
    }
    this.count = count;
    shift = Long.numberOfLeadingZeros(count) + 1;
  }

  /** How many there are. */
  public final int count() {
    return count;
  }

  /** Which one a key is in. */
  public final int of(String key) {
    return (int) (mix(key.hashCode()) >>> shift);
  }

  /**
   * What an entry comes to where it is alone: two that are equal are the same write of the same
   * key.
   *
   * @param salt nobody else knows it beforehand
   */
  public final long fingerprint(Entry entry, long salt) {
    String key = entry.key();
    long clock = entry.clock();
    long origin = entry.origin();
    return fold(
        hash(FIRST_SEED, key, clock, origin, entry.isTombstone()),
        hash(SECOND_SEED, key, clock, origin, entry.isTombstone()),
        salt);
  }

  final long first(Cell cell) {
    return hash(FIRST_SEED, cell.key(), cell.clock(), cell.origin(), cell.isTombstone());
  }

  final long second(Cell cell) {
    return hash(SECOND_SEED, cell.key(), cell.clock(), cell.origin(), cell.isTombstone());
  }

  /** One of the two halves of what an entry comes to. */
  protected long hash(long seed, String key, long clock, long origin, boolean isTombstone) {
    long hash = mix(seed ^ clock);
    hash = mix(hash ^ origin);
    hash = mix(hash ^ ((long) key.hashCode() << Integer.SIZE | key.length()));
    return isTombstone ? ~hash : hash;
  }

  /** Half as long: what somebody made equal in that on purpose is not so under another salt. */
  static long fold(long first, long second, long salt) {
    return mix(mix(first ^ salt) ^ mix(second + salt));
  }

  /** The finalizer of SplitMix64, as in {@link Digest}. */
  protected static long mix(long bits) {
    return Digest.mix(bits);
  }
}
