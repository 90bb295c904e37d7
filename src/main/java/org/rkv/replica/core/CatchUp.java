package org.rkv.replica.core;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.rkv.net.Timers;
import org.rkv.replica.epoch.Past;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.PeerMessages;
import org.rkv.replica.peer.Peers;
import org.rkv.rpc.Page;
import org.rkv.rpc.kv;
import org.rkv.store.Store;
import org.slf4j.Logger;

/**
 * The way of a replica from nothing to serving. It scans one peer that serves; or, when nobody
 * serves, as after a start of all, it waits until it has met every peer and scans them all.
 *
 * <p>It begins to scan only when no operation can count an answer of a former incarnation of ours
 * any more: every peer has welcomed this one, and so voided what the former one said, or, if a peer
 * cannot be reached, the time that any operation has is over.
 *
 * <p>It scans only a replica whose epochs have all of those that are kept here from a former copy,
 * and all of the others that serve and can be reached; if there is none, it waits. Before it serves
 * it asks them all once more.
 *
 * <pre>
 *                   +----- the scan breaks off, or what it tells cannot be -----+
 *                   v                                                           |
 *   start ------> waiting ---may scan, and one serves or none is away-------> scanning
 *                    |                                                          | complete
 *                    +--no peers--> serving <--nobody has more, lists agree-- confirming
 *
 *   scanning, confirming --somebody has more than the source--> new incarnation
 *   serving              --somebody has more than we-----------> new incarnation, copy kept
 * </pre>
 *
 * <p>Belongs to the replica's thread.
 */
final class CatchUp {
  private static final long FIRST_NOTICE_MILLIS = 1000;
  private static final long NEXT_NOTICE_MILLIS = 10_000;
  private static final long SCAN_AGAIN_MILLIS = 100;
  private static final long LOOK_LATER_MILLIS = 1000;

  private final LocalReplica self;
  private final Store store;
  private final Headroom headroom;
  private final Peers peers;
  private final PeerCalls calls;
  private final Applier applier;
  private final Settling settling;
  private final Durability durability;
  private final Timers timers;
  private final Ending ending;
  private final Logger log;
  private final SourceChoice sourceChoice;
  private final LastQuestion lastQuestion;
  private final JointStart jointStart;

  /** What an earlier incarnation held, or null; not any more when this one serves. */
  private FormerCopy former;

  /** Under way, or null. */
  private SourceScan scan;

  /**
   * The last source that was scanned, wholly or in part: the epochs of the next must be as many.
   */
  private Past scanned = Past.NONE;

  /** What was caught up with, while others are asked whether they have more; else null. */
  private String caughtUp;

  /** By a list that named nobody else. */
  private boolean startedAlone;

  /** Whether it is ours as well that all go on from who start together. */
  private boolean isGiver;

  /** With nobody who served: then what was held before, if anything was, is lost. */
  private boolean startedTogether;

  /** What has been taken over, as of the last page; null if it was of all together. */
  private Past source;

  private boolean isKeeping;

  /** Whether what was taken over is safe, so that it can serve. */
  private boolean isKept;

  /** The starts of sources that told what cannot be: to scan one again is no news. */
  private final Set<Long> disbelieved = new HashSet<>();

  /** Nothing is looked at for a moment: what it depends on is not heard of by itself. */
  private boolean looksLater;

  private boolean closed;

  /**
   * Waits for the first change of the peers.
   *
   * @param former what is kept of an earlier incarnation, or null
   */
  CatchUp(
      LocalReplica self,
      Store store,
      Headroom headroom,
      FormerCopy former,
      Operations operations,
      PeerCalls calls,
      Applier applier,
      Settling settling,
      Timers timers,
      Ending ending,
      Logger log) {
    this.self = self;
    this.store = store;
    this.headroom = headroom;
    this.former = former;
    this.calls = calls;
    peers = calls.peers();
    this.applier = applier;
    this.settling = settling;
    durability = operations.durability();
    this.timers = timers;
    this.ending = ending;
    this.log = log;
    if (former != null) {
      store.replace(former.store());
    }
    long waitMillis = operations.timeoutMillis() + 1;
    Past kept = former == null ? null : former.past();
    String directory = durability.status().directory;
    sourceChoice = new SourceChoice(self, peers, kept, directory, timers, waitMillis);
    lastQuestion = new LastQuestion(self, peers, timers);
    jointStart = new JointStart(self, store, peers, applier, timers);
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
    jointStart.cancel();
  }

