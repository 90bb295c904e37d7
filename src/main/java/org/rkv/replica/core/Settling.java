package org.rkv.replica.core;

import java.util.concurrent.TimeUnit;
import org.rkv.net.Timers;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.store.Entry;
import org.rkv.store.HybridClock;
import org.rkv.store.Stamp;
import org.rkv.store.Store;

/**
 * Knows which entries are settled, that is on every replica, and sees to it that all become so.
 *
 * <p>An entry is known to be settled in one of three ways: its write, a read or a {@link
 * Completion} here has heard it from every peer; or its origin's watermark has passed it ("every
 * write of mine up to this clock is on all replicas"). This replica's own watermark goes out with
 * every RPUT and RDEL, and a few milliseconds after the last one by itself.
 *
 * <p>Entries that stay unsettled, because a write failed or its replica died, are brought to every
 * replica by {@link Completions}. Tombstones are dropped when they have been settled for a grace
 * period, or a shorter one when they are many: by then no delayed write below their stamp can still
 * arrive.
 */
public final class Settling implements Completions.Ledger {
  public static final long TICK_MILLIS = 250;

  /** When a tick comes later than that, the replica was paused. */
  private static final long LONGEST_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(4 * TICK_MILLIS);

  private static final long WATERMARK_DELAY_MILLIS = 5;

  private final Store store;
  private final LocalReplica self;
  private final Completions completions;
  private final PeerCalls calls;
  private final Members members;
  private final Timers timers;
  private final Durability durability;
  private final SettledTombstones settledTombstones;

  private final Backlogs backlogs;
  private final Backlog own;
  private long lastOwnClock;
  private long announcedClock;
  private boolean announcementDue;

  /** Whether a call has carried the watermark since its announcement became due. */
  private boolean carried;

  private boolean closed;

  Settling(
      Store store,
      LocalReplica self,
      Operations operations,
      PeerCalls calls,
      Timers timers,
      long tombstoneGraceMillis,
      long leastGraceMillis) {
    this.store = store;
    this.self = self;
    this.calls = calls;
    members = operations.members();
    this.timers = timers;
    durability = operations.durability();
    settledTombstones =
        new SettledTombstones(store, timers, tombstoneGraceMillis, leastGraceMillis);
    backlogs = new Backlogs(self.start());
    own = backlogs.own();
    completions = new Completions(store, self, operations, calls, timers, backlogs, this);
    timers.schedule(TICK_MILLIS, this::tick);
  }

  /**
   * How long a tombstone is kept at least: longer than any operation takes, so that none that is
   * under way outlives a tombstone that it missed.
   */
  public static long leastGraceMillis(long peerTimeoutMillis) {
    return Math.max(1000, 3 * peerTimeoutMillis);
  }

  /** This incarnation is over: nothing more is begun. */
  void close() {
    closed = true;
    completions.close();
  }

  /** How many entries are not known to be on every replica. */
  public int unsettled() {
    return backlogs.size();
  }

  /** How long the oldest of them has waited; zero if there is none. */
  public long oldestUnsettledNanos() {
    return backlogs.oldestNanos(timers.nanoTime());
  }

  /**
   * An entry has come into the store and is not known to be settled.
   *
   * @param before what the store held for the key, or null
   */
  void added(Entry entry, Entry before) {
    forgetReplaced(before);
    if (entry.origin() == self.start()) {
      lastOwnClock = Math.max(lastOwnClock, entry.clock());
    }
    if (members.others().isEmpty()) {
      // As many wait as the disk is behind with.
      durability.whenSafe(durability.positionOf(entry.key()), () -> settled(entry));
      return;
    }
    backlogs.of(entry.origin()).add(entry, timers.coarseNanoTime());
  }

  /**
   * An entry of another replica has come into the store, and is known to be on every replica.
   *
   * @param before what the store held for the key, or null
   */
  void addedSettled(Entry entry, Entry before) {
    forgetReplaced(before);
    markSettled(entry.key(), entry.stamp());
  }

  private void forgetReplaced(Entry before) {
    if (before == null) {
      return;
    }
    if (before.settled()) {
      if (before.isTombstone()) {
        settledTombstones.replaced(before.key());
      }
    } else if (before.origin() != self.start()) {
      // Whoever completes the new one does it for both. One of our own stays: our watermark may
      // not pass it before something newer is settled.
      Backlog backlog = backlogs.find(before.origin());
      if (backlog != null) {
        backlog.remove(before.key(), before.clock());
      }
    }
  }

  /** Every replica holds the entry, or something newer, and it is safe at each, here too. */
  void settled(Entry entry) {
    settled(entry.key(), entry.stamp());
  }

  /** The others hold the entry. What is not safe here is found to be settled once more. */
  @Override
  public void settledElsewhere(String key, Stamp stamp) {
    if (maySettle(key)) {
      settled(key, stamp);
    }
  }

  @Override
  public boolean maySettle(String key) {
    return durability.isSafe(durability.positionOf(key));
  }

  @Override
  public void settled(String key, Stamp stamp) {
    Backlog backlog = backlogs.find(stamp.origin());
    if (backlog != null) {
      backlog.remove(key, stamp.clock());
    }
    markSettled(key, stamp);
    if (backlog == own) {
      announceSoon();
    }
  }

  private void markSettled(String key, Stamp stamp) {
    if (store.settle(key, stamp)) {
      settledTombstones.add(key, stamp);
    }
  }

  /** A peer says: every write of this start of mine up to this clock is on all replicas. */
  void watermark(long origin, long clock) {
    Backlog backlog = backlogs.find(origin);
    if (backlog == null || backlog == own || !HybridClock.isPossible(clock)) {
      return;
    }
    Backlog.PendingWrite first;
    while ((first = backlog.first()) != null && first.clock <= clock) {
      backlog.remove(first.key, first.clock);
      backlog.headway().settledOne();
      markSettled(first.key, first.stamp());
    }
  }

  /** Every write of this start up to this clock is on all replicas. */
  long ownWatermark() {
    Backlog.PendingWrite first;
    while ((first = own.first()) != null && store.isSuperseded(first.key, first.stamp())) {
      own.remove(first.key, first.clock);
    }
    return first == null ? lastOwnClock : first.clock - 1;
  }

  @Override
  public long announcedWatermark() {
    carried = true;
    announcedClock = ownWatermark();
    return announcedClock;
  }

  /** Tells all peers our state and our watermark. */
  void announceState() {
    announceState(() -> {});
  }

  /**
   * Tells all peers our state and our watermark.
   *
   * @param told called when each has answered, or cannot be reached
   */
  void announceState(Runnable told) {
    calls.announce(
        announcedWatermark(), durability.epochs(self.history()), durability.isFull(), told);
  }

  private void announceSoon() {
    if (!announcementDue) {
      announcementDue = true;
      carried = false;
      timers.schedule(WATERMARK_DELAY_MILLIS, this::announce);
    }
  }

  private void announce() {
    announcementDue = false;
    if (closed || ownWatermark() <= announcedClock) {
      return;
    }
    if (carried) {
      announceSoon(); // there are writes: the next one carries it, or else it has a turn of its own
    } else {
      announceState();
    }
  }

  private void tick() {
    if (closed) {
      return;
    }
    timers.schedule(TICK_MILLIS, this::tick);
    completions.tick();
    backlogs.turn();
    settledTombstones.dropOld(LONGEST_TICK_NANOS);
  }
}
