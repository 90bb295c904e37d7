package org.rkv.replica.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.acplt.oncrpc.XdrAble;
import org.rkv.net.Timers;
import org.rkv.oncrpc.ReplyCollector;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.Peers;
import org.rkv.rpc.Copy;
import org.rkv.store.Entry;
import org.rkv.store.Stamp;
import org.rkv.store.Store;

/**
 * Sees to it that what stays unsettled, because a write failed or its replica died, is brought to
 * every replica, a bounded number at a time.
 *
 * <p>Whoever holds such an entry can complete it. So that not all do, one goes first: the replica
 * that wrote it, whose watermark then tells the others; or, if that start is over, the one of the
 * lowest start among those that serve. That one is asked for its copy, and what is settled there is
 * so here. If it does not hold the entry, or makes no {@link Headway}, the others complete it as
 * well. Two that differ in who goes first lose nothing but time.
 *
 * <p>Belongs to the replica's thread.
 */
final class Completions implements Completion.Listener {
  /** What is known of who holds what. */
  interface Ledger {
    /** Every replica holds the entry of this stamp, or something newer, and it is safe at each. */
    void settled(String key, Stamp stamp);

    /** The same, but that it may not be safe here yet. */
    void settledElsewhere(String key, Stamp stamp);

    /** Whether what we hold for the key is safe here, so that it can be settled. */
    boolean maySettle(String key);

    /** Our own watermark, to be told to all peers with a call that is made anyway. */
    long announcedWatermark();
  }

  /** At a time: so many completions, and so many copies that are asked for. */
  static final int MAX_UNDER_WAY = 256;

  /** An entry that nobody settled for this long has been given up by its write. */
  private static final long DUE_AFTER_MILLIS = 1000;

  private final Store store;
  private final LocalReplica self;
  private final Operations operations;
  private final PeerCalls calls;
  private final Peers peers;
  private final Timers timers;
  private final Backlogs backlogs;
  private final Ledger ledger;
  private int completing;
  private int asking;

  /** Whether the one that goes first is not as far as we have asked. */
  private boolean caughtUp;

  private boolean goingOn;

  private boolean closed;

  /**
   * Begins nothing before {@link #tick}.
   *
   * @param backlogs what is unsettled; may change
   */
  Completions(
      Store store,
      LocalReplica self,
      Operations operations,
      PeerCalls calls,
      Timers timers,
      Backlogs backlogs,
      Ledger ledger) {
    this.store = store;
    this.self = self;
    this.operations = operations;
    this.calls = calls;
    peers = calls.peers();
    this.timers = timers;
    this.backlogs = backlogs;
    this.ledger = ledger;
  }

  /** Nothing more is begun. */
  void close() {
    closed = true;
  }

  /** To be called every now and then: begins what is due, as much as may be under way. */
  void tick() {
    caughtUp = false;
    beginDue();
  }

  /**
   * Who catches up has no epochs to complete anything in: the others would take it for one that has
   * other epochs, and compare them anew instead of letting it scan them.
   */
  private void beginDue() {
    boolean possible = self.isServing() && operations.members().areAllThere();
    List<Backlog.PendingWrite> toComplete = new ArrayList<>();
    for (Backlog backlog : backlogs) {
      List<Backlog.PendingWrite> due = due(backlog);
      Peer first = possible ? whoGoesFirst(backlog.origin()) : null;
      if (first == null || due.isEmpty()) {
        backlog.headway().expectNothing();
      }
      if (!possible || due.isEmpty()) {
        continue;
      }
      boolean ours = first == null || backlog.headway().isTooSlow(timers.nanoTime());
      for (Backlog.PendingWrite next : due) {
        if (ours || next.isOurs) {
          toComplete.add(next);
        } else if (first.start() != backlog.origin()) {
          ask(first, backlog, next);
        }
      }
    }
    toComplete.forEach(this::complete);
  }

