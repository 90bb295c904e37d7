package org.rkv.replica.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrVoid;
import org.rkv.net.Network;
import org.rkv.net.Timers;
import org.rkv.oncrpc.GroupClient;
import org.rkv.oncrpc.Link;
import org.rkv.oncrpc.ReplyCollector;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.core.Messages;
import org.rkv.replica.core.Operation;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.Put;
import org.rkv.rpc.ReplicaInfo;
import org.rkv.rpc.ReplicaList;
import org.rkv.rpc.Settled;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvClient;
import org.rkv.store.Entry;
import org.slf4j.Logger;

/**
 * All the other replicas of the replica file. A call to them goes through the one stub that jrpcgen
 * made, with a client under it that stands for the whole group: it is encoded once, sent to all at
 * the same time, and the answers come back later.
 */
public final class Peers {
  /** Hears what becomes of the peers. */
  public interface Listener {
    /** A peer was admitted or lost, said something new of itself, or the list has changed. */
    void peersChanged();

    /** A peer says that we are not in its replica file. */
    void disowned(Peer by);

    /** A serving peer says that we were out of its replica file: what we hold may be old. */
    void stale(Peer by);
  }

  /** An operation takes two rounds of calls at most; some time goes for the work itself. */
  private static final double OPERATION_TIMEOUTS = 2.5;

  private static final int REMEMBERED_LIVES = 1000;

  private final LocalReplica self;
  private final Network network;
  private final Timers timers;
  private final long timeoutMillis;
  private final Logger log;
  private final GroupClient group = new GroupClient(KvProgram.PROGRAM, false);
  private final kvClient stub = new kvClient(group);

  /** Encoded before a call returns, and so the same for all calls. */
  private final Put put = Messages.emptyPut();

  private final Set<Operation> underWay = new LinkedHashSet<>();
  private final Set<Long> expelled = Collections.newSetFromMap(new BoundedMap<>(REMEMBERED_LIVES));
  private List<Peer> all = List.of();
  private List<Link> links = List.of();
  private List<Link> bulkLinks = List.of();
  private Listener listener;

