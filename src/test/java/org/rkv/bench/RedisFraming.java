package org.rkv.bench;

import java.nio.charset.StandardCharsets;

/**
 * How Redis' answers follow one another (RESP 2): a line, or a line with a length and so many bytes
 * behind it. A message is one answer with all that belongs to it.
 */
final class RedisFraming extends TextFraming {
  @Override
  int lengthOfAnswer(byte[] bytes, int from) {
    int behindLine = lineAfter(bytes, from);
    if (behindLine < 0) {
      return 0;
    }
    int length = behindLine - from;
    if (bytes[from] == '$') {
      String digits = new String(bytes, from + 1, length - 3, StandardCharsets.ISO_8859_1);
      int bulkBytes = Integer.parseInt(digits);
      length += bulkBytes < 0 ? 0 : bulkBytes + 2;
    }
    return length <= bytes.length - from ? length : 0;
  }
}
