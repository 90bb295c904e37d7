package org.rkv.store;

/**
 * What a client's PUT or DEL did.
 *
 * @param entry what the store now holds for the key, a tombstone included; null if it holds
 *     nothing, or refused to look
 * @param before what the store held for the key before it was changed, a tombstone included, or
 *     null; null as well if nothing was changed
 */
public record Change(Outcome outcome, Entry entry, Entry before) {
  /** Whether the store was changed. */
  public boolean accepted() {
    return outcome == Outcome.OK || outcome == Outcome.REPLACED;
  }

  /** The live entry that was overwritten or deleted, or null. */
  public Entry replaced() {
    return before == null || before.isTombstone() ? null : before;
  }

  static Change refused(Outcome outcome) {
    return new Change(outcome, null, null);
  }
}
