package org.rkv.replica.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.XdrOutput;
import org.rkv.replica.epoch.Past;
import org.rkv.replica.peer.PeerMessages;
import org.rkv.rpc.History;
import org.rkv.rpc.Ids;

/** Histories as the payload of a record: in XDR, a char a byte. */
final class HistoryRecord {
  private static final int INITIAL_BYTES = 1024;

  private HistoryRecord() {}

  /** The epochs that what is held has gone through, and who has passed which clock. */
  static String of(Past past) {
    return encode(PeerMessages.history(past, Set.of()));
  }

  /**
   * The reverse.
   *
   * @param taken is not in it
   * @throws IOException if it is none
   */
  static Past past(long incarnation, String payload, Set<Long> taken) throws IOException {
    return PeerMessages.past(incarnation, decode(payload, new History()), taken);
  }

  /** The ids of epochs. */
  static String of(Set<Long> ids) {
    return encode(new Ids(ids.stream().mapToLong(Long::longValue).toArray()));
  }

  /**
   * The reverse.
   *
   * @throws IOException if they are none
   */
  static Set<Long> ids(String payload) throws IOException {
    Set<Long> ids = new LinkedHashSet<>();
    for (long id : decode(payload, new Ids()).value) {
      ids.add(id);
    }
    return ids;
  }

  private static String encode(XdrAble message) {
    XdrOutput output = new XdrOutput(INITIAL_BYTES);
    try {
      message.xdrEncode(output);
    } catch (OncRpcException | IOException e) {
      throw new IllegalStateException("a history could not be encoded", e);
    }
    return new String(output.buffer(), 0, output.size(), ISO_8859_1);
  }

  private static <T extends XdrAble> T decode(String payload, T into) throws IOException {
    byte[] bytes = payload.getBytes(ISO_8859_1);
    try {
      into.xdrDecode(new XdrInput().wrap(bytes, 0, bytes.length));
    } catch (OncRpcException e) {
      throw new IOException("a history in the data directory cannot be read", e);
    }
    return into;
  }
}
