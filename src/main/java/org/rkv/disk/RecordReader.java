package org.rkv.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rkv.store.Entry;
import org.rkv.store.Stamp;

/** The records of a batch, from the bytes of {@link RecordWriter}. */
final class RecordReader {
  private final ByteBuffer bytes;

  private RecordReader(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /**
   * All of them.
   *
   * @throws IllegalArgumentException if they are not what a writer writes
   */
  static List<LogRecord> read(byte[] array, int length) {
    RecordReader reader = new RecordReader(ByteBuffer.wrap(array, 0, length));
    List<LogRecord> records = new ArrayList<>();
    try {
      while (reader.bytes.hasRemaining()) {
        records.add(reader.record());
      }
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("a record is cut short", e);
    }
    return records;
  }

  private LogRecord record() {
    byte type = bytes.get();
    switch (type) {
      case RecordWriter.STORED:
        return new LogRecord.Stored(entry());
      case RecordWriter.META:
        byte kind = bytes.get();
        long number = bytes.getLong();
        return new LogRecord.Meta(kind, text(), number, text());
      case RecordWriter.NOTE:
        return new LogRecord.Note(bytes.get(), text());
      case RecordWriter.STANDING:
        return new LogRecord.Standing(Completeness.values()[bytes.get()]);
      case RecordWriter.END:
        return new LogRecord.End(bytes.getLong(), bytes.getLong());
      default:
        throw new IllegalArgumentException("no record has the type " + type);
    }
  }

  private Entry entry() {
    Stamp stamp = new Stamp(bytes.getLong(), bytes.getLong());
    int valueLength = bytes.getInt();
    String key = text();
    String value = valueLength == RecordWriter.NO_VALUE ? null : text(valueLength);
    return new Entry(key, value, stamp, false);
  }

  private String text() {
    return text(bytes.getInt());
  }

  /** The length is judged before anything is allocated for it. */
  private String text(int length) {
    if (length < 0 || length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    String text = new String(bytes.array(), bytes.position(), length, ISO_8859_1);
    bytes.position(bytes.position() + length);
    return text;
  }
}
