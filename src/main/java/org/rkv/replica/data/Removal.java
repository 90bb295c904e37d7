package org.rkv.replica.data;

import org.rkv.store.Entry;
import org.rkv.store.Stamp;

/** An entry that does not count any more, as the payload of a record: its stamp, then its key. */
record Removal(String key, Stamp stamp) {
  private static final int HEX_DIGITS = 16;

  static String encode(Entry entry) {
    return String.format("%016x%016x%s", entry.clock(), entry.origin(), entry.key());
  }

  static Removal decode(String payload) {
    long clock = Long.parseUnsignedLong(payload, 0, HEX_DIGITS, HEX_DIGITS);
    long origin = Long.parseUnsignedLong(payload, HEX_DIGITS, 2 * HEX_DIGITS, HEX_DIGITS);
    return new Removal(payload.substring(2 * HEX_DIGITS), new Stamp(clock, origin));
  }
}
