package org.rkv.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads lines as bytes, one char each, and keeps no more of one than a limit. Not thread-safe. */
final class LineReader {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final InputStream in;
  private final int maxLineBytes;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final ByteArrayOutputStream part = new ByteArrayOutputStream();
  private int position;
  private int end;
  private boolean tooLong;
  private boolean ended;

  LineReader(InputStream in, int maxLineBytes) {
    this.in = in;
    this.maxLineBytes = maxLineBytes;
  }

  /** The next line without its end; null when there is none. The last one needs no end. */
  String next() throws IOException {
    part.reset();
    tooLong = false;
    ended = false;
    boolean begun = false;
    while (true) {
      if (position == end) {
        end = Math.max(0, in.read(buffer));
        position = 0;
        if (end == 0) {
          return begun ? part.toString(StandardCharsets.ISO_8859_1) : null;
        }
      }
      begun = true;
      int start = position;
      while (position < end && buffer[position] != '\n') {
        position++;
      }
      keep(start, position - start);
      if (position < end) {
        position++;
        ended = true;
        return part.toString(StandardCharsets.ISO_8859_1);
      }
    }
  }

  private void keep(int start, int length) {
    tooLong |= part.size() + length > maxLineBytes;
    if (!tooLong) {
      part.write(buffer, start, length);
    }
  }

  /** Whether the line last read has an end, so that all of it is there. */
  boolean isEnded() {
    return ended;
  }

  /** Whether the line last read was longer than the limit, so that only its beginning is known. */
  boolean isTooLong() {
    return tooLong;
  }
}
