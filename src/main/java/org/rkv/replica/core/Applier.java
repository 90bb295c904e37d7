package org.rkv.replica.core;

import org.rkv.net.LimitedLog;
import org.rkv.rpc.Scanned;
import org.rkv.store.Entry;
import org.rkv.store.HybridClock;
import org.rkv.store.MergeResult;
import org.rkv.store.Stamp;
import org.rkv.store.Store;

/**
 * Applies to this replica's store what other replicas accepted, whichever way it comes: with RPUT
 * or RDEL, from a read that found a newer copy, or in a page of a scan. The greatest stamp wins.
 * Belongs to the replica's thread.
 */
public final class Applier implements HandOver.Mover {
  private final Store store;
  private final HybridClock clock;
  private final Settling settling;
  private final OperationLog operationLog;
  private final LimitedLog log;

  /**
   * Applies to this store.
   *
   * @param clock the one that the store takes its stamps from
   */
  Applier(
      Store store,
      HybridClock clock,
      Settling settling,
      OperationLog operationLog,
      LimitedLog log) {
    this.store = store;
    this.clock = clock;
    this.settling = settling;
    this.operationLog = operationLog;
    this.log = log;
  }

  /**
   * Moves our clock past a stamp, so that what we write next is newer.
   *
   * @return false, and the log says so, if the stamp's clock cannot be true: nothing under that
   *     stamp may be applied
   */
  boolean observeStamp(Stamp stamp) {
    if (clock.observe(stamp.clock())) {
      return true;
    }
    log.warn(
        HybridClock.isPossible(stamp.clock())
            ? "refused a stamp whose clock is over an hour ahead of ours: " + stamp
            : "refused a stamp whose clock cannot be: " + stamp);
    return false;
  }

  /**
   * Takes over what another replica accepted, unless the store holds something newer.
   *
   * @param value null for a tombstone
   * @param stamp one that was observed, or taken over
   */
  MergeResult adopt(String key, String value, Stamp stamp) {
    MergeResult merged = store.apply(key, value, stamp);
    if (merged.changed()) {
      settling.added(merged.after(), merged.before());
      operationLog.adopted(merged);
    }
    return merged;
  }

  /**
   * Takes over the agreed clock of a replica that is scanned, however far ahead it is: some replica
   * may still have a tombstone of that clock.
   *
   * @return false if there can be no such clock, and nothing was taken over
   */
  boolean loadAgreedClock(long agreed) {
    return clock.takeOverAgreed(agreed);
  }

  /** All has been taken over that is to be: from now on stamps are believed as far as our limit. */
  void caughtUp() {
    clock.begin();
  }

  /**
   * Takes over an entry of a scan, however far ahead its clock is: without it, this replica would
   * lack what the others acknowledged.
   *
   * @param trusted whether the replica scanned serves, so that what it calls settled is so
   * @return false if there can be no such clock, and nothing was taken over
   */
  public boolean load(Scanned scanned, boolean trusted) {
    Stamp stamp = Messages.stamp(scanned.stamp);
    if (!clock.takeOver(stamp.clock())) {
      return false;
    }
    String key = scanned.key.value;
    String value = scanned.deleted ? null : scanned.value.value;
    if (trusted && scanned.settled) {
      loadSettled(key, value, stamp);
    } else {
      adopt(key, value, stamp);
    }
    return true;
  }

  /** An entry of the former copy is in the store by itself, and is not known to be settled. */
  void isHeld(Entry entry) {
    clock.takeOver(entry.clock());
    settling.added(entry, null);
  }

  /**
   * Takes over an entry of the former copy, which a source holds as well.
   *
   * @param isSettled whether a source that serves knows it to be on every replica
   */
  @Override
  public void move(Entry entry, boolean isSettled) {
    clock.takeOver(entry.clock());
    if (isSettled) {
      loadSettled(entry.key(), entry.value(), entry.stamp());
    } else {
      adopt(entry.key(), entry.value(), entry.stamp());
    }
  }

  private void loadSettled(String key, String value, Stamp stamp) {
    MergeResult merged = store.apply(key, value, stamp);
    Entry held = merged.after();
    if (merged.changed()) {
      settling.addedSettled(held, merged.before());
      operationLog.adopted(merged);
    } else if (held.stamp().equals(stamp)) {
      settling.settledElsewhere(key, stamp); // it came with an RPUT before the scan came to it
    }
  }
}
