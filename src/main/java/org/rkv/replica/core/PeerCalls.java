package org.rkv.replica.core;

import java.io.IOException;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrVoid;
import org.rkv.net.Channel;
import org.rkv.net.Timers;
import org.rkv.oncrpc.GroupClient;
import org.rkv.oncrpc.ReplyCollector;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.epoch.Epochs;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.Peers;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.DigestsAsked;
import org.rkv.rpc.SectionsAsked;
import org.rkv.rpc.Settled;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvClient;
import org.rkv.store.Entry;

/**
 * What a replica asks its peers. Each call goes through the one stub that jrpcgen made, with a
 * client under it that stands for a whole group: it is encoded once, sent to all at the same time,
 * and returns; the answers come back later, to a {@link ReplyCollector}. Belongs to the replica's
 * thread.
 */
final class PeerCalls {
  private final LocalReplica self;
  private final Peers peers;
  private final Timers timers;
  private final GroupClient group;
  private final kvClient stub;

  PeerCalls(LocalReplica self, Peers peers, Timers timers) throws OncRpcException, IOException {
    this.self = self;
    this.peers = peers;
    this.timers = timers;
    group = new GroupClient(KvProgram.PROGRAM, peers.xids(), false);
    stub = new kvClient(group);
  }

  /** Who can be asked. */
  Peers peers() {
    return peers;
  }

  /**
   * RPUT_1, or RDEL_1 for a tombstone, at each of these peers.
   *
   * @param epochs of the operation
   */
  void replicate(
      List<Peer> to, Entry entry, long ownWatermark, long epochs, ReplyCollector replies) {
    address(to, Channel.isLarge(entry.textBytes()), replies);
    try {
      if (entry.isTombstone()) {
        stub.RDEL_1(Messages.del(entry, ownWatermark, epochs));
      } else {
        stub.RPUT_1(Messages.put(entry, ownWatermark, epochs));
      }
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("an entry could not be encoded", e);
    }
  }

  /**
   * RGET_1 at each of these peers.
   *
   * @param textBytes of the key and of the value that is probably the answer
   * @param epochs of the operation
   */
  void rget(List<Peer> to, String key, int textBytes, long epochs, ReplyCollector replies) {
    address(to, Channel.isLarge(textBytes), replies);
    try {
      stub.RGET_1(Messages.ask(key, epochs));
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a key could not be encoded", e);
    }
  }

  /** RSCAN_1 at one peer. */
  void rscan(Peer source, Cursor cursor, ReplyCollector replies) {
    group.to(List.of(source.largeLink()), replies); // a page is large
    try {
      stub.RSCAN_1(cursor);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a cursor could not be encoded", e);
    }
  }

  /** RDIGESTS_1 at one peer, from a section on. */
  void rdigests(Peer source, int section, long salt, ReplyCollector replies) {
    DigestsAsked asked = new DigestsAsked();
    asked.section = section;
    asked.salt = salt;
    group.to(List.of(source.largeLink()), replies);
    try {
      stub.RDIGESTS_1(asked);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a number could not be encoded", e);
    }
  }

  /** RSECTIONS_1 at one peer. */
  void rsections(Peer source, SectionsAsked asked, ReplyCollector replies) {
    group.to(List.of(source.largeLink()), replies);
    try {
      stub.RSECTIONS_1(asked);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("sections could not be encoded", e);
    }
  }

  /** STATUS_1 at one peer. */
  void status(Peer of, ReplyCollector replies) {
    group.to(List.of(of.link()), replies);
    try {
      stub.STATUS_1();
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("nothing could not be encoded", e);
    }
  }

  /**
   * RSETTLED_1 at all peers: our state, and our watermark.
   *
   * @param epochs what others may be told that we have gone through
   * @param full whether our disk is full
   * @param told called when each has answered, or cannot be reached
   */
  void announce(long ownWatermark, Epochs epochs, boolean full, Runnable told) {
    Settled settled = new Settled();
    settled.state = self.state();
    settled.clock = ownWatermark;
    settled.limit = self.limit();
    settled.epochs = epochs.hash();
    settled.full = full;
    Announcement announcement = new Announcement(peers.all(), told);
    address(peers.all(), false, announcement);
    try {
      stub.RSETTLED_1(settled);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a watermark could not be encoded", e);
    }
    announcement.begun();
  }

  /**
   * NULL on the links that no announcement goes over: so one that nothing comes through is noticed
   * before a write needs it, and none is closed for being idle.
   */
  void beat() {
    if (!peers.haveLargeLinks()) {
      return;
    }
    address(peers.all(), true, new Announcement(peers.all(), () -> {}));
    try {
      group.call(0, kv.KVVERSION, XdrVoid.XDR_VOID, XdrVoid.XDR_VOID);
    } catch (OncRpcException e) {
      throw new IllegalStateException("nothing could not be encoded", e);
    }
  }

  private void address(List<Peer> to, boolean large, ReplyCollector replies) {
    group.to(peers.links(to, large), replies);
  }

  /**
   * An announcement mostly needs no answer; a peer that gives none is lost by its link's deadline.
   * One that refuses it takes us for no replica any more: the next greeting tells why.
   */
  private final class Announcement implements ReplyCollector {
    private final List<Peer> audience;
    private final Runnable told;
    private final long toldNanos = timers.nanoTime();
    private int awaited;

    Announcement(List<Peer> audience, Runnable told) {
      this.audience = audience;
      this.told = told;
      awaited = audience.size();
    }

    /** The calls have been made. */
    void begun() {
      if (audience.isEmpty()) {
        told.run();
      }
    }

    @Override
    public void answered(int index, XdrAble result) {
      audience.get(index).told().answered(toldNanos);
      oneLess();
    }

    @Override
    public void failed(int index, String reason) {
      Peer peer = audience.get(index);
      if (peer.isAdmitted() && !reason.equals(GroupClient.NOT_SENT)) {
        peer.disconnect(reason);
      }
      oneLess();
    }

    private void oneLess() {
      if (--awaited == 0) {
        told.run();
      }
    }
  }
}