  public Peers(LocalReplica self, Network network, Timers timers, long timeoutMillis, Logger log)
      throws OncRpcException, IOException {
    this.self = self;
    this.network = network;
    this.timers = timers;
    this.timeoutMillis = timeoutMillis;
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

  public void listener(Listener newListener) {
    listener = newListener;
  }

  /**
   * From now on these are the peers. Links to those that stay are kept; with the others every
   * connection ends, the operations that wait for them fail, and the lives that were expelled have
   * to start anew should they come back.
   *
   * <p>When one is added, all operations under way fail, since they do not ask it: it may scan a
   * peer that has not got the write yet, and would never get it if the others made it a success.
   */
  public void set(List<ReplicaAddress> addresses) throws OncRpcException, IOException {
    List<Peer> next = new ArrayList<>();
    List<Peer> fresh = new ArrayList<>();
    List<Peer> gone = new ArrayList<>(all);
    for (ReplicaAddress address : addresses) {
      Peer peer = find(address);
      if (peer == null) {
        peer = new Peer(address, self, this, network, timers, timeoutMillis, log);
        fresh.add(peer);
      }
      gone.remove(peer);
      next.add(peer);
    }
    use(next);
    for (Peer peer : gone) {
      if (peer.origin() != 0) {
        expelled.add(peer.origin());
      }
      peer.dismiss("no longer in the replica file");
    }
    for (Peer peer : fresh) {
      for (Operation operation : underWay.toArray(new Operation[0])) {
        operation.fail(peer, "it has been added to the replica file");
      }
      peer.open();
    }
    listener.peersChanged();
  }

  /** Ends all links: this life of the replica is over. */
  public void close() {
    List<Peer> gone = all;
    use(List.of());
    gone.forEach(peer -> peer.dismiss("the replica begins a new life"));
  }

  private void use(List<Peer> next) {
    all = List.copyOf(next);
    links = all.stream().map(Peer::link).toList();
    bulkLinks = all.stream().map(Peer::bulkLink).toList();
  }

  private Peer find(ReplicaAddress address) {
    for (Peer peer : all) {
      if (peer.address().isAtSamePlaceAs(address)) {
        peer.address(address);
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

  boolean isExpelled(long origin) {
    return expelled.contains(origin);
  }

  /** Whether this replica is alone. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** The peers of this moment; the list does not change. */
  public List<Peer> all() {
    return all;
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

  /** RPUT_1, or RDEL_1 for a tombstone, at each of these peers. */
  public void replicate(List<Peer> to, Entry entry, long ownWatermark, ReplyCollector answers) {
    address(to, Link.isLarge(entry.textBytes()), answers);
    try {
      if (entry.isTombstone()) {
        stub.RDEL_1(Messages.del(entry, ownWatermark));
      } else {
        Messages.fill(put, entry, ownWatermark);
        stub.RPUT_1(put);
      }
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("an entry could not be encoded", e);
    }
  }

  /**
   * RGET_1 at each of these peers.
   *
   * @param textBytes of the key and of the value that is probably the answer
   */
  public void rget(List<Peer> to, String key, int textBytes, ReplyCollector answers) {
    address(to, Link.isLarge(textBytes), answers);
    try {
      stub.RGET_1(key);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a key could not be encoded", e);
    }
  }

  /** RSCAN_1 at one peer. */
  public void rscan(Peer source, Cursor cursor, ReplyCollector answers) {
    group.to(List.of(source.bulkLink()), answers); // a page is large
    try {
      stub.RSCAN_1(cursor);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a cursor could not be encoded", e);
    }
  }

  /** RSETTLED_1 at all peers: our state, and our watermark. */
  public void announce(long ownWatermark) {
    Settled settled = new Settled();
    settled.state = self.state();
    settled.clock = ownWatermark;
    address(all, false, new Heard(all));
    try {
      stub.RSETTLED_1(settled);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a watermark could not be encoded", e);
    }
  }

  /**
   * NULL on the links that no announcement goes over: so one that nothing comes through is noticed
   * before a write needs it, and none is closed for being idle.
   */
  public void beat() {
    if (bulkLinks.equals(links)) {
      return;
    }
    address(all, true, new Heard(all));
    try {
      group.call(0, kv.KVVERSION, XdrVoid.XDR_VOID, XdrVoid.XDR_VOID);
    } catch (OncRpcException e) {
      throw new IllegalStateException("nothing could not be encoded", e);
    }
  }

  private void address(List<Peer> to, boolean large, ReplyCollector answers) {
    List<Link> ofAll = large ? bulkLinks : links;
    group.to(
        to == all ? ofAll : to.stream().map(large ? Peer::bulkLink : Peer::link).toList(), answers);
  }

  /**
   * An announcement needs no answer; a peer that gives none is lost by its link's deadline. One
   * that refuses it takes us for no replica any more: the next greeting tells why.
   */
  private static final class Heard implements ReplyCollector {
    private final List<Peer> told;

    Heard(List<Peer> told) {
      this.told = told;
    }

    @Override
    public void answered(int index, XdrAble result) {}

    @Override
    public void failed(int index, String reason) {
      Peer peer = told.get(index);
      if (peer.isAdmitted() && !reason.equals(GroupClient.NOT_SENT)) {
        peer.disconnect(reason);
      }
    }
  }

  /** When an operation that begins now has failed at the latest. */
  public long operationDeadlineNanos() {
    return timers.coarseNanoTime() + TimeUnit.MILLISECONDS.toNanos(operationTimeoutMillis());
  }

  /** After this time an operation is decided, whatever its peers do. */
  public long operationTimeoutMillis() {
    return (long) (OPERATION_TIMEOUTS * timeoutMillis);
  }

  public boolean isPast(long deadlineNanos) {
    return timers.nanoTime() - deadlineNanos > 0;
  }

  public void began(Operation operation) {
    underWay.add(operation);
  }

  public void ended(Operation operation) {
    underWay.remove(operation);
  }

  void admitted(Peer peer) {
    if (all.contains(peer)) {
      listener.peersChanged();
    }
  }

  /** The connection to a peer has ended: what it answered to operations under way is void. */
  void lost(Peer peer, String reason) {
    for (Operation operation : underWay.toArray(new Operation[0])) {
      operation.lost(peer, reason);
    }
    if (all.contains(peer)) {
      listener.peersChanged();
    }
  }

  void disowned(Peer by) {
    listener.disowned(by);
  }

  void stale(Peer by) {
    listener.stale(by);
  }

  /** The replica file may name the host it stands on: that name is no peer. */
  void isOurselves(Peer peer) {
    drop(peer, "replica " + peer.name() + " in the replica file is this one");
  }

  /** Whether another name stands for the same life; if so, this name is dropped. */
  boolean isDouble(Peer peer, long origin) {
    for (Peer other : all) {
      if (other != peer && other.isAdmitted() && other.origin() == origin) {
        other.isAlso(peer);
        drop(peer, "replicas " + other.name() + " and " + peer.name() + " are one");
        return true;
      }
    }
    return false;
  }

  private void drop(Peer peer, String why) {
    log.info("{}", why);
    List<Peer> rest = new ArrayList<>(all);
    rest.remove(peer);
    use(rest);
    peer.dismiss(why);
    listener.peersChanged();
  }

  /**
   * A replica has greeted us, and proved itself if that is asked for. If that is another life than
   * the one that our links know, what that one answered is void, and the links are made anew.
   */
  void heardFrom(Peer peer, long origin, int state) {
    if (peer.isKnownAsAnother(origin)) {
      peer.disconnect("it has restarted");
    } else {
      peer.state(state);
      listener.peersChanged();
    }
  }

  /** A peer has told its state. */
  public void heardState(Peer peer, long origin, int state) {
    if (peer.isAdmitted() && peer.origin() == origin && peer.isServing() != isServing(state)) {
      peer.state(state);
      listener.peersChanged();
    }
  }

  private static boolean isServing(int state) {
    return state == kv.REPLICA_SERVING;
  }

  /** Whether it is known of every peer where it calls from; else a stranger may be one of them. */
  boolean areAllLocated() {
    return all.stream().allMatch(Peer::isLocated);
  }

  /** All replicas, this one first. */
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
