package org.rkv.disk;

import java.nio.ByteBuffer;
import org.rkv.store.Entry;

/** Records one after the other as bytes; {@link RecordReader} does the reverse. Not thread-safe. */
final class RecordWriter {
  static final byte STORED = 1;
  static final byte META = 2;
  static final byte NOTE = 3;
  static final byte STANDING = 4;
  static final byte END = 5;

  /** The length of the value of a tombstone. */
  static final int NO_VALUE = -1;

  /** No record takes more besides its text. */
  static final int MAX_BYTES_BESIDE_TEXT = 40;

  private static final int FIRST_BYTES = 8192;

  private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES);

  void write(LogRecord record) {
    makeRoom(MAX_BYTES_BESIDE_TEXT + record.textBytes());
    if (record instanceof LogRecord.Stored stored) {
      bytes.put(STORED);
      putEntry(stored.entry());
    } else if (record instanceof LogRecord.Meta meta) {
      bytes.put(META).put(meta.kind()).putLong(meta.number());
      putText(meta.key());
      putText(meta.payload());
    } else if (record instanceof LogRecord.Note note) {
      bytes.put(NOTE).put(note.kind());
      putText(note.payload());
    } else if (record instanceof LogRecord.Standing standing) {
      bytes.put(STANDING).put((byte) standing.completeness().ordinal());
    } else if (record instanceof LogRecord.End end) {
      bytes.put(END).putLong(end.entries()).putLong(end.metas());
    }
  }

  int length() {
    return bytes.position();
  }

  /** The bytes written, until more are. */
  byte[] array() {
    return bytes.array();
  }

  private void putEntry(Entry entry) {
    bytes.putLong(entry.clock()).putLong(entry.origin());
    bytes.putInt(entry.isTombstone() ? NO_VALUE : entry.value().length());
    putText(entry.key());
    if (!entry.isTombstone()) {
      put(entry.value());
    }
  }

  private void putText(String text) {
    bytes.putInt(text.length());
    put(text);
  }

  /** The deprecated getBytes takes the low byte of each char, which is what a text is made of. */
  @SuppressWarnings("deprecation")
  private void put(String text) {
    text.getBytes(0, text.length(), bytes.array(), bytes.position());
    bytes.position(bytes.position() + text.length());
  }

  private void makeRoom(int more) {
    if (bytes.remaining() < more) {
      int length = Math.max(Math.addExact(bytes.position(), more), 2 * bytes.capacity());
      bytes = ByteBuffer.allocate(length).put(bytes.flip());
    }
  }
}
