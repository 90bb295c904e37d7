package org.rkv.store;

/**
 * What came of merging what another replica accepted.
 *
 * @param before what the store held for the key, a tombstone included; null if it held nothing
 * @param after what it holds now
 */
public record MergeResult(Entry before, Entry after) {
  /** Whether the store was changed: it held nothing, or something older. */
  public boolean changed() {
    return before == null || !before.stamp().equals(after.stamp());
  }
}
