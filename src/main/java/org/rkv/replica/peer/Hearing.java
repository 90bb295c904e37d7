package org.rkv.replica.peer;

import java.util.List;
import org.rkv.replica.epoch.Past;
import org.rkv.rpc.Listed;
import org.rkv.rpc.Names;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.kv;
import org.slf4j.Logger;

/**
 * Hears what the peers say, be it in an answer to our greeting, in theirs, or later: judges it, and
 * keeps what is to be known of them. Belongs to the replica's thread.
 */
public final class Hearing {
  private final LocalReplica self;
  private final Peers peers;
  private final GivenNames givenNames;
  private final Copies copies;
  private final Peers.Listener listener;
  private final Logger log;

  /** Hears these peers. */
  public Hearing(LocalReplica self, Peers peers, Peers.Listener listener, Logger log) {
    this.self = self;
    this.peers = peers;
    this.listener = listener;
    this.log = log;
    givenNames = new GivenNames(self, peers);
    copies = new Copies(self, peers);
  }

  /**
   * Somebody answers where this peer should be.
   *
   * @return why it is not this peer; null if it is
   */
  String whyNot(Peer peer, Names callee) {
    return givenNames.whyNot(peer, callee);
  }

  /**
   * It is this peer that answers; be it another incarnation, or called in another way. What it
   * calls itself counts at once where nobody can prove who he is; else see {@link #named}.
   */
  void met(Peer peer, Names callee) {
    if (peer.start() != callee.start) {
      peer.closeCallersBut(
          caller ->
              caller.attachment() instanceof InboundPeer inbound && inbound.start() == callee.start,
          "another one answers at its name");
    }
    peers.meet(peer, PeerMessages.opening(callee), callee.start);
    if (self.secret().isNone()) {
      named(peer, callee);
    }
  }

  /**
   * This peer calls itself so, and has proved to know the secret if we have one: whoever sits at
   * its address could else make the lists of all others contradict each other, by a name for each.
   *
   * @return whether that is new
   */
  boolean named(Peer peer, Names callee) {
    String given = givenNames.of(peer, callee);
    if (given.equals(peer.entry().givenName())) {
      return false;
    }
    peer.entry().setGivenName(given);
    compareListsAgain("since we heard of " + given);
    return true;
  }

  private void compareListsAgain(String why) {
    List<Listing> list = peers.list();
    for (Peer other : peers.all()) {
      if (other.isAdmitted() && !other.told().verdict().lists().again(list).agrees()) {
        other.greetAnew("our lists are to be compared again, " + why);
      }
    }
  }

  /**
   * Who answers where this peer should be is known as another one of the list, by what it calls
   * itself alone. An older look-up of that one's entry may have led astray: looks there again.
   */
  void ledToAnother(Peer peer, Names callee) {
    Peer other = givenNames.knownOnlyAs(peer, callee);
    if (other != null && !other.isAdmitted()) {
      other.look();
    }
  }

  /**
   * A peer that we call has not met us, and has told its particulars. What it holds counts all the
   * same: it may have gone on without us. But of two of our name the others choose one, and the
   * other one gives nothing up.
   *
   * @return why it never will, or cannot admit us as we are; null if it may
   */
  String whyNever(Peer peer, Particulars theirs) {
    Verdict verdict = copies.judge(peer, Verdict.of(self, peers.list(), theirs));
    peer.told().setVerdict(verdict);
    boolean isBehind = verdict.relation() == Past.Relation.BEHIND && !peer.told().knowsAnother();
    if (isBehind) {
      listener.fellBehind(peer);
    }
    listener.changed();
    boolean isApart = verdict.relation() == Past.Relation.APART;
    return isBehind
            || isApart
            || Copies.isJudged(verdict)
            || verdict.lists().surelyLacks(ListComparison.OURSELVES)
        ? verdict.reason()
        : null;
  }

  /** One that we call has told its particulars. Judging them may end this incarnation of ours. */
  Verdict judge(Peer peer, Particulars theirs) {
    Verdict verdict = hear(peer, theirs);
    if (verdict.code() == kv.ADMIT_OTHER_EPOCHS && verdict.relation() == Past.Relation.BEHIND) {
      listener.fellBehind(peer);
    }
    return verdict;
  }

  /**
   * One that we call says that another process has gone on with our data directory, or with a copy
   * of it: what we hold is old. It may be of another cluster, all of whose directories are copies.
   */
  void isOld(Peer by, Particulars theirs) {
    if (Verdict.of(self, peers.list(), theirs).code() != kv.ADMIT_OTHER_CLUSTER) {
      listener.isOld(by);
    }
  }

  /** One that calls us has told its particulars. */
  Verdict judgeCaller(Peer peer, Particulars theirs) {
    Verdict verdict = hear(peer, theirs);
    if (!verdict.isAdmitted()) {
      ask(peer);
    }
    return verdict;
  }

