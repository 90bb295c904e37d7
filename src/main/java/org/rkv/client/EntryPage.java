package org.rkv.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrDecodingStream;
import org.rkv.rpc.kv;

/**
 * A part of a listing. Immutable.
 *
 * @param entries in the order of their keys' bytes; maybe none, also when more follow
 * @param next the key behind which the listing goes on, there or not; null if it is at its end
 * @param replica that told it
 */
record EntryPage(List<Entry> entries, byte[] next, String replica) {
  /** The arguments of LIST for a page. */
  static Arguments arguments(byte[] prefix, byte[] after, int limit, boolean keysOnly) {
    return new Arguments(
        out -> {
          out.xdrEncodeDynamicOpaque(prefix);
          out.xdrEncodeBoolean(after != null);
          out.xdrEncodeDynamicOpaque(after == null ? new byte[0] : after);
          out.xdrEncodeInt(limit);
          out.xdrEncodeBoolean(keysOnly);
        });
  }

  /**
   * Reads what LIST answers.
   *
   * @throws AnnouncedFailedException if the replica is not certain of all that it would tell
   */
  static EntryPage decode(XdrDecodingStream in, String replica)
      throws OncRpcException, IOException {
    int code = in.xdrDecodeInt();
    int count = in.xdrDecodeInt();
    List<Entry> entries = new ArrayList<>(); // what it says may be more than follows
    for (int i = 0; i < count; i++) {
      entries.add(new Entry(in.xdrDecodeDynamicOpaque(), in.xdrDecodeDynamicOpaque()));
    }
    boolean last = in.xdrDecodeBoolean();
    byte[] next = in.xdrDecodeDynamicOpaque();
    if (code != kv.LIST_OK) {
      throw new AnnouncedFailedException("LIST", replica);
    }
    return new EntryPage(entries, last ? null : next, replica);
  }

  /**
   * Whether it can be what was asked for: its keys begin with the prefix and ascend strictly, from
   * the cursor to the next one. So a listing ends, and tells no key twice, whoever answers.
   *
   * @param after the cursor; null for the first page
   */
  boolean follows(byte[] prefix, byte[] after) {
    byte[] before = after;
    for (Entry entry : entries) {
      byte[] key = entry.key();
      if (!beginsWith(prefix, key) || before != null && Arrays.compareUnsigned(before, key) >= 0) {
        return false;
      }
      before = key;
    }
    if (next == null) {
      return true;
    }
    int least = entries.isEmpty() ? 1 : 0; // it may be the last key
    return beginsWith(prefix, next)
        && (before == null || Arrays.compareUnsigned(next, before) >= least);
  }

  private static boolean beginsWith(byte[] prefix, byte[] key) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }
}
