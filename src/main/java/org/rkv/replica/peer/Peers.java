package org.rkv.replica.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.net.Network;
import org.rkv.net.Timers;
import org.rkv.oncrpc.Link;
import org.rkv.rpc.ReplicaInfo;
import org.rkv.rpc.ReplicaList;
import org.rkv.rpc.kv;
import org.slf4j.Logger;

/**
 * All the other replicas of the replica file, and what is known of each. Calls to them are made
 * elsewhere: by PeerCalls, in the core. Belongs to the replica's thread.
 */
public final class Peers {
  /** Hears what becomes of the peers. */
  public interface Listener {
    /** A peer was admitted or lost, said something new of itself, or the list has changed. */
    void changed();

    /** A peer has come into the list: no operation under way has asked it. */
    void added(Peer peer);

    /** The connection to a peer has ended: what it answered to operations under way is void. */
    void lost(Peer peer, String reason);

    /** A peer says that we are not in its replica file. */
    void disowned(Peer by);

    /** A serving peer says that we were out of its replica file: what we hold may be old. */
    void expelled(Peer by);
  }

  private static final int MAX_REMEMBERED_INCARNATIONS = 1000;

  private final LocalReplica self;
  private final Network network;
  private final Timers timers;
  private final long timeoutMillis;
  private final Logger log;
  private final Listener listener;
  private final PeerListener events = new PeerListener();
  private final Set<Long> expelled =
      Collections.newSetFromMap(new BoundedMap<>(MAX_REMEMBERED_INCARNATIONS));
  private List<Peer> all = List.of();
  private List<Link> links = List.of();
  private List<Link> largeLinks = List.of();

  /**
   * An empty list.
   *
   * @param timeoutMillis for a connection to a peer to come up, and for each call to it
   */
  public Peers(
      LocalReplica self,
      Network network,
      Timers timers,
      long timeoutMillis,
      Listener listener,
      Logger log) {
    this.self = self;
    this.network = network;
    this.timers = timers;
    this.timeoutMillis = timeoutMillis;
    this.listener = listener;
    this.log = log;
  }

  /** Forgets the oldest when it is full. */
  private static final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;
    private final int bound;

