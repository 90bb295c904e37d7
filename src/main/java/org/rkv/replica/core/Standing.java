package org.rkv.replica.core;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.rkv.net.News;
import org.rkv.net.Timers;
import org.rkv.replica.observe.Cause;
import org.rkv.replica.peer.Disagreements;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.Peers;
import org.slf4j.Logger;

/**
 * Whether a replica that serves may answer clients. It may not while it has been taken out of the
 * list of the others, while it has another history than one of them, while another one has a copy
 * of its data directory, and after a standstill until the others have said that they still know it:
 * all that would answer from what may be old. It serves all the while, so that what it holds is not
 * lost. Belongs to the replica's thread.
 */
final class Standing {
  /** Of a peer timeout: a longer standstill may have been noticed by others. */
  private static final int STANDSTILLS_A_TIMEOUT = 2;

  /** A tick comes several times in the shortest standstill. */
  private static final int TICKS_A_TIMEOUT = 8;

  private static final long MAX_TICK_MILLIS = 250;

  private final LocalReplica self;
  private final Operations operations;
  private final PeerCalls calls;
  private final Peers peers;
  private final Disagreements disagreements;
  private final Settling settling;
  private final Timers timers;
  private final Logger log;
  private final News news;
  private final long peerTimeoutMillis;
  private final long tickMillis;
  private long lastNanos;
  private long lastMillis;
  private long standstillNanos;
  private boolean stoodStill;
  private boolean isTimeOver;
  private List<Peer> asked = List.of();
  private boolean leftOut;

  /**
   * The entries of those that have not admitted us since, be they listed at the moment or not: a
   * file may name nobody of them for a moment, and what they have gone on with is there all the
   * same.
   */
  private final Set<String> leftOutBy = new HashSet<>();

  /** What we have told the log that we wait for. */
  private String logged = "";

  /** Why it never answers any client again; empty as long as it may. */
  private String isOld = "";

  private boolean closed;

  /** Begins to look how time goes. */
  Standing(
      LocalReplica self,
      Operations operations,
      PeerCalls calls,
      Settling settling,
      Timers timers,
      long peerTimeoutMillis,
      Logger log) {
    this.self = self;
    this.operations = operations;
    this.calls = calls;
    peers = calls.peers();
    disagreements = new Disagreements(self, peers);
    this.settling = settling;
    this.timers = timers;
    this.log = log;
    news = new News(timers, log);
    this.peerTimeoutMillis = peerTimeoutMillis;
    tickMillis = Math.max(1, Math.min(MAX_TICK_MILLIS, peerTimeoutMillis / TICKS_A_TIMEOUT));
    lastNanos = timers.nanoTime();
    lastMillis = timers.currentTimeMillis();
    timers.schedule(tickMillis, this::tick);
  }

  /** This incarnation is over. */
  void close() {
    closed = true;
  }

  private void tick() {
    if (closed) {
      return;
    }
    timers.schedule(tickMillis, this::tick);
    noticeStandstill();
    lastNanos = timers.nanoTime();
    lastMillis = timers.currentTimeMillis();
  }

  /**
   * Looks whether the thread has stood still: frozen, or the whole machine asleep, in which case
   * only the wall clock has gone on. To be asked before any client is answered, since what the
   * others have done about it meanwhile may still wait to be read.
   */
  void noticeStandstill() {
    long passedMillis =
        Math.max(
            TimeUnit.NANOSECONDS.toMillis(timers.nanoTime() - lastNanos),
            timers.currentTimeMillis() - lastMillis);
    if (passedMillis <= tickMillis + peerTimeoutMillis / STANDSTILLS_A_TIMEOUT) {
      return;
    }
    lastNanos = timers.nanoTime();
    lastMillis = timers.currentTimeMillis();
    if (peers.isEmpty()) {
      return;
    }
    log.warn("stood still for {} ms: asking the others whether they still know us", passedMillis);
    stoodStill = true;
    operations.failAll(Cause.STOOD_STILL, "this replica stood still");
    settling.announceState();
    askAll();
    update();
  }

