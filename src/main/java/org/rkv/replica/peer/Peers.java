package org.rkv.replica.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.net.AddressLiteral;
import org.rkv.net.Network;
import org.rkv.net.Timers;
import org.rkv.oncrpc.Link;
import org.rkv.oncrpc.Xids;
import org.rkv.replica.epoch.Past;
import org.rkv.rpc.Listed;
import org.rkv.rpc.Names;
import org.rkv.rpc.Particulars;
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
    /** A peer was admitted, refused or lost, said something new of itself, or the list changed. */
    void changed();

    /** The list has other replicas than before: what is under way was asked of others. */
    void listChanged(String how);

    /** The connection to a peer has ended: what it answered to operations under way is void. */
    void lost(Peer peer, String reason);

    /** This peer serves as we do, and has gone through all that we have, and more. */
    void fellBehind(Peer peer);
  }

  /** Our own place in our list. */
  static final int OURSELVES = 0;

  private static final String TO_OURSELVES =
      "the name leads to ourselves: mend the name service, or say with --host which name is ours";

  private static final long OUR_OWN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LocalReplica self;
  private final Network network;
  private final Timers timers;
  private final long timeoutMillis;
  private final Logger log;
  private final Listener listener;
  private final PeerListener events = new PeerListener();
  private final Xids xids = new Xids();
  private final Departures departures;
  private List<Peer> all = List.of();
  private List<Link> links = List.of();
  private List<Link> largeLinks = List.of();
  private SortedSet<Long> members;

  /**
   * An empty list.
   *
   * @param timeoutMillis for a connection to a peer to come up, and for each call to it
   * @throws OncRpcException never in practice; Remote Tea declares it, as well as IOException
   */
  public Peers(
      LocalReplica self,
      Network network,
      Timers timers,
      long timeoutMillis,
      Listener listener,
      Logger log)
      throws OncRpcException, IOException {
    this.self = self;
    this.network = network;
    this.timers = timers;
    this.timeoutMillis = timeoutMillis;
    this.listener = listener;
    this.log = log;
    departures = new Departures(xids, timers, timeoutMillis, listener::changed);
  }

  /**
   * From now on these are the peers. Where entries are only spelled in another way nothing else
   * changes. Otherwise the operations under way fail, who was taken out is told so, and all others
   * are greeted anew, since they have to know the new list.
   *
   * @throws OncRpcException never in practice; Remote Tea declares it, as well as IOException
   */
  public void set(List<ReplicaAddress> addresses) throws OncRpcException, IOException {
    ListComparison pairs =
        new ListComparison(
            addresses.stream().map(Peers::unheard).toList(),
            all.stream().map(Peer::listing).toList());
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
        Peer peer =
            new Peer(
                addresses.get(i),
                self,
                xids,
                this::list,
                events,
                network,
                timers,
                timeoutMillis,
                log);
        fresh.add(peer);
        next.add(peer);
      }
    }
    use(next);
    if (gone.isEmpty() && fresh.isEmpty()) {
      listener.changed();
      return;
    }
    listener.listChanged("the replica file names other replicas");
    List<Listing> list = list();
    gone.forEach(peer -> departures.tell(peer, list));
    for (Peer peer : next) {
      if (!fresh.contains(peer)) {
        peer.greetAnew("our replica file has changed");
      }
    }
    fresh.forEach(Peer::open);
    listener.changed();
  }

  private static Listing unheard(ReplicaAddress address) {
    return new Listing(
        address.text(), address.addresses().stream().map(AddressLiteral::text).toList(), "", false);
  }

  /** Ends all links: this incarnation is over. */
  public void close() {
    List<Peer> gone = all;
    use(List.of());
    departures.close();
    gone.forEach(peer -> peer.dismiss("the replica begins anew"));
  }

  private void use(List<Peer> next) {
    all = List.copyOf(next);
    links = all.stream().map(Peer::link).toList();
    largeLinks = all.stream().map(Peer::largeLink).toList();
    members = null;
  }

  /** Our list as we tell it: ourselves first. */
  List<Listing> list() {
    List<Listing> list = new ArrayList<>();
    list.add(self.listing());
    all.forEach(peer -> list.add(peer.listing()));
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

  /** Somebody has greeted us, and says that it is this one. */
  void greeted(Names caller, InetSocketAddress from) {
    for (Peer peer : all) {
      if (peer.sent(caller.nonce.value)) {
        // Ours has come back: we stand where the peer should.
        peer.leadsToOurselves(TO_OURSELVES);
        return;
      }
    }
    if (caller.incarnation == self.incarnation() || met(caller.incarnation, caller.start) != null) {
      return;
    }
    for (Peer peer : all) {
      if (caller.name.equals(peer.address().text())
          || caller.name.equals(peer.givenName())
          || peer.mayCallFrom(from.getAddress())) {
        peer.lookAgain(caller.incarnation, from.toString());
      }
    }
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
    return own == null || self.isServing() ? null : own.address().text();
  }

  /** One that calls us has told its particulars. */
  Verdict judgeCaller(Peer peer, Particulars theirs) {
    Verdict verdict = Verdict.of(self, list(), theirs);
    heard(peer, theirs, verdict);
    return verdict;
  }

  private void heard(Peer peer, Particulars theirs, Verdict verdict) {
    peer.setState(theirs.state);
    peer.heardLimit(theirs.limit);
    peer.setPast(PeerMessages.past(theirs));
    peer.setVerdict(verdict);
    peer.setCluster(theirs.cluster);
    boolean serves = theirs.state == kv.REPLICA_SERVING;
    for (int i = 0; i <= all.size() && verdict.isAdmitted(); i++) {
      Listing partner = verdict.lists().partnerOf(i);
      learn(i == OURSELVES ? null : all.get(i - 1), partner, serves);
    }
    if (verdict.isAdmitted()) {
      self.history().keepCompanyWith(peer.incarnation());
      if (serves && self.isServing()) {
        self.history().join(peer.past());
      }
    }
    listener.changed();
  }

  /** What another one knows of a peer, or of ourselves if that is null. */
  private void learn(Peer peer, Listing partner, boolean fromOneThatServes) {
    if (peer == null) {
      if (fromOneThatServes && partner.isMember()) {
        self.setMember();
      }
      return;
    }
    if (fromOneThatServes && partner.isMember()) {
      peer.setMember();
    }
    if (!self.isServing() && peer.givenName().isEmpty()) {
      peer.setGivenName(partner.givenName());
    }
  }

  /** A peer says that we are not in its list any more, which is this. */
  public void takenOut(Peer by, Listed[] list) {
    Verdict before = by.verdict();
    if (before != null) {
      ListComparison lists = new ListComparison(list(), PeerMessages.list(list));
      by.setVerdict(Verdict.takenOut(lists));
      listener.changed();
    }
  }

  /**
   * Whether we have been taken out: one says so, and none of those that it lists is admitted, but
   * those that say so too: they settle writes without us as soon as we have answered them, whenever
   * we notice that their links have ended.
   *
   * @return who says so, for people; null if we are in
   */
  public String whoLeavesUsOut() {
    for (Peer peer : all) {
      if (leavesUsOut(peer) && !isOneAdmittedOf(peer.verdict().lists())) {
        return peer.name();
      }
    }
    return null;
  }

  private static boolean leavesUsOut(Peer peer) {
    return peer.verdict() != null && peer.verdict().leavesUsOut();
  }

  private boolean isOneAdmittedOf(ListComparison asToldOnce) {
    ListComparison lists = asToldOnce.again(list());
    for (int i = 0; i < all.size(); i++) {
      Peer peer = all.get(i);
      if (peer.isAdmitted() && !leavesUsOut(peer) && lists.indexOfPartner(i + 1) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** The peer with whom we have two histories, for people; null if there is none. */
  public String whoHasAnotherHistory() {
    for (Peer peer : all) {
      if (peer.verdict() != null && peer.verdict().code() == kv.ADMIT_TWO_HISTORIES) {
        return peer.name() + ": " + peer.verdict().reason();
      }
    }
    return null;
  }

  /** A peer that we reach and whose list is another, and how, for people; null if there is none. */
  public String whoHasAnotherList() {
    for (Peer peer : all) {
      if (peer.isReached()
          && peer.verdict() != null
          && peer.verdict().code() == kv.ADMIT_OTHER_LIST) {
        return peer.name() + ": " + peer.verdict().reason();
      }
    }
    return null;
  }

  /** Who is taken out and has not answered yet, for people; empty if nobody is. */
  public String whoDeparts() {
    return departures.names();
  }

  /** Whether nothing may become settled yet, since one that was taken out may not know it. */
  public boolean someoneDeparts() {
    return !departures.isEmpty();
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

  /**
   * A peer has told its state, and the hash of its epochs. Of two that serve they are compared when
   * one begins to; while we do not serve, we have to know them to choose whom to scan.
   */
  public void heardState(Peer peer, long incarnation, int state, long epochs) {
    if (!peer.isAdmitted() || peer.incarnation() != incarnation) {
      return;
    }
    if (!self.isServing() && epochs != peer.past().epochs().hash()) {
      peer.refresh();
    }
    if (peer.state() == state) {
      return;
    }
    peer.setState(state);
    if (peer.isServing() && self.isServing() && epochs != self.history().epochs().hash()) {
      peer.greetAnew("its epochs are to be compared with ours");
    }
    listener.changed();
  }

  /** Asks all that we reach how they are: what they told before may be old. */
  public void refresh() {
    all.forEach(Peer::refresh);
  }

  /** What the peers themselves tell. */
  private final class PeerListener implements Peer.Listener {
    @Override
    public String whyNot(Peer peer, Names callee) {
      if (callee.incarnation == self.incarnation()) {
        return TO_OURSELVES;
      }
      String name = PeerMessages.plain(callee.name);
      for (Peer other : all) {
        boolean isOthers =
            name.equals(other.address().text())
                || name.equals(other.givenName()) && !isNobodysName(name, other, callee);
        if (other != peer && isOthers && !name.equals(peer.address().text())) {
          return "the name leads to replica " + other.name();
        }
      }
      return null;
    }

    /**
     * Whether two replicas call themselves so, which then is no name of either: clones may all be
     * called localhost.
     */
    private boolean isNobodysName(String name, Peer other, Names callee) {
      return isLocalhost(name)
          || other.isReached()
              && other.incarnation() != callee.incarnation
              && all.stream().noneMatch(peer -> peer.address().text().equals(name));
    }

    @Override
    public void met(Peer peer, Names callee) {
      members = null;
      String name = PeerMessages.plain(callee.name);
      boolean shared =
          isLocalhost(name)
              || name.equals(self.givenName())
              || all.stream().anyMatch(o -> o != peer && o.givenName().equals(name));
      String given = shared ? peer.addressAndPort() : name;
      if (!given.equals(peer.givenName())) {
        peer.setGivenName(given);
        List<Listing> list = list();
        for (Peer other : all) {
          if (other.isAdmitted() && !other.verdict().lists().again(list).agrees()) {
            other.greetAnew("our lists are to be compared again, since we heard of " + given);
          }
        }
      }
    }

    private boolean isLocalhost(String name) {
      return name.startsWith("localhost:") || name.startsWith("localhost.");
    }

    @Override
    public String whyNever(Peer peer, Particulars theirs) {
      Verdict verdict = Verdict.of(self, list(), theirs);
      if (!verdict.lists().surelyLacks(OURSELVES)) {
        return null;
      }
      peer.setVerdict(verdict);
      listener.changed();
      return verdict.reason();
    }

    @Override
    public Verdict judge(Peer peer, Particulars theirs) {
      Verdict verdict = Verdict.of(self, list(), theirs);
      heard(peer, theirs, verdict);
      if (verdict.code() == kv.ADMIT_OTHER_EPOCHS && verdict.relation() == Past.Relation.BEHIND) {
        listener.fellBehind(peer);
      }
      return verdict;
    }

    @Override
    public void admitted(Peer peer) {
      if (self.cluster().takeOver(peer.cluster())) {
        log.info("this is cluster {}, says replica {}", self.cluster().text(), peer.name());
        refresh(); // one that was admitted before may be of another
      }
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
    public void refused(Peer peer) {
      if (all.contains(peer)) {
        listener.changed();
      }
    }
  }

  /** What REPLICAS answers: all replicas, this one first. */
  public ReplicaList replicas() {
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
