package org.rkv.store;

/**
 * What a client's operation did.
 *
 * @param entry what the store now holds for the key, a tombstone included; null if it holds
 *     nothing, or refused to look
 * @param replaced the live entry that was overwritten or deleted, or null
 */
public record Change(Outcome outcome, Entry entry, Entry replaced) {
  /** Whether the store was changed. */
  public boolean accepted() {
    return outcome == Outcome.OK || outcome == Outcome.REPLACED;
  }

  static Change refused(Outcome outcome) {
    return new Change(outcome, null, null);
  }
}
