package org.rkv.bench;

import java.util.Arrays;
import org.rkv.net.Framing;
import org.rkv.net.MessageReader;

/**
 * Answers of a text protocol, which say themselves how long they are; commands are sent as they
 * are.
 */
abstract class TextFraming implements Framing {
  /**
   * How long the answer is that begins there.
   *
   * @return 0 if not all of it is there
   */
  abstract int lengthOfAnswer(byte[] bytes, int from);

  /** Behind the next line, or -1 if its end is not there. */
  static int lineAfter(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  @Override
  public MessageReader reader(int maxMessageBytes) {
    return new Reader(maxMessageBytes);
  }

  @Override
  public int headerBytes() {
    return 0;
  }

  @Override
  public void putHeader(byte[] target, int offset, int messageBytes) {}

  private final class Reader implements MessageReader {
    private final int maxMessageBytes;
    private byte[] held = {};
    private int consumed;

    Reader(int maxMessageBytes) {
      this.maxMessageBytes = maxMessageBytes;
    }

    @Override
    public String feed(byte[] bytes, int offset, int end, Sink sink) {
      byte[] all = Arrays.copyOf(held, held.length + end - offset);
      System.arraycopy(bytes, offset, all, held.length, end - offset);
      consumed = end;
      int from = 0;
      int length;
      while ((length = lengthOfAnswer(all, from)) > 0) {
        from += length;
        if (!sink.message(all, from - length, length)) {
          break;
        }
      }
      held = Arrays.copyOfRange(all, from, all.length);
      return held.length > maxMessageBytes ? "an answer that is too long" : null;
    }

    @Override
    public int consumed() {
      return consumed;
    }

    @Override
    public boolean isInsideMessage() {
      return held.length > 0;
    }

    @Override
    public int heldBytes() {
      return held.length;
    }
  }
}