  /** The first ones of a backlog that have waited long enough and are not under way. */
  private List<Backlog.PendingWrite> due(Backlog backlog) {
    long oldNanos = timers.nanoTime() - TimeUnit.MILLISECONDS.toNanos(DUE_AFTER_MILLIS);
    List<Backlog.PendingWrite> due = new ArrayList<>();
    for (Backlog.PendingWrite next : backlog.first(2 * MAX_UNDER_WAY)) {
      if (next.isUnderWay) {
        continue;
      }
      if (store.isSuperseded(next.key, next.stamp())) {
        backlog.remove(next.key, next.clock);
      } else if (next.sinceNanos - oldNanos <= 0 && ledger.maySettle(next.key)) {
        due.add(next);
      }
    }
    return due;
  }

  /** A peer, or null for this replica. All can be asked. */
  private Peer whoGoesFirst(long origin) {
    if (origin == self.start()) {
      return null;
    }
    Peer first = null;
    long lowest = self.start();
    for (Peer peer : operations.members().others()) {
      if (peer.start() == origin) {
        return peer;
      }
      if (peer.isServing() && peer.start() < lowest) {
        first = peer;
        lowest = peer.start();
      }
    }
    return first;
  }

  /** Whether there is no room for one more, as clients' calls go first. */
  private boolean isFull(int underWay) {
    return underWay >= MAX_UNDER_WAY || underWay > 0 && peers.isSomeBusy();
  }

  private void complete(Backlog.PendingWrite next) {
    Entry held = store.find(next.key);
    if (held == null || isFull(completing)) {
      return; // it has its turn when one of these has ended
    }
    next.isUnderWay = true;
    completing++;
    // What is held now, if that is something newer: the older one is settled with it.
    new Completion(held, next, operations, calls, this).begin(ledger.announcedWatermark());
  }

  @Override
  public void completionEnded(Backlog.PendingWrite begun, Entry completed, boolean everywhere) {
    completing--;
    begun.isUnderWay = false;
    if (everywhere && !closed) {
      ledger.settled(completed.key(), completed.stamp());
      ledger.settled(begun.key, begun.stamp());
      if (completing < MAX_UNDER_WAY / 2) {
        goOnSoon();
      }
    }
  }

  /** There is room for more; what else has ended by then makes more of it. */
  private void goOnSoon() {
    if (!goingOn) {
      goingOn = true;
      timers.schedule(0, this::goOn);
    }
  }

  private void goOn() {
    goingOn = false;
    if (!closed) {
      beginDue();
    }
  }

  private void ask(Peer first, Backlog backlog, Backlog.PendingWrite about) {
    Entry held = store.find(about.key);
    if (held == null || caughtUp || isFull(asking)) {
      return;
    }
    about.isUnderWay = true;
    asking++;
    int textBytes = held.textBytes();
    Question question = new Question(first, backlog, about);
    calls.rget(List.of(first), about.key, textBytes, Members.NO_EPOCHS, question);
  }

  /** Waits for the copy of the one that goes first. */
  private final class Question implements ReplyCollector {
    private final Peer first;
    private final Backlog backlog;
    private final Backlog.PendingWrite about;

    Question(Peer first, Backlog backlog, Backlog.PendingWrite about) {
      this.first = first;
      this.backlog = backlog;
      this.about = about;
    }

    @Override
    public void answered(int index, XdrAble result) {
      ended();
      Copy copy = (Copy) result;
      int order = Messages.stamp(copy.stamp).compareTo(about.stamp());
      if (closed) {
        return;
      }
      if (order < 0) {
        about.isOurs = true; // that one cannot complete what it does not hold
      } else if (order == 0 && copy.settled && first.isServing()) {
        backlog.headway().settledOne();
        ledger.settledElsewhere(about.key, about.stamp());
      } else {
        caughtUp = true;
      }
      if (!caughtUp && asking < MAX_UNDER_WAY / 2) {
        goOnSoon();
      }
    }

    @Override
    public void failed(int index, String reason) {
      ended();
    }

    private void ended() {
      asking--;
      about.isUnderWay = false;
    }
  }
}
