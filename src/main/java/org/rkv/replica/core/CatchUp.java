package org.rkv.replica.core;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.acplt.oncrpc.XdrAble;
import org.rkv.net.Timers;
import org.rkv.oncrpc.ReplyCollector;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.Peers;
import org.rkv.rpc.Cursor;
import org.rkv.rpc.Page;
import org.rkv.rpc.Scanned;
import org.rkv.rpc.kv;
import org.slf4j.Logger;

/**
 * The way of a replica from nothing to serving. It scans one peer that serves; or, when nobody
 * serves, as after a start of all, it waits until it has met every peer and scans them all.
 *
 * <p>It begins to scan only when no operation can count an answer of a former life of ours any
 * more: every peer has welcomed this life, and so voided what the former one said, or, if a peer
 * cannot be reached, the time that any operation has is over.
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
  private Scanning scanning;

  /** The last source that held something whose clock is not believed. */
  private Peer doubted;

  /** Between such a scan and the next one. */
  private boolean doubting;

  private boolean mustForget;
  private boolean closed;

  /**
   * Makes the state machine; it starts with the first change of the peers.
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

  /** This life of the replica is over. */
  void close() {
    closed = true;
    scanning = null;
  }

  void disowned(Peer by) {
    if (self.isServing()) {
      log.warn("replica {} does not list us any more: no client is served", by.name());
    }
    stopServing();
  }

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

  void peersChanged() {
    if (closed || self.isServing() || doubting) {
      return;
    }
    if (scanning != null) {
      scanning.check();
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
      scanning = new Scanning(peers.all(), false);
      scanning.next();
    } else if (mustForget) {
      closed = true;
      timers.schedule(0, startAnew);
    } else {
      scanning = new Scanning(List.of(source), true);
      scanning.next();
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
      if (scanning == null) {
        log.info("not serving yet: waiting for {}", self.waitingFor());
      }
    }
  }

  private void serve(String how) {
    mustForget = false;
    scanning = null;
    self.setState(kv.REPLICA_SERVING);
    log.info("serving at {} ({})", self.where(), how);
    settling.announceState();
  }

  /** A scan of one serving peer, or of all peers when none serves. */
  private final class Scanning implements ReplyCollector {
    private final Queue<Peer> sources;
    private final List<Peer> all;
    private final boolean fromServing;
    private final long[] incarnations;
    private final Queue<Page> pages = new ArrayDeque<>();
    private int entries;

    Scanning(List<Peer> from, boolean fromServing) {
      all = from;
      sources = new ArrayDeque<>(from);
      this.fromServing = fromServing;
      incarnations = from.stream().mapToLong(Peer::incarnation).toArray();
    }

    void next() {
      Peer source = sources.peek();
      if (source == null) {
        serve(
            fromServing
                ? "caught up with " + entries + " entries of replica " + all.get(0).name()
                : "started together with all replicas, " + entries + " entries");
        return;
      }
      log.info("catching up from replica {}", source.name());
      self.setWaitingFor("the entries of replica " + source.name());
      page(Scan.start());
    }

    private void page(Cursor cursor) {
      calls.rscan(sources.peek(), cursor, this);
    }

    /** A source that is lost, or not the one that was met, or stops serving, ends the scan. */
    void check() {
      for (int i = 0; i < incarnations.length; i++) {
        Peer source = all.get(i);
        boolean same = source.isAdmitted() && source.incarnation() == incarnations[i];
        if (!same || fromServing && !source.isServing()) {
          abandon();
          return;
        }
      }
    }

    private void abandon() {
      if (scanning == this) {
        log.info("the scan of {} broke off: beginning again", all.get(0).name());
        scanning = null;
        timers.schedule(SCAN_AGAIN_MILLIS, CatchUp.this::peersChanged);
      }
    }

    @Override
    public void answered(int index, XdrAble result) {
      Page page = (Page) result;
      if (scanning != this) {
        return;
      }
      if (fromServing && page.state != kv.REPLICA_SERVING) {
        abandon();
        return;
      }
      if (!page.last) {
        page(page.next);
      }
      // Not now: the source makes the next page while this one is taken over.
      pages.add(page);
      timers.schedule(0, this::takeOver);
    }

    private void takeOver() {
      if (scanning != this) {
        return;
      }
      Page page = pages.remove();
      for (Scanned scanned : page.entries) {
        if (!applier.load(scanned, fromServing)) {
          doubt(sources.peek());
          return;
        }
      }
      entries += page.entries.length;
      if (page.last) {
        sources.poll();
        next();
      }
    }

    /**
     * The source holds something whose clock is not believed, and may know that it was
     * acknowledged: to serve without it would be wrong.
     */
    private void doubt(Peer source) {
      scanning = null;
      doubted = source;
      doubting = true;
      self.setWaitingFor(
          "clocks to agree: replica " + source.name() + " is over an hour ahead of ours");
      timers.schedule(DOUBT_MILLIS, CatchUp.this::scanAgain);
    }

    @Override
    public void failed(int index, String reason) {
      abandon();
    }
  }
}
