package org.rkv.replica.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.net.Network;
import org.rkv.net.Timers;
import org.slf4j.Logger;

/**
 * Sees to it that the peers are those of the replica file, when this replica begins and whenever
 * the file has changed. Belongs to the replica's thread.
 */
public final class Membership {
  private final LocalReplica self;
  private final Peers peers;
  private final Hearing hearing;
  private final Network network;
  private final Timers timers;
  private final long timeoutMillis;
  private final Peers.Listener listener;
  private final Logger log;

  /**
   * Changes nothing before the first {@link #set}.
   *
   * @param timeoutMillis for a connection to a peer to come up, and for each call to it
   */
  public Membership(
      LocalReplica self,
      Peers peers,
      Hearing hearing,
      Network network,
      Timers timers,
      long timeoutMillis,
      Peers.Listener listener,
      Logger log) {
    this.self = self;
    this.peers = peers;
    this.hearing = hearing;
    this.network = network;
    this.timers = timers;
    this.timeoutMillis = timeoutMillis;
    this.listener = listener;
    this.log = log;
  }

  /**
   * From now on these are the peers. Where entries are only spelled in another way nothing else
   * changes. Otherwise the operations under way fail, who was taken out is told so, and all others
   * are greeted anew, since they have to know the new list.
   *
   * @throws OncRpcException never in practice; Remote Tea declares it, as well as IOException
   */
  public void set(List<ReplicaAddress> addresses) throws OncRpcException, IOException {
    List<Peer> all = peers.all();
    ListComparison pairs =
        new ListComparison(
            addresses.stream().map(PeerEntry::new).map(PeerEntry::listing).toList(),
            all.stream().map(peer -> peer.entry().listing()).toList());
    List<Peer> next = new ArrayList<>();
    List<Peer> fresh = new ArrayList<>();
    List<Peer> gone = new ArrayList<>(all);
    for (int i = 0; i < addresses.size(); i++) {
      int former = pairs.indexOfPartner(i);
      if (former >= 0) {
        Peer peer = all.get(former);
        peer.setAddress(addresses.get(i));
        gone.remove(peer);
        next.add(peer);
      } else {
        Peer peer = peerAt(addresses.get(i));
        fresh.add(peer);
        next.add(peer);
      }
    }
    peers.use(next);
    if (gone.isEmpty() && fresh.isEmpty()) {
      listener.changed();
      return;
    }
    listener.listChanged("the replica file names other replicas");
    peers.depart(gone);
    for (Peer peer : next) {
      if (!fresh.contains(peer)) {
        peer.greetAnew("our replica file has changed");
      }
    }
    fresh.forEach(Peer::open);
    listener.changed();
  }

  private Peer peerAt(ReplicaAddress address) throws OncRpcException, IOException {
    return new Peer(
        address,
        self,
        peers.xids(),
        peers::list,
        peer -> new Greeting(peer, self, hearing),
        peer -> new Probe(peer, hearing),
        network,
        timers,
        timeoutMillis,
        log);
  }
}
