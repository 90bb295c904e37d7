package org.rkv.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.rkv.net.Framing;
import org.rkv.net.MessageReader;

/**
 * How Redis' answers follow one another (RESP 2): a line, or a line with a length and so many bytes
 * behind it. A message is one answer with all that belongs to it. Commands are sent as they are.
 */
final class RedisFraming implements Framing {
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

  private static final class Reader implements MessageReader {
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

    /** 0 if not all of it is there. */
    private static int lengthOfAnswer(byte[] bytes, int from) {
      int lineEnd = from;
      while (lineEnd < bytes.length && bytes[lineEnd] != '\n') {
        lineEnd++;
      }
      if (lineEnd == bytes.length) {
        return 0;
      }
      int length = lineEnd + 1 - from;
      if (bytes[from] == '$') {
        String digits =
            new String(bytes, from + 1, lineEnd - from - 2, StandardCharsets.ISO_8859_1);
        int bulkBytes = Integer.parseInt(digits);
        length += bulkBytes < 0 ? 0 : bulkBytes + 2;
      }
      return length <= bytes.length - from ? length : 0;
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
