package org.rkv.replica.epoch;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * All of these incarnations together went on from what they held. Immutable.
 *
 * @param id the hash of all epochs before it and of the incarnations, so that all who take it, each
 *     for itself, draw the same
 * @param clock one more than the highest clock before it
 * @param incarnations who was in it
 */
public record Epoch(long id, long clock, SortedSet<Long> incarnations) {
  /** Keeps a copy. */
  public Epoch {
    incarnations = Collections.unmodifiableSortedSet(new TreeSet<>(incarnations));
  }

  /** 64 bits of SHA-256; never zero, which stands for no epoch. */
  static long hash(long first, Iterable<Long> others) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes(first));
      for (long other : others) {
        digest.update(bytes(other));
      }
      long hash = ByteBuffer.wrap(digest.digest()).getLong();
      return hash == 0 ? 1 : hash;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }
}
