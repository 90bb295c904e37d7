package org.rkv.replica.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.rkv.net.Timers;
import org.rkv.oncrpc.GroupClient;
import org.rkv.oncrpc.ReplyCollector;
import org.rkv.oncrpc.Xids;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.TakenOut;
import org.rkv.rpc.kvClient;

/**
 * The peers that were taken out of the replica file and may not know it yet. Each is told so before
 * its links end, and nothing becomes settled without it until it has answered, and answers no
 * client any more, or has been silent for a peer timeout. Belongs to the replica's thread.
 */
final class Departures {
  private final Timers timers;
  private final long timeoutMillis;
  private final Runnable changed;
  private final GroupClient client;
  private final kvClient stub;
  private final List<Peer> pending = new ArrayList<>();

  /**
   * Nobody departs.
   *
   * @param changed called when one has gone
   */
  Departures(Xids xids, Timers timers, long timeoutMillis, Runnable changed)
      throws OncRpcException, IOException {
    this.timers = timers;
    this.timeoutMillis = timeoutMillis;
    this.changed = changed;
    client = new GroupClient(KvProgram.PROGRAM, xids, false);
    stub = new kvClient(client);
  }

  /**
   * Tells it, and ends its links when it has answered or its time is over.
   *
   * @param list that it is not in any more
   */
  void tell(Peer peer, List<Listing> list) {
    pending.add(peer);
    TakenOut message = new TakenOut();
    message.list = PeerMessages.listed(list);
    client.to(List.of(peer.link()), new Told(peer));
    try {
      stub.RTAKENOUT_1(message);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("our list could not be encoded", e);
    }
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  /** This incarnation is over. */
  void close() {
    List.copyOf(pending).forEach(this::gone);
  }

  private void gone(Peer peer) {
    if (pending.remove(peer)) {
      peer.dismiss("no longer in the replica file");
      changed.run();
    }
  }

  /** What becomes of one that is told. */
  private final class Told implements ReplyCollector {
    private final Peer peer;

    Told(Peer peer) {
      this.peer = peer;
    }

    @Override
    public void answered(int index, XdrAble result) {
      timers.schedule(0, () -> gone(peer)); // not within a call that came from its link
    }

    @Override
    public void failed(int index, String reason) {
      peer.dismiss("no longer in the replica file");
      long deadMillis = TimeUnit.NANOSECONDS.toMillis(timers.nanoTime() - peer.lostNanos());
      timers.schedule(Math.max(0, timeoutMillis - deadMillis), () -> gone(peer));
    }
  }
}