  /** How much of what the others hold has been taken over, from 0 to 1. */
  double share() {
    boolean isDone = self.isServing() || caughtUp != null || jointStart.isUnderWay();
    return isDone ? 1 : scan == null ? 0 : scan.share();
  }

  /** What is kept of an earlier incarnation, or null. */
  FormerCopy former() {
    return former;
  }

  /** Whether what a scan finds is no longer where it was when this incarnation began. */
  boolean isMerged() {
    return jointStart.isMerged();
  }

  /** A peer that serves as we do has gone through all that we have, and more. */
  void fellBehind(Peer peer) {
    if (!closed && self.isServing()) {
      beginAnew(
          () -> new FormerCopy(store, self.history().past()),
          "replica " + peer.name() + " has gone on without us: catching up with it");
    }
  }

  private void beginAnew(String why) {
    beginAnew(this::toBeKept, why);
  }

  /**
   * What the next incarnation is to keep, or null: all that is kept on the disk, if it is; else
   * what this one has kept, of which much may be in the store by now.
   */
  FormerCopy toBeKept() {
    if (former != null) {
      return former.with(store);
    }
    return isOnDisk() ? new FormerCopy(store, self.history().past()) : null;
  }

  /** On the disk it counts as complete only once that is written. */
  private FormerCopy keptOrTakenOver() {
    if (isOnDisk()) {
      return toBeKept();
    }
    store.forgetFormer();
    return new FormerCopy(store, self.history().past());
  }

  /** Until this incarnation has ended, what it answers counts, and is kept. */
  private void beginAnew(Supplier<FormerCopy> kept, String why) {
    log.warn("{}", why);
    closed = true;
    self.setState(kv.REPLICA_CATCHING_UP);
    timers.schedule(0, () -> ending.beginAnew(kept.get()));
  }

  private boolean isOnDisk() {
    return self.standing() != kv.STANDING_IN_MEMORY;
  }

  /** Looks what can be done, now that a peer was admitted or lost, or has told something new. */
  void peersChanged() {
    if (closed || self.isServing() || looksLater || isKeeping || jointStart.isUnderWay()) {
      return;
    }
    if (caughtUp != null) {
      confirm();
    } else if (scan != null) {
      checkScan();
    } else {
      look();
    }
  }

  private void look() {
    if (durability.damage() != null) {
      self.setWaitingFor("an operator: " + durability.damage());
      return;
    }
    if (peers.isEmpty()) {
      startedAlone = true;
      jointStart.begin(
          former,
          true,
          () -> {
            caughtUp = "there are no peers";
            confirm();
          });
      return;
    }
    String reason = sourceChoice.whyWait();
    if (reason != null) {
      self.setWaitingFor(reason);
      return;
    }
    Peer source = sourceChoice.source();
    if (source == null) {
      lookWhoGives();
    } else if (scanned.hasMoreThan(source.past())) {
      beginAnew("what was taken over is of another history than replica " + source.name());
    } else if (self.history().isLeftBehindBy(source.past())) {
      beginAnew("replica " + source.name() + " has gone on since we began to catch up");
    } else if (former == null && source.told().heldBytes() > headroom.maxBytes()) {
      closed = true;
      ending.end(
          "replica %s holds %d MiB, and our heap takes %d MiB: see -Xmx"
              .formatted(
                  source.name(), source.told().heldBytes() >> 20, headroom.maxBytes() >> 20));
    } else {
      scanned = source.past();
      durability.catchesUp();
      scan(List.of(source), true);
    }
  }

  /** Nobody serves, and all are here. */
  private void lookWhoGives() {
    Givers givers = Givers.of(self, peers.all());
    if (givers.isEmpty()) {
      self.setWaitingFor(
          "an operator: each of several data directories holds what others lack; move those that"
              + " are to be given up away, and start their replicas again");
      return;
    }
    isGiver = givers.areWeAmong();
    if (!isGiver) {
      durability.catchesUp();
    }
    scan(givers.peers(), false);
  }

  private void checkScan() {
    scan.check();
    if (scan != null && !scan.isOfOneThatServes() && !peers.allAdmitted()) {
      scan.breakOff();
    } else if (scan != null
        && scan.isOfOneThatServes()
        && !sourceChoice.isSource(scan.sources().get(0))) {
      beginAnew("another replica has gone on without the one that was scanned");
    }
  }

  private void lookLater() {
    looksLater = true;
    timers.schedule(
        LOOK_LATER_MILLIS,
        () -> {
          looksLater = false;
          peersChanged();
        });
  }

