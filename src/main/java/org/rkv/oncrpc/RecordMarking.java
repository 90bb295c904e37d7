package org.rkv.oncrpc;

import org.rkv.net.Framing;
import org.rkv.net.MessageReader;

/**
 * Record marking (RFC 5531 section 11): a record is a message, cut into fragments, each behind four
 * bytes that give its length and tell the last one. We send each record as one fragment, and take
 * them in any number.
 */
public final class RecordMarking implements Framing {
  /** The only one; it has no state. */
  public static final RecordMarking INSTANCE = new RecordMarking();

  /** The length of a record mark. */
  public static final int HEADER_BYTES = 4;

  /** The bit of a record mark that tells the last fragment of a record. */
  public static final int LAST_FRAGMENT = 0x80000000;

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
