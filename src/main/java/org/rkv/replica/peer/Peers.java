package org.rkv.replica.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.net.Timers;
import org.rkv.oncrpc.Link;
import org.rkv.oncrpc.Xids;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.ReplicaInfo;
import org.rkv.rpc.ReplicaList;

/**
 * All the other replicas of the replica file, and those that were taken out of it and may not know
 * it yet. {@link Membership} says who they are, and {@link Hearing} hears what they say. Calls to
 * them are made elsewhere: by PeerCalls, in the core. Belongs to the replica's thread.
 */
public final class Peers {
  /** Hears what becomes of the peers. */
  public interface Listener {
    /** A peer was admitted, refused or lost, said something new of itself, or the list changed. */
    void changed();

    /** The list has other replicas than before: what is under way was asked of others. */
    void listChanged(String how);

    /** The connection to a peer has ended: what it answered to operations under way is void. */
    void lost(Peer peer, String reason);

    /** This peer serves as we do, and has gone through all that we have, and more. */
    void fellBehind(Peer peer);

    /** Another process has gone on with our data directory, or a copy of it, says this peer. */
    void isOld(Peer by);
  }

  private static final long OUR_OWN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LocalReplica self;
  private final Xids xids = new Xids();
  private final Departures departures;
  private final DepartedLimits departedLimits;
  private List<Peer> all = List.of();
  private List<Link> links = List.of();
  private List<Link> largeLinks = List.of();
  private SortedSet<Long> members;

  /**
   * An empty list.
   *
   * @param timeoutMillis how long one that was taken out may be silent before it counts as gone
   * @param listener hears what becomes of the peers
   * @throws OncRpcException never in practice; Remote Tea declares it, as well as IOException
   */
  public Peers(LocalReplica self, Timers timers, long timeoutMillis, Listener listener)
      throws OncRpcException, IOException {
    this.self = self;
    departedLimits = new DepartedLimits(timers);
    departures =
        new Departures(this::list, this::all, xids, timers, timeoutMillis, listener::changed);
  }

  /** Ends all links: this incarnation is over. */
  public void close() {
    List<Peer> gone = all;
    use(List.of());
    departures.close();
    gone.forEach(peer -> peer.dismiss("the replica begins anew"));
  }

  /** These are the peers from now on; nobody is told. */
  void use(List<Peer> next) {
    all = List.copyOf(next);
    links = all.stream().map(Peer::link).toList();
    largeLinks = all.stream().map(Peer::largeLink).toList();
    members = null;
  }

  /** These are in the list no more: tells them so, and ends the links to them when it may. */
  void depart(List<Peer> gone) {
    for (Peer peer : gone) {
      departedLimits.add(peer.told().limit());
      departures.begin(peer);
    }
  }

  /** Our list as we tell it: ourselves first. */
  List<Listing> list() {
    List<Listing> list = new ArrayList<>();
    list.add(self.listing());
    all.forEach(peer -> list.add(peer.entry().listing()));
    return list;
  }

  /** What we tell of ourselves. */
  Particulars particulars() {
    return PeerMessages.particulars(self, list());
  }

  /** The peer that our own link has met in this incarnation and process, or null. */
  Peer met(long incarnation, long start) {
    for (Peer peer : all) {
      if (peer.isMet(incarnation, start)) {
        return peer;
      }
    }
    return null;
  }

  /** Another one that is there, and has a copy of the data directory of this one; or null. */
  Peer withACopyOf(Peer peer) {
    for (Peer other : all) {
      boolean isThere = other.wasReachedLately() && other.told().state() != 0; // proved, if need be
      if (isThere && other.opening().isOfSameDirectoryAs(peer.opening())) {
        return other;
      }
    }
    return null;
  }

  /** Whether one that is admitted serves, so far as we have heard. */
  boolean someoneServes() {
    return all.stream().anyMatch(Peer::isServing);
  }

  /**
   * Somebody serves: what those that are admitted answer counts from now on, and another copy of
   * the directory of one of them may lack it.
   */
  public void rememberOpenings() {
    remember(all.stream().filter(Peer::isAdmitted).map(Peer::opening).toList());
  }

  /**
   * These count from now on. Where another one of the same directory was known, all others are told
   * at once, before our next operation: they may answer that without having met this one.
   */
  void remember(Collection<Opening> openings) {
    boolean isAnotherKnown = false;
    for (Opening opening : openings) {
      isAnotherKnown |= self.openings().remember(opening);
    }
    if (isAnotherKnown) {
      all.forEach(Peer::tell);
    }
  }

  /** Whether a call from this address may be from one of them, where no secret tells. */
  public boolean mayCallFrom(InetAddress address) {
    for (Peer peer : all) {
      if (peer.entry().mayCallFrom(address)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The entry that is surely our own though neither its text nor an address says so, as behind a
   * translation of addresses: for a minute every look-up of it has led to ourselves, and every
   * other entry leads to another replica.
   *
   * @return its text; null if there is none, or if we serve as who we are
   */
  public String entryOfOurOwn() {
    Peer own = null;
    for (Peer peer : all) {
      if (peer.hasLedToOurselvesFor(OUR_OWN_NANOS) && own == null) {
        own = peer;
      } else if (!peer.isReached()) {
        return null;
      }
    }
    return own == null || self.isServing() ? null : own.entry().address().text();
  }

  /** Whether nothing may become settled yet, since one that was taken out may answer clients. */
  public boolean someoneDeparts() {
    return !departures.isEmpty();
  }

  /** One that told last that its disk is full, so that every write would fail there; or null. */
  public Peer whoseDiskIsFull() {
    for (Peer peer : all) {
      if (peer.told().isFull()) {
        return peer;
      }
    }
    return null;
  }

  /**
   * The lowest clock that one believes, as it last told, that was taken out or replaced not long
   * ago; {@link org.rkv.store.HybridClock#NO_LIMIT} if there is none.
   */
  public long departedLimit() {
    return departedLimits.lowest();
  }

  /** What all that call over these links have their xids from. */
  public Xids xids() {
    return xids;
  }

  /** Whether this replica is alone. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** The peers of this moment; the list does not change. */
  public List<Peer> all() {
    return all;
  }

  /** The incarnations of the list that were last met, our own among them; does not change. */
  public SortedSet<Long> members() {
    if (members == null) {
      members = new TreeSet<>();
      members.add(self.incarnation());
      all.forEach(peer -> members.add(peer.incarnation()));
    }
    return members;
  }

  /** Our link leads to this start of a peer; the one before it may have been frozen only. */
  void meet(Peer peer, Opening opening, long start) {
    if (!peer.opening().equals(opening) || peer.start() != start) {
      departedLimits.add(peer.told().limit());
      peer.setStart(opening, start);
      members = null;
    }
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
    for (Peer peer : all) {
      if (peer.isBusy()) {
        return true;
      }
    }
    return false;
  }

  /** Asks all that we reach how they are: what they told before may be old. */
  public void refresh() {
    all.forEach(Peer::refresh);
  }

  /** What REPLICAS answers: all replicas, this one first. */
  public ReplicaList replicas() {
    ReplicaInfo[] replicas = new ReplicaInfo[all.size() + 1];
    replicas[0] = info(ReplicaAddress.shown(self.name(), self.port()), true);
    for (int i = 0; i < all.size(); i++) {
      replicas[i + 1] = info(all.get(i).entry().address().shown(), all.get(i).isAdmitted());
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