  private void remind() {
    if (!closed && !self.isServing()) {
      timers.schedule(NEXT_NOTICE_MILLIS, this::remind);
      log.info("not serving yet: waiting for {}", self.waitingFor());
    }
  }

  /** All has been taken over: asks everybody once more, and serves if nobody has more. */
  private void confirm() {
    if (startedAlone && !peers.isEmpty()) {
      beginAnew("our replica file names others, before we serve without any");
      return;
    }
    LastQuestion.Finding finding = lastQuestion.look(sourceNow(), sourceChoice.whyNotServe());
    switch (finding.what()) {
      case WAIT -> self.setWaitingFor(finding.text());
      case WAIT_AND_ASK_AGAIN -> {
        self.setWaitingFor(finding.text());
        lookLater();
      }
      case BEGIN_ANEW -> beginAnew(finding.text());
      case KEEP_AND_BEGIN_ANEW -> beginAnew(this::keptOrTakenOver, finding.text());
      case NOBODY_HAS_MORE -> {
        if (isKept) {
          serve(caughtUp);
        } else {
          keep();
        }
      }
    }
  }

  /** Only what is safe may be told to others, or answered from. */
  private void keep() {
    self.setWaitingFor("the disk");
    isKeeping = true;
    durability.complete(
        former == null ? null : former.store(),
        () -> {
          former = null;
          store.forgetFormer();
        },
        () -> {
          isKeeping = false;
          isKept = true;
          peersChanged();
        });
  }

  /** The one that was scanned, if it is still there. */
  private Peer sourceNow() {
    for (Peer peer : peers.all()) {
      if (source != null && peer.isServing() && peer.incarnation() == source.incarnation()) {
        return peer;
      }
    }
    return null;
  }

  private void serve(String how) {
    scan = null;
    applier.caughtUp();
    self.setState(kv.REPLICA_SERVING);
    peers.rememberOpenings();
    log.info("serving at {} ({})", self.where(), how);
    if (startedTogether && store.liveEntries() == 0) {
      log.warn("the store is empty: what all held before is lost; put it back from a copy");
    }
    settling.announceState();
  }

  private void scan(List<Peer> sources, boolean serving) {
    sources.forEach(source -> self.history().gather(source.past().epochs()));
    ScanEvents events = new ScanEvents(sources, serving);
    boolean hasMost = serving && former != null && isOnDisk();
    Store compared = hasMost ? former.store().withoutOrder() : null;
    scan =
        new SourceScan(
            sources,
            serving,
            calls,
            applier,
            store,
            compared,
            headroom,
            durability,
            timers,
            events);
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
      if (!disbelieved.contains(source.start())) {
        log.info("catching up from replica {}", source.name());
      }
      waitsForRoom(source, false);
    }

    @Override
    public void waitsForRoom(Peer source, boolean isWaiting) {
      self.setWaitingFor(
          isWaiting ? "room on the disk" : "the entries of replica " + source.name());
    }

    @Override
    public void complete(int entries, int kept, Page last) {
      scan = null;
      if (serving) {
        Peer source = sources.get(0);
        Past past = PeerMessages.past(source.incarnation(), last.history, source.past().taken());
        if (self.history().isLeftBehindBy(past)) {
          beginAnew("replica " + source.name() + " has gone on while it was scanned");
          return;
        }
        self.history().takeOver(past, PeerMessages.company(last.history));
        CatchUp.this.source = past;
        startedTogether = false;
        caughtUp =
            "caught up with "
                + entries
                + " entries of replica "
                + source.name()
                + (kept == 0 ? "" : ", " + kept + " were here");
      } else {
        jointStart.begin(former, isGiver, this::startedTogether);
        return;
      }
      confirm();
    }

    private void startedTogether() {
      startedTogether = true;
      caughtUp = "started together with all replicas, " + store.liveEntries() + " entries";
      confirm();
    }

    @Override
    public void brokeOff() {
      log.info("the scan of {} broke off: beginning again", sources.get(0).name());
      scan = null;
      sourceChoice.avoid(sources.get(0)); // of several that start together all are asked
      timers.schedule(SCAN_AGAIN_MILLIS, CatchUp.this::peersChanged);
    }

    @Override
    public void disbelieved(Peer source, String what) {
      scan = null;
      disbelieved.add(source.start());
      sourceChoice.avoid(source);
      self.setWaitingFor("replica " + source.name() + " to tell no more of " + what);
      lookLater();
    }
  }
}
