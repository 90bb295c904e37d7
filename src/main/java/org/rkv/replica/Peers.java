package org.rkv.replica;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.ReplicaInfo;
import org.rkv.rpc.ReplicaList;
import org.rkv.rpc.kvClient;
import org.rkv.store.Entry;
import org.rkv.wire.Answers;
import org.rkv.wire.GroupClient;
import org.rkv.wire.Link;
import org.rkv.wire.Network;
import org.rkv.wire.Timers;
import org.slf4j.Logger;

/**
 * All the other replicas of the replica file. A call to them goes through the one stub that jrpcgen
 * made, with a client under it that stands for the whole group: it is encoded once, sent to all at
 * the same time, and the answers come back later.
 */
public final class Peers {
  private final String ownName;
  private final Network network;
  private final Timers timers;
  private final long timeoutMillis;
  private final Logger log;
  private final GroupClient group = new GroupClient(KvProgram.PROGRAM, false);
  private final kvClient stub = new kvClient(group);
  private List<Peer> all = List.of();
  private List<Link> links = List.of();

  /**
   * Makes an empty list.
   *
   * @param ownName of this replica
   * @param timeoutMillis that a peer may take for an answer
   */
  public Peers(String ownName, Network network, Timers timers, long timeoutMillis, Logger log)
      throws OncRpcException, IOException {
    this.ownName = ownName;
    this.network = network;
    this.timers = timers;
    this.timeoutMillis = timeoutMillis;
    this.log = log;
  }

  /**
   * From now on these are the peers. Links to those that stay are kept; the others are closed, and
   * the operations that wait for them fail.
   */
  public void set(List<ReplicaAddress> addresses) throws OncRpcException, IOException {
    List<Peer> next = new ArrayList<>();
    List<Peer> fresh = new ArrayList<>();
    List<Peer> gone = new ArrayList<>(all);
    for (ReplicaAddress address : addresses) {
      Peer peer = find(address);
      if (peer == null) {
        peer = new Peer(address, network, timers, timeoutMillis, log);
        fresh.add(peer);
      }
      gone.remove(peer);
      next.add(peer);
    }
    all = List.copyOf(next);
    links = all.stream().map(Peer::link).toList();
    gone.forEach(peer -> peer.link().close("no longer in the replica file"));
    fresh.forEach(peer -> peer.link().open());
  }

  private Peer find(ReplicaAddress address) {
    for (Peer peer : all) {
      if (peer.address().equals(address)) {
        return peer;
      }
    }
    return null;
  }

  /** Whether this replica is alone. */
  boolean isEmpty() {
    return all.isEmpty();
  }

  /** The peers of this moment; the list does not change. */
  List<Peer> all() {
    return all;
  }

  /** RPUT_1, or RDEL_1 for a tombstone, at each of these peers. */
  void replicate(List<Peer> to, Entry entry, Answers answers) {
    address(to, answers);
    try {
      if (entry.isTombstone()) {
        stub.RDEL_1(Messages.del(entry, 0));
      } else {
        stub.RPUT_1(Messages.put(entry, 0));
      }
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("an entry could not be encoded", e);
    }
  }

  /** RGET_1 at each of these peers. */
  void rget(List<Peer> to, String key, Answers answers) {
    address(to, answers);
    try {
      stub.RGET_1(key);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a key could not be encoded", e);
    }
  }

  private void address(List<Peer> to, Answers answers) {
    group.to(to == all ? links : to.stream().map(Peer::link).toList(), answers);
  }

  /** All replicas, this one first. */
  ReplicaList list() {
    ReplicaInfo[] replicas = new ReplicaInfo[all.size() + 1];
    replicas[0] = info(ownName, true);
    for (int i = 0; i < all.size(); i++) {
      replicas[i + 1] = info(all.get(i).name(), all.get(i).isReachable());
    }
    return new ReplicaList(replicas);
  }

  private static ReplicaInfo info(String name, boolean reachable) {
    ReplicaInfo info = new ReplicaInfo();
    info.name = name;
    info.reachable = reachable;
    return info;
  }
}
