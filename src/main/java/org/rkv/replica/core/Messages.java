package org.rkv.replica.core;

import org.rkv.rpc.Ask;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Contents;
import org.rkv.rpc.Copy;
import org.rkv.rpc.Del;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.Put;
import org.rkv.rpc.Scanned;
import org.rkv.rpc.Value;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.store.Stamp;
import org.rkv.store.Store;

/** The store's entries as the messages of kv.x, and back. */
public final class Messages {
  private Messages() {}

  /**
   * What RPUT sends.
   *
   * @param entry has a value
   * @param settledClock every write of ours up to it is on all replicas
   * @param epochs of the operation
   */
  static Put put(Entry entry, long settledClock, long epochs) {
    Put put = new Put();
    put.kv = new KeyValue();
    put.kv.key = new Key(entry.key());
    put.kv.value = new Value(entry.value());
    put.stamp = stamp(entry);
    put.settled = settledClock;
    put.epochs = epochs;
    return put;
  }

  /** What RDEL sends, likewise. */
  static Del del(Entry tombstone, long settledClock, long epochs) {
    Del del = new Del();
    del.key = new Key(tombstone.key());
    del.stamp = stamp(tombstone);
    del.settled = settledClock;
    del.epochs = epochs;
    return del;
  }

  /** What RGET sends, likewise. */
  static Ask ask(String key, long epochs) {
    Ask ask = new Ask();
    ask.key = new Key(key);
    ask.epochs = epochs;
    return ask;
  }

  /** What RGET answers to one that gets no copy. */
  static Copy noCopy(int code) {
    Copy copy = new Copy();
    copy.code = code;
    copy.value = new Value("");
    copy.stamp = new org.rkv.rpc.Stamp();
    return copy;
  }

  /** What RGET answers: code, value and stamp of an entry, a tombstone, or nothing (null). */
  static Copy copy(Entry entry) {
    Copy copy = new Copy();
    boolean live = entry != null && !entry.isTombstone();
    copy.code = live ? kv.GET_OK : kv.GET_KEY_NOT_FOUND;
    copy.value = new Value(live ? entry.value() : "");
    copy.stamp = entry == null ? new org.rkv.rpc.Stamp() : stamp(entry);
    copy.settled = entry != null && entry.settled();
    return copy;
  }

  /** What a page of RSCAN says of an entry. */
  public static Scanned scanned(Entry entry) {
    Scanned scanned = new Scanned();
    scanned.key = new Key(entry.key());
    scanned.deleted = entry.isTombstone();
    scanned.value = new Value(entry.isTombstone() ? "" : entry.value());
    scanned.stamp = stamp(entry);
    scanned.settled = entry.settled();
    return scanned;
  }

  static GetReply getReply(int code, String value) {
    GetReply reply = new GetReply();
    reply.code = code;
    reply.value = new Value(value);
    return reply;
  }

  /**
   * What GET answers for a value, or for null: a key that is nowhere.
   *
   * @param store tells whether there is any other key
   */
  static GetReply getReply(String value, Store store) {
    if (value != null) {
      return getReply(kv.GET_OK, value);
    }
    return getReply(store.liveEntries() == 0 ? kv.GET_KVSTORE_IS_EMPTY : kv.GET_KEY_NOT_FOUND, "");
  }

  /** What DIGEST answers. */
  static Contents contents(Store store, int unsettled) {
    Contents contents = new Contents();
    contents.entries = store.liveEntries();
    contents.tombstones = store.tombstones();
    contents.unsettled = unsettled;
    contents.entries_digest = new Bytes(store.entriesDigest().toBytes());
    contents.tombstones_digest = new Bytes(store.tombstonesDigest().toBytes());
    return contents;
  }

  static Stamp stamp(org.rkv.rpc.Stamp stamp) {
    return new Stamp(stamp.clock, stamp.origin);
  }

  private static org.rkv.rpc.Stamp stamp(Entry entry) {
    org.rkv.rpc.Stamp stamp = new org.rkv.rpc.Stamp();
    stamp.clock = entry.clock();
    stamp.origin = entry.origin();
    return stamp;
  }
}
