package org.rkv.replica.core;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.net.Timers;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.Peers;
import org.rkv.rpc.kv;
import org.slf4j.Logger;

/**
 * The way of a replica from nothing to serving. It scans one peer that serves; or, when nobody
 * serves, as after a start of all, it waits until it has met every peer and scans them all.
 *
 * <p>It begins to scan only when no operation can count an answer of a former incarnation of ours
 * any more: every peer has welcomed this one, and so voided what the former one said, or, if a peer
 * cannot be reached, the time that any operation has is over.
 *
 * <pre>
 *                      +------ the scan breaks off, or a clock is not believed ------+
 *                      v                                                             |
 *   start ---------> waiting ---may scan, and one serves or none is away--------> scanning
 *                    ^ | |                                                           |
 *                    | | +--no peers--> serving <----------- complete ---------------+
 *                    | |                   |
 *                    | +-- was disowned, may scan, and one serves --> new incarnation
 *                    +------- disowned ----+
 *
 *   any state --expelled--> new incarnation
 * </pre>
 *
 * <p>Belongs to the replica's thread.
 */
final class CatchUp {
  private static final long FIRST_NOTICE_MILLIS = 1000;
  private static final long NEXT_NOTICE_MILLIS = 10_000;
  private static final long SCAN_AGAIN_MILLIS = 100;
  private static final long DOUBT_MILLIS = 1000;

  private final LocalReplica self;
  private final Peers peers;
  private final PeerCalls calls;
  private final Applier applier;
  private final Settling settling;
  private final Timers timers;
  private final Runnable startAnew;
  private final Logger log;
  private final long formerOperationsOverNanos;

  /** Under way, or null. */
  private SourceScan scan;

  /** The last source that held something whose clock is not believed. */
  private Peer doubted;

  /** Between such a scan and the next one. */
  private boolean doubting;

  private boolean mustForget;
  private boolean closed;

  /**
   * Waits for the first change of the peers.
   *
   * @param startAnew begins a new incarnation of this replica, with nothing in its store
   */
  CatchUp(
      LocalReplica self,
      Operations operations,
      PeerCalls calls,
      Applier applier,
      Settling settling,
      Timers timers,
      Runnable startAnew,
      Logger log) {
    this.self = self;
    this.calls = calls;
    peers = calls.peers();
    this.applier = applier;
    this.settling = settling;
    this.timers = timers;
    this.startAnew = startAnew;
    this.log = log;
    long waitMillis = operations.timeoutMillis() + 1;
    formerOperationsOverNanos = timers.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    timers.schedule(waitMillis + 1, this::peersChanged);
    timers.schedule(FIRST_NOTICE_MILLIS, this::remind);
  }

  /** This incarnation is over. */
  void close() {
    closed = true;
    if (scan != null) {
      scan.cancel();
      scan = null;
    }
  }

  /** A peer says that we are not in its replica file: what we hold may be old soon. */
  void disowned(Peer by) {
    if (self.isServing()) {
      log.warn("replica {} does not list us any more: no client is served", by.name());
    }
    stopServing();
  }

  /** A serving peer says that we were out of its replica file: what we hold may be old. */
  void expelled(Peer by) {
    stopServing();
    if (!closed) {
      log.warn("replica {} had us out of its list: beginning anew", by.name());
      closed = true;
      timers.schedule(0, startAnew);
    }
  }

  private void stopServing() {
    mustForget = true;
    self.setState(kv.REPLICA_CATCHING_UP);
    peersChanged();
  }

  /** Looks what can be done, now that a peer was admitted or lost, or has told something new. */
  void peersChanged() {
    if (closed || self.isServing() || doubting) {
      return;
    }
    if (scan != null) {
      scan.check();
      return;
    }
    if (peers.isEmpty()) {
      serve("there are no peers");
      return;
    }
    String reason = whyWait();
    if (reason != null) {
      self.setWaitingFor(reason);
      return;
    }
    Peer source = servingPeer();
    if (source == null) {
      scan(peers.all(), false);
    } else if (mustForget) {
      closed = true;
      timers.schedule(0, startAnew);
    } else {
      scan(List.of(source), true);
    }
  }

  /** Null if a scan may begin. */
  private String whyWait() {
    StringBuilder unmet = new StringBuilder();
    StringBuilder away = new StringBuilder();
    for (Peer peer : peers.all()) {
      if (peer.disownsUs()) {
        return "replica " + peer.name() + " to list us";
      }
      if (!peer.isMet()) {
        unmet.append(' ').append(peer.name());
      }
      if (!peer.isAdmitted()) {
        away.append(' ').append(peer.name());
      }
    }
    boolean formerOperationsOver = timers.nanoTime() - formerOperationsOverNanos > 0;
    if (unmet.length() > 0 && !formerOperationsOver) {
      return "replicas to be met:" + unmet;
    }
    if (servingPeer() == null && away.length() > 0) {
      return "a replica that serves, or else all of them; away:" + away;
    }
    return null;
  }

  /** One that serves; the one that is in doubt only if there is no other. */
  private Peer servingPeer() {
    Peer last = null;
    for (Peer peer : peers.all()) {
      if (peer.isServing()) {
        if (peer != doubted) {
          return peer;
        }
        last = peer;
      }
    }
    return last;
  }

  private void scanAgain() {
    doubting = false;
    peersChanged();
  }

  private void remind() {
    if (!closed && !self.isServing()) {
      timers.schedule(NEXT_NOTICE_MILLIS, this::remind);
      if (scan == null) {
        log.info("not serving yet: waiting for {}", self.waitingFor());
      }
    }
  }

  private void serve(String how) {
    mustForget = false;
    scan = null;
    self.setState(kv.REPLICA_SERVING);
    log.info("serving at {} ({})", self.where(), how);
    settling.announceState();
  }

  private void scan(List<Peer> sources, boolean serving) {
    ScanEvents events = new ScanEvents(sources, serving);
    scan = new SourceScan(sources, serving, calls, applier, timers, events);
    scan.begin();
  }

  private final class ScanEvents implements SourceScan.Listener {
    private final List<Peer> sources;
    private final boolean serving;

    ScanEvents(List<Peer> sources, boolean serving) {
      this.sources = sources;
      this.serving = serving;
    }

    @Override
    public void scanning(Peer source) {
      log.info("catching up from replica {}", source.name());
      self.setWaitingFor("the entries of replica " + source.name());
    }

    @Override
    public void complete(int entries) {
      serve(
          serving
              ? "caught up with " + entries + " entries of replica " + sources.get(0).name()
              : "started together with all replicas, " + entries + " entries");
    }

    @Override
    public void brokeOff() {
      log.info("the scan of {} broke off: beginning again", sources.get(0).name());
      scan = null;
      timers.schedule(SCAN_AGAIN_MILLIS, CatchUp.this::peersChanged);
    }

    @Override
    public void disbelieved(Peer source) {
      scan = null;
      doubted = source;
      doubting = true;
      self.setWaitingFor(
          "clocks to agree: replica " + source.name() + " is over an hour ahead of ours");
      timers.schedule(DOUBT_MILLIS, CatchUp.this::scanAgain);
    }
  }
}
