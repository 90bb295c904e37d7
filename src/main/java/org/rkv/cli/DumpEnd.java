package org.rkv.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/** Looks whether a dump that can be looked at is whole, before any of it is used. */
final class DumpEnd {
  private static final int LAST_BYTES = 100;

  private DumpEnd() {}

  /** Whether it is known that the last line is missing; of a pipe it is not. */
  static boolean isMissing(FileChannel dump) {
    ByteBuffer last = ByteBuffer.allocate(LAST_BYTES);
    try {
      long size = dump.size();
      if (dump.position() >= size) {
        return false; // A device, or nothing at all: to be read.
      }
      dump.read(last, Math.max(dump.position(), size - LAST_BYTES));
    } catch (IOException e) {
      return false; // A pipe has no end yet.
    }
    String text = new String(last.array(), 0, last.position(), StandardCharsets.ISO_8859_1);
    return !text.endsWith("\n")
        || DumpFormat.entriesAtEnd(text.strip().replaceAll("(?s).*\n", "")) < 0;
  }
}
