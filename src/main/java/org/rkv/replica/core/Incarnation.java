package org.rkv.replica.core;

import java.io.IOException;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.server.OncRpcDispatchable;
import org.rkv.net.LimitedLog;
import org.rkv.net.Network;
import org.rkv.net.Timers;
import org.rkv.oncrpc.ServerStatistics;
import org.rkv.replica.Settings;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.PeerAuthenticator;
import org.rkv.replica.peer.Peers;
import org.rkv.replica.peer.ReplicaAddress;
import org.rkv.store.HybridClock;
import org.rkv.store.Store;
import org.slf4j.Logger;

/**
 * All that a replica is between its start, with an empty store and a fresh origin, and its end: the
 * store, the peers, the procedures, and what goes on between them. It has no thread, socket or
 * clock of its own: calls, answers and time come from outside, the same ones lead to the same, and
 * a simulator can drive it as well as an event loop.
 */
public final class Incarnation {
  private static final long HEARTBEAT_MILLIS = 1000;

  private final LocalReplica self;
  private final Store store;
  private final Peers peers;
  private final Settling settling;
  private final CatchUp catchUp;
  private final Replica replica;
  private final Timers timers;
  private boolean closed;

  /**
   * Makes a life that has not begun.
   *
   * @param traffic of the server that the calls come from
   * @param self with an origin that no life had before
   * @param newLife called when this one must end because what it holds may be old
   */
  public Incarnation(
      LocalReplica self,
      Settings settings,
      Network network,
      Timers timers,
      ServerStatistics traffic,
      OperationLog operationLog,
      Runnable newLife,
      Logger log)
      throws OncRpcException, IOException {
    this.self = self;
    this.timers = timers;
    HybridClock clock = new HybridClock(timers::currentTimeMillis, self.origin());
    store = new Store(self.limits(), clock);
    peers = new Peers(self, network, timers, settings.peerTimeoutMillis(), log);
    settling = new Settling(store, self, peers, timers, settings.tombstoneGraceMillis());
    PeerAuthenticator reception = new PeerAuthenticator(self, peers);
    StatusReport report = new StatusReport(self, store, peers, settling, timers, traffic);
    LimitedLog complaints = new LimitedLog(log, timers::nanoTime);
    replica =
        new Replica(
            self, store, clock, peers, reception, settling, operationLog, report, complaints);
    catchUp = new CatchUp(self, peers, replica, timers, newLife, log);
    peers.listener(catchUp);
  }

  /** Begins: connects to the peers, and catches up with them. */
  public void begin(List<ReplicaAddress> addresses) throws OncRpcException, IOException {
    peers.set(addresses);
    beat();
  }

  /** The peers are these now. */
  public void peers(List<ReplicaAddress> addresses) throws OncRpcException, IOException {
    peers.set(addresses);
  }

  /** Tells every peer each second that we are there, and so notices those that are not. */
  private void beat() {
    if (!closed) {
      timers.schedule(HEARTBEAT_MILLIS, this::beat);
      replica.announceState();
      peers.beat();
    }
  }

  /** Ends it: nothing more is sent, and operations under way fail. */
  public void close() {
    closed = true;
    catchUp.close();
    settling.close();
    peers.close();
  }

  /** The procedures. */
  public OncRpcDispatchable dispatcher() {
    return replica;
  }

  public LocalReplica self() {
    return self;
  }

  public Store store() {
    return store;
  }

  public Peers peers() {
    return peers;
  }

  public Settling settling() {
    return settling;
  }
}
