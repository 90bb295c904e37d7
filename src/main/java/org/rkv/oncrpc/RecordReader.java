package org.rkv.oncrpc;

import java.util.Arrays;
import org.rkv.net.MessageReader;

/**
 * Cuts a TCP byte stream into records (record marking, RFC 5531 section 11). Fragments of any
 * length are joined. Memory grows with the bytes received, never with the length declared; a whole
 * record in the bytes fed is handed on where it lies, without a copy. Not thread-safe.
 */
final class RecordReader implements MessageReader {
  /** The length of a record mark. */
  static final int MARK_BYTES = 4;

  /** The bit of a record mark that tells the last fragment of a record. */
  static final int LAST_FRAGMENT = 0x80000000;

  /** A record in more fragments is refused: their marks would be longer than what they bring. */
  private static final int MAX_FRAGMENTS = 1024;

  private final int maxRecordBytes;

  /** What longer calls are for, or null if a longer record is a fault. */
  private final Program program;

  private int markBytes;
  private int mark;
  private int fragmentLeft;
  private int fragments;
  private byte[] assembled;
  private int assembledBytes;

  private boolean admitted;

  /** Of an over-long record, what came behind its beginning. */
  private int skippedBytes;

  private int consumed;

  /** Refuses records of more than this. */
  RecordReader(int maxRecordBytes) {
    this(maxRecordBytes, null);
  }

  /** Passes over what a record has beyond this, and hands on an {@link OverlongCall} shortened. */
  RecordReader(int maxRecordBytes, Program program) {
    this.maxRecordBytes = maxRecordBytes;
    this.program = program;
  }

  @Override
  public boolean isInsideMessage() {
    return markBytes > 0 || fragments > 0;
  }

  @Override
  public void admitted() {
    admitted = true;
  }

  @Override
  public int heldBytes() {
    return assembled == null ? 0 : assembled.length;
  }

  @Override
  public int receivedBytes() {
    return assembledBytes + skippedBytes;
  }

  @Override
  public int announcedBytes() {
    return receivedBytes() + fragmentLeft;
  }

  @Override
  public int consumed() {
    return consumed;
  }

  /**
   * {@inheritDoc}
   *
   * @return null, or why the connection must be closed: a record too large, also for one who is not
   *     admitted, or in too many fragments
   */
  @Override
  public String feed(byte[] bytes, int offset, int end, Sink sink) {
    consumed = offset;
    while (true) {
      if (markBytes < MARK_BYTES) {
        if (consumed == end) {
          return null;
        }
        mark = mark << 8 | bytes[consumed++] & 0xff;
        if (++markBytes == MARK_BYTES) {
          String fault = beginFragment();
          if (fault != null) {
            return fault;
          }
        }
        continue;
      }
      int available = Math.min(fragmentLeft, end - consumed);
      boolean last = (mark & LAST_FRAGMENT) != 0;
      boolean isWhole = last && assembledBytes == 0 && available == fragmentLeft;
      if (isWhole && available <= maxRecordBytes) {
        int start = consumed;
        int mostBytes = mostBytesOf(bytes, start, available);
        if (available > mostBytes) {
          return tooLong(mostBytes);
        }
        consumed += available;
        begin();
        if (!sink.message(bytes, start, available)) {
          return null;
        }
        continue;
      }
      append(bytes, consumed, available);
      consumed += available;
      fragmentLeft -= available;
      int mostBytes = mostBytesOf(assembled, 0, assembledBytes);
      if (announcedBytes() > mostBytes) {
        return tooLong(mostBytes);
      }
      if (fragmentLeft > 0) {
        return null;
      }
      markBytes = 0;
      if (last) {
        byte[] record = assembled;
        int length = assembledBytes;
        if (skippedBytes > 0) {
          length = new OverlongCall(program).shorten(record, length, length + skippedBytes);
          if (length < 0) {
            return tooLong(maxRecordBytes);
          }
        }
        begin();
        if (!sink.message(record, 0, length)) {
          return null;
        }
      }
    }
  }

  private String beginFragment() {
    fragmentLeft = mark & ~LAST_FRAGMENT;
    long recordBytes = (long) assembledBytes + skippedBytes + fragmentLeft;
    if (recordBytes > maxRecordBytes
        && (program == null || recordBytes > OverlongCall.MAX_RECORD_BYTES)) {
      return tooLong(maxRecordBytes);
    }
    return ++fragments > MAX_FRAGMENTS
        ? "a record in more than " + MAX_FRAGMENTS + " fragments"
        : null;
  }

  /** That a record which begins so may have, whatever others may. */
  private int mostBytesOf(byte[] beginning, int offset, int length) {
    if (admitted || program == null) {
      return Integer.MAX_VALUE;
    }
    Program.Procedure called = CallHeader.called(program, beginning, offset, length);
    return called == null ? Integer.MAX_VALUE : called.mostBytesOfStrangers();
  }

  private static String tooLong(int mostBytes) {
    return "a record of more than " + mostBytes + " bytes";
  }

  /** The next byte begins a record; an idle connection holds no buffer. */
  private void begin() {
    markBytes = 0;
    fragments = 0;
    assembled = null;
    assembledBytes = 0;
    skippedBytes = 0;
  }

  private void append(byte[] bytes, int offset, int count) {
    int length = Math.min(count, maxRecordBytes - assembledBytes);
    skippedBytes += count - length;
    int needed = assembledBytes + length;
    if (assembled == null) {
      assembled = new byte[Math.max(needed, 64)];
    } else if (assembled.length < needed) {
      assembled =
          Arrays.copyOf(
              assembled, Math.max(needed, Math.min(2 * assembled.length, maxRecordBytes)));
    }
    System.arraycopy(bytes, offset, assembled, assembledBytes, length);
    assembledBytes = needed;
  }
}
