package org.rkv.oncrpc;

import org.rkv.net.Framing;
import org.rkv.net.MessageReader;

/**
 * Record marking (RFC 5531 section 11), the framing of RPC over TCP: a record is a message, cut
 * into fragments, each behind a mark that gives its length and tells the last one. What is sent
 * here is one fragment a record; what is received may be many. Immutable, thread-safe.
 */
public final class RecordMarking implements Framing {
  /** For which a record that is too long is a fault. */
  public static final RecordMarking INSTANCE = new RecordMarking(null);

  /** The length of a record mark, which goes before each fragment. */
  public static final int HEADER_BYTES = RecordReader.MARK_BYTES;

  /** The bit of a record mark that tells the last fragment of a record. */
  public static final int LAST_FRAGMENT = RecordReader.LAST_FRAGMENT;

  private final Program program;

  private RecordMarking(Program program) {
    this.program = program;
  }

  /**
   * For a server of this program, which answers calls that are too long as well. The text in them
   * that is, in the order of the arguments, the first beyond the longest record is cut off there;
   * it must be too large for the server even so.
   */
  public static RecordMarking shorteningCallsOf(Program program) {
    return new RecordMarking(program);
  }

  @Override
  public MessageReader reader(int maxMessageBytes) {
    return new RecordReader(maxMessageBytes, program);
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
