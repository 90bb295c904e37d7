package org.rkv.replica.core;

import org.rkv.net.Channel;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.Peers;
import org.rkv.store.HeapBudget;
import org.rkv.store.Limits;
import org.rkv.store.Store;

/**
 * How much a replica takes from its peers beyond what it takes from clients. Each replica lets its
 * clients fill it up to the capacity, and while replicas are cut off from each other each may do so
 * by itself: what all together may have accepted is the most that an honest peer can tell of, and
 * nothing beyond it is taken. Of the heap, half as much again as clients may fill is for that.
 * Belongs to the replica's thread.
 */
final class Headroom {
  /** Of its clients, a replica has fewer calls under way than that. */
  private static final int CALLS_UNDER_WAY = 16 * 1024;

  /** To ask how much of the heap is in use takes longer than to store one: one asks for so many. */
  private static final int SMALL_VALUES_A_LOOK = 16;

  private final LocalReplica self;
  private final Store store;
  private final Peers peers;
  private final HeapShortage shortage;
  private int smallValues;
  private boolean refusesPeers;

  Headroom(LocalReplica self, Store store, Peers peers, HeapUse heap) {
    this.self = self;
    this.store = store;
    this.peers = peers;
    shortage = new HeapShortage(heap, store::heldBytes);
  }

  /**
   * Whether there is room for an entry.
   *
   * @param value null for a tombstone
   */
  boolean hasRoomFor(String key, String value) {
    if (value == null && store.knows(key)) {
      return true; // no key more, and a delete is never refused
    }
    boolean isOneMore =
        value == null
            ? store.keys() >= maxKeys()
            : store.liveEntries() >= maxEntries() && !store.isLive(key);
    return !isOneMore
        && (store.heldBytes() <= maxBytes() && !refusesPeers(value)
            || store.growth(key, value) <= 0);
  }

  private boolean refusesPeers(String value) {
    boolean isSmall = value == null || !Channel.isLarge(value.length());
    if (refusesPeers || !isSmall || ++smallValues % SMALL_VALUES_A_LOOK == 0) {
      refusesPeers = shortage.refusesPeers();
    }
    return refusesPeers;
  }

  /**
   * What clients may fill: the least that any replica of the list takes, so far as it was heard of.
   * So the smallest need not hold what the largest accepted.
   */
  long clientBytes() {
    long least = self.maxBytes();
    for (Peer peer : peers.all()) {
      least = Math.min(least, peer.told().maxBytes());
    }
    return least;
  }

  /** What clients may fill at this moment, with what the heap has left. */
  long clientBytesNow() {
    return isHeapShort() ? 0 : clientBytes();
  }

  /** Whether clients can put nothing that takes more memory, whatever the budget says. */
  boolean isHeapShort() {
    return shortage.refusesPuts();
  }

  /** Whether a client may be told this value, or null for none, at this moment. */
  boolean mayTell(String value) {
    return value == null || !Channel.isLarge(value.length()) || !shortage.refusesLargeReads();
  }

  /** What we may hold ourselves, whatever others take. */
  long maxBytes() {
    return HeapBudget.withHeadroom(self.maxBytes());
  }

  /** More keys an honest peer never tells of. */
  long maxKeys() {
    return maxEntries() + replicas() * (limits().maxTombstones() + CALLS_UNDER_WAY);
  }

  private long maxEntries() {
    return replicas() * (limits().capacity() + CALLS_UNDER_WAY);
  }

  private long replicas() {
    return 1L + peers.all().size();
  }

  private Limits limits() {
    return store.limits();
  }
}