    BoundedMap(int bound) {
      this.bound = bound;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > bound;
    }
  }

  /**
   * From now on these are the peers. Links to those that stay are kept; with the others every
   * connection ends, the operations that wait for them fail, and the incarnations that were
   * expelled have to start anew should they come back.
   *
   * <p>When one is added, all operations under way fail, since they do not ask it: it may scan a
   * peer that has not got the write yet, and would never get it if the others made it a success.
   *
   * @throws OncRpcException never in practice; Remote Tea declares it, as well as IOException
   */
  public void set(List<ReplicaAddress> addresses) throws OncRpcException, IOException {
    List<Peer> next = new ArrayList<>();
    List<Peer> fresh = new ArrayList<>();
    List<Peer> gone = new ArrayList<>(all);
    for (ReplicaAddress address : addresses) {
      Peer peer = find(address);
      if (peer == null) {
        peer = new Peer(address, self, events, network, timers, timeoutMillis, log);
        fresh.add(peer);
      }
      gone.remove(peer);
      next.add(peer);
    }
    use(next);
    for (Peer peer : gone) {
      if (peer.incarnation() != 0) {
        expelled.add(peer.incarnation());
      }
      peer.dismiss("no longer in the replica file");
    }
    for (Peer peer : fresh) {
      listener.added(peer);
      peer.open();
    }
    listener.changed();
  }

  /** Ends all links: this incarnation is over. */
  public void close() {
    List<Peer> gone = all;
    use(List.of());
    gone.forEach(peer -> peer.dismiss("the replica begins a new life"));
  }

  private void use(List<Peer> next) {
    all = List.copyOf(next);
    links = all.stream().map(Peer::link).toList();
    largeLinks = all.stream().map(Peer::largeLink).toList();
  }

  private Peer find(ReplicaAddress address) {
    for (Peer peer : all) {
      if (peer.address().isAtSamePlaceAs(address)) {
        peer.setAddress(address);
        return peer;
      }
    }
    return null;
  }

  /** The peer whose connection comes from this host and that listens at that port, or null. */
  Peer at(InetAddress host, int port) {
    for (Peer peer : all) {
      if (peer.isAt(host, port)) {
        return peer;
      }
    }
    return null;
  }

  /** Whether this incarnation of a replica was taken out of the list while it lived. */
  boolean isExpelled(long incarnation) {
    return expelled.contains(incarnation);
  }

  /** Whether this replica is alone. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** The peers of this moment; the list does not change. */
  public List<Peer> all() {
    return all;
  }

  /**
   * The links that calls to some peers go over.
   *
   * @param large for calls that are large, or have a large answer
   */
  public List<Link> links(List<Peer> to, boolean large) {
    if (to == all) {
      return large ? largeLinks : links;
    }
    return to.stream().map(large ? Peer::largeLink : Peer::link).toList();
  }

  /** Whether large calls go over links of their own. */
  public boolean haveLargeLinks() {
    return !largeLinks.equals(links);
  }

  /** Whether every peer can be asked now. */
  public boolean allAdmitted() {
    for (Peer peer : all) {
      if (!peer.isAdmitted()) {
        return false;
      }
    }
    return true;
  }

  /** Whether enough waits to be sent already for what need not be sent now to wait. */
  public boolean isSomeBusy() {
    return all.stream().anyMatch(Peer::isBusy);
  }

  /** Whether it is known of every peer where it calls from; else a stranger may be one of them. */
  boolean areAllLocated() {
    return all.stream().allMatch(Peer::isLocated);
  }

  /**
   * A replica has greeted us, and proved itself if that is asked for. If that is another
   * incarnation than the one that our links know, what that one answered is void, and the links are
   * made anew.
   */
  void greetedBy(Peer peer, long incarnation, int state) {
    if (peer.isKnownAsAnother(incarnation)) {
      peer.disconnect("it has restarted");
    } else {
      peer.setState(state);
      listener.changed();
    }
  }

  /** A peer has told its state. */
  public void heardState(Peer peer, long incarnation, int state) {
    if (peer.isAdmitted()
        && peer.incarnation() == incarnation
        && peer.isServing() != isServing(state)) {
      peer.setState(state);
      listener.changed();
    }
  }

  private static boolean isServing(int state) {
    return state == kv.REPLICA_SERVING;
  }

  private void drop(Peer peer, String why) {
    log.info("{}", why);
    List<Peer> rest = new ArrayList<>(all);
    rest.remove(peer);
    use(rest);
    peer.dismiss(why);
    listener.changed();
  }

  /** What the peers themselves tell. */
  private final class PeerListener implements Peer.Listener {
    /** The replica file may name the host it stands on: that name is no peer. */
    @Override
    public void leadsToOurselves(Peer peer) {
      drop(peer, "replica " + peer.name() + " in the replica file is this one");
    }

    @Override
    public boolean dropIfDuplicate(Peer peer, long incarnation) {
      for (Peer other : all) {
        if (other != peer && other.isAdmitted() && other.incarnation() == incarnation) {
          other.addOtherName(peer);
          drop(peer, "replicas " + other.name() + " and " + peer.name() + " are one");
          return true;
        }
      }
      return false;
    }

    @Override
    public void admitted(Peer peer) {
      if (all.contains(peer)) {
        listener.changed();
      }
    }

    @Override
    public void lost(Peer peer, String reason) {
      listener.lost(peer, reason);
      if (all.contains(peer)) {
        listener.changed();
      }
    }

    @Override
    public void disowned(Peer by) {
      listener.disowned(by);
    }

    @Override
    public void expelled(Peer by) {
      listener.expelled(by);
    }
  }

  /** What REPLICAS answers: all replicas, this one first. */
  public ReplicaList list() {
    ReplicaInfo[] replicas = new ReplicaInfo[all.size() + 1];
    replicas[0] = info(ReplicaAddress.shown(self.name(), self.port()), true);
    for (int i = 0; i < all.size(); i++) {
      replicas[i + 1] = info(all.get(i).address().shown(), all.get(i).isAdmitted());
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