  /** Asks whoever is in the list now. */
  private void askAll() {
    standstillNanos = timers.nanoTime();
    isTimeOver = false;
    asked = peers.all();
    peers.refresh();
    long since = standstillNanos;
    timers.schedule(
        2 * peerTimeoutMillis,
        () -> {
          // Who has not answered by now cannot be reached.
          isTimeOver |= standstillNanos == since;
          update();
        });
  }

  /** A peer was admitted or lost, or has said something. */
  void update() {
    if (closed) {
      return;
    }
    self.setSilentFor(reason());
    if (self.isServing() && !self.waitingFor().equals(logged)) {
      logged = self.waitingFor();
      if (self.isAnswering()) {
        news.info("clients are answered again");
      } else {
        news.warn("no client is answered: waiting for " + self.waitingFor());
      }
    }
  }

  /** What is held is old, and this replica ends. */
  void isOld(String why) {
    isOld = why;
    update();
  }

  /** What has to be waited for; empty if nothing. */
  private String reason() {
    if (!isOld.isEmpty()) {
      return "the end: " + isOld;
    }
    String copy = disagreements.whoHasACopyOfOurs();
    if (copy != null) {
      return "an operator: " + copy;
    }
    String anotherHistory = disagreements.whoHasAnotherHistory();
    if (anotherHistory != null) {
      return "an operator to decide between us and replica " + anotherHistory;
    }
    List<Peer> leavers = disagreements.whoLeaveUsOut();
    if (!leavers.isEmpty()) {
      leftOut = true;
      leavers.forEach(leaver -> leftOutBy.add(leaver.entryText()));
      return "replica " + leavers.get(0).name() + " to list us again";
    }
    Peer another = stoodStill ? whoKnowsAnother() : null;
    if (another != null) {
      leftOut = true;
      leftOutBy.add(another.entryText());
      return "replica " + another.name() + " to meet us: it has met another one of our name";
    }
    leftOut = (leftOut || someListedOneLeftUsOut()) && !isInAgain();
    if (leftOut) {
      return "the replicas that list us again to admit us";
    }
    if (stoodStill && !asked.containsAll(peers.all())) {
      askAll();
    }
    stoodStill &= !peers.all().stream().allMatch(this::knowsUsStill);
    return stoodStill ? "the other replicas to answer, since we stood still" : "";
  }

  /**
   * Who has gone on with another one of our name while we stood still, if it has gone on at all:
   * the same as to be left out by it.
   */
  private Peer whoKnowsAnother() {
    return peers.all().stream().filter(peer -> peer.told().knowsAnother()).findFirst().orElse(null);
  }

  /**
   * Whether all that left us out admit us, and all others that we reach. What they have done
   * without us is not known before, and a list of ours that has just changed reaches nobody for a
   * moment. Who is damaged admits nobody, and is as good as away.
   */
  private boolean isInAgain() {
    List<Peer> all = peers.all();
    if (!all.isEmpty() && all.stream().allMatch(Disagreements::agreesWithUs)) {
      leftOutBy.clear(); // we go on without who is not listed any more
      return true;
    }
    all.stream()
        .filter(Disagreements::agreesWithUs)
        .forEach(peer -> leftOutBy.remove(peer.entryText()));
    return !someListedOneLeftUsOut()
        && all.stream().filter(Standing::mayAgree).allMatch(Disagreements::agreesWithUs)
        && (all.isEmpty() || all.stream().anyMatch(Disagreements::agreesWithUs));
  }

  private static boolean mayAgree(Peer peer) {
    return peer.isReached() && !Disagreements.isDamaged(peer);
  }

  private boolean someListedOneLeftUsOut() {
    return peers.all().stream().anyMatch(peer -> leftOutBy.contains(peer.entryText()));
  }

  private boolean knowsUsStill(Peer peer) {
    return isTimeOver || peer.told().hasAnsweredSince(standstillNanos);
  }
}
