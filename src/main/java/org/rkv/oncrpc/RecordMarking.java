package org.rkv.oncrpc;

import org.rkv.net.Framing;
import org.rkv.net.MessageReader;

/**
 * Record marking (RFC 5531 section 11), the framing of RPC over TCP: a record is a message, cut
 * into fragments, each behind a mark that gives its length and tells the last one. What is sent
 * here is one fragment a record; what is received may be many. Immutable, thread-safe.
 */
public final class RecordMarking implements Framing {
  /** The only one; it has no state. */
  public static final RecordMarking INSTANCE = new RecordMarking();

  /** The length of a record mark, which goes before each fragment. */
  public static final int HEADER_BYTES = RecordReader.MARK_BYTES;

  /** The bit of a record mark that tells the last fragment of a record. */
  public static final int LAST_FRAGMENT = RecordReader.LAST_FRAGMENT;

  private RecordMarking() {}

  @Override
  public MessageReader reader(int maxMessageBytes) {
    return new RecordReader(maxMessageBytes);
  }

  @Override
  public int headerBytes() {
    return HEADER_BYTES;
  }

  @Override
  public void putHeader(byte[] target, int offset, int messageBytes) {
    XdrOutput.putInt(target, offset, LAST_FRAGMENT | messageBytes);
  }
}
