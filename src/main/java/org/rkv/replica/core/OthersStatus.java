package org.rkv.replica.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.acplt.oncrpc.XdrAble;
import org.rkv.net.Timers;
import org.rkv.oncrpc.ReplyCollector;
import org.rkv.replica.peer.Peer;
import org.rkv.rpc.Status;

/**
 * How the others are and whom they see, as they say themselves; they are asked only while somebody
 * wants to know. Belongs to the replica's thread.
 */
final class OthersStatus {
  /** What was said longer ago says nothing any more. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final PeerCalls calls;
  private final Timers timers;
  private final Map<Peer, Said> said = new HashMap<>();

  private record Said(Status status, long nanos) {}

  OthersStatus(PeerCalls calls, Timers timers) {
    this.calls = calls;
    this.timers = timers;
  }

  /** Asks all that can be asked; what they say is there a moment later. */
  void ask() {
    List<Peer> peers = calls.peers().all();
    said.keySet().retainAll(peers);
    for (Peer peer : peers) {
      if (peer.isAdmitted()) {
        calls.status(peer, new Answer(peer));
      }
    }
  }

  /** What each peer said last, in their order; null where it has said nothing lately. */
  Status[] latest() {
    List<Peer> peers = calls.peers().all();
    Status[] latest = new Status[peers.size()];
    for (int i = 0; i < latest.length; i++) {
      Said one = said.get(peers.get(i));
      boolean counts = one != null && peers.get(i).isAdmitted();
      latest[i] = counts && timers.nanoTime() - one.nanos() < FRESH_NANOS ? one.status() : null;
    }
    return latest;
  }

  private final class Answer implements ReplyCollector {
    private final Peer peer;

    Answer(Peer peer) {
      this.peer = peer;
    }

    @Override
    public void answered(int index, XdrAble result) {
      said.put(peer, new Said((Status) result, timers.nanoTime()));
    }

    /** One that does not answer is lost by its link's deadline. */
    @Override
    public void failed(int index, String reason) {
      said.remove(peer);
    }
  }
}
