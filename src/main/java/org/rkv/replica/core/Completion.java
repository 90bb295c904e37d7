package org.rkv.replica.core;

import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.rkv.replica.observe.Failure;
import org.rkv.store.Entry;

/**
 * Brings an entry that a failed or broken-off write left behind to every peer, under the entry's
 * own stamp. Whoever holds it may do so, several at once too: it comes to the same. Belongs to the
 * replica's thread.
 */
final class Completion extends Operation {
  /** Hears what came of it. */
  interface Listener {
    /**
     * The completion has done what it could.
     *
     * @param begun the write on whose account it was done: the same as the entry, or older
     * @param everywhere whether the entry is on every replica now; if not, its turn comes again
     */
    void completionEnded(Backlog.PendingWrite begun, Entry completed, boolean everywhere);
  }

  private final Entry entry;
  private final Backlog.PendingWrite begun;
  private final Listener listener;

  /**
   * Sends nothing yet.
   *
   * @param entry what is held for the key now
   * @param begun the write on whose account this is done: the same, or older
   */
  Completion(
      Entry entry,
      Backlog.PendingWrite begun,
      Operations operations,
      PeerCalls calls,
      Listener listener) {
    super(operations, calls);
    this.entry = entry;
    this.begun = begun;
    this.listener = listener;
  }

  /**
   * Sends the entry to all peers at once.
   *
   * @param ownWatermark goes with it
   */
  void begin(long ownWatermark) {
    CompletionRound replication = new CompletionRound();
    calls().replicate(members(), entry, ownWatermark, epochs(), replication);
    replication.begun();
  }

  @Override
  void failed(Failure why) {
    listener.completionEnded(begun, entry, false);
  }

  private void completed() {
    if (succeed()) {
      listener.completionEnded(begun, entry, true);
    }
  }

  private final class CompletionRound extends Round {
    CompletionRound() {
      super(members());
    }

    @Override
    boolean agrees(int index, XdrAble result) {
      return Codes.isApplied(((XdrInt) result).intValue());
    }

    @Override
    void complete() {
      whenSafe(entry.key(), Completion.this::completed);
    }
  }
}
