package org.rkv.replica.core;

import java.io.IOException;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.server.OncRpcDispatchable;
import org.rkv.net.LimitedLog;
import org.rkv.net.Network;
import org.rkv.net.Timers;
import org.rkv.oncrpc.ServerStatistics;
import org.rkv.replica.observe.Cause;
import org.rkv.replica.peer.Hearing;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Membership;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.PeerAuthenticator;
import org.rkv.replica.peer.Peers;
import org.rkv.replica.peer.ReplicaAddress;
import org.rkv.rpc.Status;
import org.rkv.store.HybridClock;
import org.rkv.store.KeyHash;
import org.rkv.store.Sections;
import org.rkv.store.Store;
import org.slf4j.Logger;

/**
 * All that a replica is between its start, with an empty store, and its end: the store, the peers,
 * the procedures, and what goes on between them. It is deterministic: it has no thread, socket or
 * clock of its own, and calls, answers and time come from outside, so a simulator can drive it as
 * well as an event loop. Belongs to the thread of its timers.
 */
public final class Incarnation {
  private static final long HEARTBEAT_MILLIS = 1000;

  private final LocalReplica self;
  private final ClockWatch clockWatch;
  private final Store store;
  private final Peers peers;
  private final Membership membership;
  private final Operations operations;
  private final PeerCalls calls;
  private final Settling settling;
  private final Applier applier;
  private final Replica replica;
  private final StatusReport statusReport;
  private final OthersStatus othersStatus;
  private final CatchUp catchUp;
  private final Standing standing;
  private final Timers timers;
  private final Ending ending;
  private boolean isOld;
  private boolean closed;

  /**
   * Puts it together; nothing is sent before {@link #begin}.
   *
   * @param self with 64 bits that no incarnation had before
   * @param keyHash of the process
   * @param sections in which it compares what it holds with others
   * @param program that this is, for STATUS
   * @param peerTimeoutMillis how long a peer may take for an answer before it counts as down
   * @param tombstoneGraceMillis how long a settled tombstone is kept
   * @param statistics of the server that the calls come from
   * @param failures of the process, for what clients are told
   * @param former what is kept of an earlier incarnation, or null
   * @param heap of the process
   * @param durability of what it holds
   * @param ending hears if it ends by itself
   * @throws OncRpcException never in practice; Remote Tea declares it, as well as IOException
   */
  public Incarnation(
      LocalReplica self,
      FormerCopy former,
      KeyHash keyHash,
      Sections sections,
      RunningProgram program,
      long peerTimeoutMillis,
      long tombstoneGraceMillis,
      Network network,
      Timers timers,
      ServerStatistics statistics,
      OperationLog operationLog,
      HeapUse heap,
      Failures failures,
      Durability durability,
      Ending ending,
      Logger log)
      throws OncRpcException, IOException {
    this.self = self;
    this.timers = timers;
    this.ending = ending;
    LimitedLog limitedLog = new LimitedLog(log, timers::nanoTime);
    Peers.Listener peerEvents = new PeerEvents();
    peers = new Peers(self, timers, peerTimeoutMillis, peerEvents);
    Hearing hearing = new Hearing(self, peers, peerEvents, log);
    membership =
        new Membership(self, peers, hearing, network, timers, peerTimeoutMillis, peerEvents, log);
    PeerLimits peerLimits = new PeerLimits(peers);
    HybridClock clock =
        new HybridClock(
            timers::currentTimeMillis, timers::coarseNanoTime, peerLimits::lowest, self.start());
    self.setLimit(() -> Math.min(clock.limit(), peers.departedLimit()));
    clockWatch = new ClockWatch(clock, peerLimits, timers, log);
    store = new Store(self.limits(), clock, keyHash, sections);
    operations = new Operations(new AllListed(self, peers), timers, durability, peerTimeoutMillis);
    durability.begins(store, self.history());
    self.setPast(() -> durability.past(self.history()));
    self.setStanding(durability::standing);
    calls = new PeerCalls(self, peers, timers);
    othersStatus = new OthersStatus(calls, timers);
    settling =
        new Settling(
            store,
            self,
            operations,
            calls,
            timers,
            tombstoneGraceMillis,
            Settling.leastGraceMillis(peerTimeoutMillis));
    applier = new Applier(store, clock, settling, operationLog, limitedLog);
    self.setContents(() -> Messages.contents(store, settling.unsettled()));
    self.setHeldBytes(store::heldBytes);
    Headroom headroom = new Headroom(self, store, peers, heap);
    store.limitBytes(headroom::clientBytesNow);
    catchUp =
        new CatchUp(
            self,
            store,
            headroom,
            former,
            operations,
            calls,
            applier,
            settling,
            timers,
            ending,
            log);
    standing = new Standing(self, operations, calls, settling, timers, peerTimeoutMillis, log);
    statusReport =
        new StatusReport(
            self,
            program,
            store,
            headroom,
            clock,
            peers,
            settling,
            durability,
            timers,
            statistics,
            failures);
    replica =
        new Replica(
            self,
            store,
            applier,
            operations,
            calls,
            new PeerAuthenticator(self, peers, hearing, timers),
            hearing,
            settling,
            operationLog,
            failures,
            statusReport,
            standing,
            catchUp,
            headroom,
            limitedLog);
  }