  /**
   * It says over a connection of its own that it does not agree with us. That may have been on its
   * way for long: what it answers on ours is newer.
   */
  private static void ask(Peer peer) {
    if (peer.isAdmitted()) {
      peer.refresh();
    }
  }

  private Verdict hear(Peer peer, Particulars theirs) {
    Verdict verdict = copies.judge(peer, Verdict.of(self, peers.list(), theirs));
    peer.setState(theirs.state);
    peer.told().setLimit(theirs.limit);
    peer.told().setBytes(theirs.max_bytes, theirs.held_bytes);
    peer.told().setPast(PeerMessages.past(theirs));
    peer.told().setStanding(theirs.standing);
    peer.told().setVerdict(verdict);
    peer.told().setCluster(theirs.cluster);
    if (verdict.isAdmitted()) {
      boolean serves = theirs.state == kv.REPLICA_SERVING;
      learn(verdict.lists(), serves);
      self.history().keepCompanyWith(peer.incarnation());
      copies.admitted(peer, PeerMessages.openings(theirs));
      if (serves && self.isServing()) {
        self.history().join(peer.past());
      }
    }
    listener.changed();
    return verdict;
  }

  /**
   * What another one, whose list agrees with ours, knows of us and of the peers. While we start it
   * may tell us by which names those are known that we have not met, but only where a name paired
   * its entry with ours: an address may be one that its name service, or ours, has wrong, and all
   * others would believe it from us.
   */
  private void learn(ListComparison lists, boolean fromOneThatServes) {
    if (fromOneThatServes && lists.partnerOf(ListComparison.OURSELVES).isMember()) {
      self.setMember();
    }
    for (int i = 0; i < peers.all().size(); i++) {
      PeerEntry entry = peers.all().get(i).entry();
      Listing partner = lists.partnerOf(i + 1);
      if (fromOneThatServes && partner.isMember()) {
        entry.setMember();
      }
      if (!self.isServing() && entry.givenName().isEmpty() && entry.listing().hasANameOf(partner)) {
        entry.learnGivenName(partner.givenName());
      }
    }
  }

  /** A peer can be asked from now on. */
  void admitted(Peer peer) {
    peer.entry().lastsFromNowOn();
    if (self.cluster().takeOver(peer.told().cluster())) {
      log.info("this is cluster {}, says replica {}", self.cluster().text(), peer.name());
      peers.refresh(); // one that was admitted before may be of another
    }
    changed(peer);
  }

  /** A connection to a peer has ended: what it answered to operations under way is void. */
  void lost(Peer peer, String reason) {
    if (peer.entry().forgetWhoWasNotAdmitted()) {
      compareListsAgain("since " + peer.name() + " led to one that was never admitted");
    }
    listener.lost(peer, reason);
    changed(peer);
  }

  /** A peer was not admitted; something that others may wait for has changed. */
  void refused(Peer peer) {
    changed(peer);
  }

  /** One that is in the list no more changes nothing. */
  private void changed(Peer peer) {
    if (peers.all().contains(peer)) {
      listener.changed();
    }
  }

  /**
   * A peer says that we are not in its list any more, which is this.
   *
   * @return whether we answer no client any more because of it; else it has to say so again
   */
  public boolean takenOut(Peer by, Listed[] list) {
    if (by.told().verdict() != null) {
      ListComparison lists = new ListComparison(peers.list(), PeerMessages.list(list));
      by.told().setVerdict(Verdict.takenOut(lists));
      listener.changed();
      ask(by);
    }
    return new Disagreements(self, peers).whoLeaveUsOut().contains(by);
  }

  /**
   * A peer has told its state, and the hash of its epochs. Two that serve compare them when one
   * begins to, and tell each other again what only one of them has; while we do not serve, we have
   * to know them to choose whom to scan.
   */
  public void heardState(Peer peer, long start, int state, long epochs) {
    if (!peer.isAdmitted() || peer.start() != start) {
      return;
    }
    if (self.isServing() ? differs(state, epochs) : epochs != peer.past().epochs().hash()) {
      peer.refresh();
    }
    if (epochs == self.history().epochs().hash()) {
      self.history().sharedWith(peer.incarnation());
    }
    if (peer.told().state() == state) {
      return;
    }
    peer.setState(state);
    copies.rememberIfOneServes(peer);
    if (differs(state, epochs)) {
      peer.greetAnew("its epochs are to be compared with ours");
    }
    listener.changed();
  }

  /** A peer has told whether its disk is full. */
  public void heardFull(Peer peer, long start, boolean full) {
    if (peer.isAdmitted() && peer.start() == start) {
      peer.told().setFull(full);
    }
  }

  private boolean differs(int state, long epochs) {
    return self.isServing()
        && state == kv.REPLICA_SERVING
        && epochs != self.history().epochs().hash();
  }
}
