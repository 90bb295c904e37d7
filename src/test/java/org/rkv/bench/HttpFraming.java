package org.rkv.bench;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** How answers of HTTP/1.1 follow one another, so far as each says its length (RFC 9112, 6.2). */
final class HttpFraming extends TextFraming {
  private static final String LENGTH = "content-length:";

  @Override
  int lengthOfAnswer(byte[] bytes, int from) {
    int bodyBytes = 0;
    int at = from;
    while (true) {
      int next = lineAfter(bytes, at);
      if (next < 0) {
        return 0;
      }
      String line = new String(bytes, at, next - at, StandardCharsets.ISO_8859_1).trim();
      at = next;
      if (line.isEmpty()) {
        return bodyBytes <= bytes.length - at ? at + bodyBytes - from : 0;
      }
      if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
        bodyBytes = Integer.parseInt(line.substring(LENGTH.length()).trim());
      }
    }
  }
}
