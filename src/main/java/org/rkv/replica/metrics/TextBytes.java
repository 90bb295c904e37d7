package org.rkv.replica.metrics;

import java.nio.charset.StandardCharsets;

/** The strings of the protocol: bytes, one char each, as the stubs have them. */
public final class TextBytes {
  private TextBytes() {}

  /** What such bytes say if they are UTF-8, as names and texts for people are. */
  public static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
