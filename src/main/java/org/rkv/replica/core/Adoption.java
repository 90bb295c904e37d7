package org.rkv.replica.core;

import java.util.List;
import java.util.function.Consumer;
import org.rkv.net.Timers;
import org.rkv.store.Entry;
import org.rkv.store.Store;

/**
 * Makes what a replica has kept a part of what it is going to serve, where nobody serves whom it
 * could be copied from: nothing of it is known to be settled. Of a million entries, a few at a
 * time, so that whatever else the replica has to do is not kept waiting; what comes meanwhile
 * counts. Belongs to the replica's thread.
 */
final class Adoption {
  /** A few milliseconds' work. */
  private static final int ENTRIES_A_TURN = 500;

  private final Store kept;
  private final Consumer<Entry> mover;
  private final Consumer<Entry> finder;
  private final SegmentTurns turns;

  /** Where the entries are that are to be looked at. */
  private final Store walked;

  /**
   * Looks at nothing yet.
   *
   * @param kept goes over to the store: at once, if the store holds nothing
   * @param mover takes over an entry that is kept, if it is newer than what the store holds
   * @param finder is told of an entry that went over, and is not settled
   * @param done runs when all has been taken over
   */
  Adoption(
      Store store,
      Store kept,
      Consumer<Entry> mover,
      Consumer<Entry> finder,
      Timers timers,
      Runnable done) {
    this.kept = kept;
    this.mover = mover;
    this.finder = finder;
    walked = store.takeAllOf(kept) ? store : kept;
    turns = new SegmentTurns(walked.segments(), ENTRIES_A_TURN, this::lookAtSegment, timers, done);
  }

  /** Takes over the first; the rest later. */
  void begin() {
    turns.begin();
  }

  private int lookAtSegment(int index) {
    List<Entry> entries = walked.segment(index, null).toList();
    entries.forEach(this::adopt);
    return entries.size();
  }

  private void adopt(Entry entry) {
    if (walked == kept) {
      mover.accept(entry);
    } else if (!entry.settled()) {
      finder.accept(entry);
    }
  }

  /** No more is taken over. */
  void cancel() {
    turns.cancel();
  }
}