  /** Who hears of the peers: the operations under way first, since they may end. */
  private final class PeerEvents implements Peers.Listener {
    @Override
    public void changed() {
      catchUp.peersChanged();
      standing.update();
    }

    @Override
    public void listChanged(String how) {
      operations.failAll(Cause.LIST_CHANGED, how);
    }

    @Override
    public void lost(Peer peer, String reason) {
      operations.lost(peer, reason);
    }

    @Override
    public void fellBehind(Peer peer) {
      catchUp.fellBehind(peer);
    }

    @Override
    public void isOld(Peer by) {
      if (closed || isOld) {
        return;
      }
      isOld = true;
      String why =
          "replica "
              + by.name()
              + " has met another process that began later with our data directory, or a copy of"
              + " it, so that what we hold is old";
      standing.isOld(why);
      operations.failAll(Cause.BEGUN_ANEW, why);
      timers.schedule(0, () -> ending.giveWay(why));
    }
  }

  /** Begins: connects to the peers, and catches up with them. */
  public void begin(List<ReplicaAddress> addresses) throws OncRpcException, IOException {
    membership.set(addresses);
    beat();
  }

  /** The peers are these from now on. */
  public void setPeers(List<ReplicaAddress> addresses) throws OncRpcException, IOException {
    membership.set(addresses);
  }

  /** Tells every peer each second that we are there, and so notices those that are not. */
  private void beat() {
    if (!closed) {
      operations.failOverdue();
      timers.schedule(HEARTBEAT_MILLIS, this::beat);
      settling.announceState();
      calls.beat();
    }
  }

  /** Before the end: tells the peers all that can be told, and then says that it has. */
  void announceLast(Runnable told) {
    settling.announceState(told);
  }

  /** Ends it: nothing more is sent, and operations under way fail. */
  public void close() {
    closed = true;
    catchUp.close();
    standing.close();
    clockWatch.close();
    settling.close();
    peers.close();
    operations.failAll(Cause.BEGUN_ANEW, "this incarnation is over");
  }

  /** What is kept for the next incarnation if this one ends now; or null. */
  public FormerCopy toBeKept() {
    return catchUp.toBeKept();
  }

  /** The procedures. */
  public OncRpcDispatchable dispatcher() {
    return replica;
  }

  /** How it is, as of this moment. */
  public Status status() {
    return statusReport.status();
  }

  /** Asks the others how they are, and whom they see. */
  public void askOthers() {
    othersStatus.ask();
  }

  /** What each peer has said to that, in their order; null where it has said nothing lately. */
  public Status[] others() {
    return othersStatus.latest();
  }

  /** How much of what the others hold it has taken over, from 0 to 1: 1 while it serves. */
  public double caughtUp() {
    return catchUp.share();
  }

  /** Who it is. */
  public LocalReplica self() {
    return self;
  }

  /** What it holds. */
  public Store store() {
    return store;
  }

  /** Who the others are. */
  public Peers peers() {
    return peers;
  }

  /** What is not settled yet. */
  public Settling settling() {
    return settling;
  }

  /** How it takes over what others hold. */
  public Applier applier() {
    return applier;
  }
}
