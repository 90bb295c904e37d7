package org.rkv.store;

import java.security.SecureRandom;

/**
 * Spreads keys so that nobody outside can choose many that come to lie together: SipHash-1-3
 * (Aumasson, Bernstein 2012) over a key's bytes, under a seed of the process. What replicas compare
 * must not depend on it, as each has a seed of its own. Immutable, thread-safe.
 */
public final class KeyHash {
  private final long first;
  private final long second;

  /**
   * With a seed that is known, so that a run can be repeated.
   *
   * @param first the first half of the seed
   * @param second the second half
   */
  public KeyHash(long first, long second) {
    this.first = first;
    this.second = second;
  }

  /** With a seed that nobody can guess. */
  public static KeyHash random() {
    SecureRandom random = new SecureRandom();
    return new KeyHash(random.nextLong(), random.nextLong());
  }

  /** 32 bits, each as good as any other. Two strings of equal bytes have the same. */
  int of(String key) {
    return (int) (sipHash(key) >>> Integer.SIZE);
  }

  /** All 64 bits of it; a char is a byte. */
  long sipHash(String key) {
    int lastWord = key.length() & -Long.BYTES;
    long v0 = first ^ 0x736f6d6570736575L;
    long v1 = second ^ 0x646f72616e646f6dL;
    long v2 = first ^ 0x6c7967656e657261L;
    long v3 = second ^ 0x7465646279746573L;
    for (int at = 0; at <= lastWord; at += Long.BYTES) {
      long word = at < lastWord ? word(key, at) : lastWord(key, at);
      v3 ^= word;
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32) + v3;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 = Long.rotateLeft(v2, 32);
      v0 ^= word;
    }
    v2 ^= 0xff;
    for (int round = 0; round < 3; round++) {
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32) + v3;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 = Long.rotateLeft(v2, 32);
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }

  /** Eight bytes, the first one lowest. */
  private static long word(String key, int at) {
    return half(key, at) | half(key, at + Integer.BYTES) << Integer.SIZE;
  }

  private static long half(String key, int at) {
    int bytes =
        key.charAt(at)
            | key.charAt(at + 1) << 8
            | key.charAt(at + 2) << 16
            | key.charAt(at + 3) << 24;
    return bytes & 0xffffffffL;
  }

  /** What is left, likewise, and the lowest byte of the length above it. */
  private static long lastWord(String key, int at) {
    long word = 0;
    for (int i = key.length() - 1; i >= at; i--) {
      word = word << Byte.SIZE | key.charAt(i);
    }
    return word | (long) key.length() << 56;
  }
}
