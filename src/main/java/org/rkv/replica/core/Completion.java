package org.rkv.replica.core;

import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.Peers;
import org.rkv.store.Entry;

/**
 * Brings an entry that a failed or broken-off write left behind to every peer, under the entry's
 * own stamp. Whoever holds it may do so, several at once too: it comes to the same.
 */
final class Completion extends Operation {
  private final Entry entry;
  private final Backlog.Waiting begun;
  private final Settling settling;

  /**
   * Makes an operation that has sent nothing.
   *
   * @param entry what is held for the key now
   * @param begun the write on whose account this is done: the same, or older
   */
  Completion(Entry entry, Peers peers, Settling settling, Backlog.Waiting begun) {
    super(peers);
    this.entry = entry;
    this.settling = settling;
    this.begun = begun;
  }

  /** Sends the entry to all peers at once. */
  void begin() {
    Replication replication = new Replication();
    peers().replicate(members(), entry, settling.announcedWatermark(), replication);
    replication.begun();
  }

  /** Nothing is lost: the entry stays unsettled, and its turn comes again. */
  @Override
  void failed(Peer peer, String reason) {
    settling.completionEnded(begun, entry, false);
  }

  private final class Replication extends Round {
    Replication() {
      super(members());
    }

    @Override
    boolean agrees(int index, XdrAble result) {
      return Write.agrees(((XdrInt) result).intValue());
    }

    @Override
    void complete() {
      if (end()) {
        settling.completionEnded(begun, entry, true);
      }
    }
  }
}
