package org.rkv.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrDecodingStream;
import org.rkv.rpc.kv;

/**
 * A part of a listing. Immutable.
 *
 * @param entries in the order of their keys' bytes; maybe none, also when more follow
 * @param next the key behind which the listing goes on, there or not; null if it is at its end
 */
record EntryPage(List<Entry> entries, byte[] next) {
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
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(new Entry(in.xdrDecodeDynamicOpaque(), in.xdrDecodeDynamicOpaque()));
    }
    boolean last = in.xdrDecodeBoolean();
    byte[] next = in.xdrDecodeDynamicOpaque();
    if (code != kv.LIST_OK) {
      throw new AnnouncedFailedException("LIST", replica);
    }
    return new EntryPage(entries, last ? null : next);
  }
}
