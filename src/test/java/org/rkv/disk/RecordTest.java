package org.rkv.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rkv.store.Entry;
import org.rkv.store.Stamp;

/** Records as bytes, and back. */
class RecordTest {
  private static final String ALL_BYTES =
      IntStream.range(0, 256)
          .mapToObj(each -> String.valueOf((char) each))
          .collect(Collectors.joining());

  private static final List<LogRecord> RECORDS = new ArrayList<>();

  static {
    Stamp stamp = new Stamp(Long.MAX_VALUE, Long.MIN_VALUE);
    for (String text : List.of("", "a", ALL_BYTES, ALL_BYTES.repeat(100))) {
      RECORDS.add(new LogRecord.Stored(new Entry(text, text, stamp, false)));
      RECORDS.add(new LogRecord.Stored(new Entry(text, null, stamp, false)));
      RECORDS.add(new LogRecord.Meta((byte) -1, text, -2, text));
      RECORDS.add(new LogRecord.Note((byte) 3, text));
    }
    for (Completeness completeness : Completeness.values()) {
      RECORDS.add(new LogRecord.Standing(completeness));
    }
    RECORDS.add(new LogRecord.End(1, 2));
  }

  @Test
  void shouldReadWhatWasWritten() {
    RecordWriter writer = write();

    assertEquals(RECORDS, RecordReader.read(writer.array(), writer.length()));
  }

  private static RecordWriter write() {
    RecordWriter writer = new RecordWriter();
    RECORDS.forEach(writer::write);
    return writer;
  }

  @Test
  void shouldRefuseWhatIsCutShort() {
    for (LogRecord record : RECORDS) {
      RecordWriter writer = new RecordWriter();
      writer.write(record);
      for (int length = 1; length < Math.min(writer.length(), 1000); length++) {
        byte[] cut = Arrays.copyOf(writer.array(), length);
        int end = length;
        assertThrows(IllegalArgumentException.class, () -> RecordReader.read(cut, end));
      }
    }
  }

  @Test
  void shouldRefuseAnAbsurdLengthBeforeItAllocates() {
    byte[] absurd = {RecordWriter.NOTE, 1, 0x7f, -1, -1, -1, 0};

    assertThrows(IllegalArgumentException.class, () -> RecordReader.read(absurd, absurd.length));
  }

  @Test
  void shouldRefuseATypeThatIsNotKnown() {
    for (byte type : new byte[] {0, 6, -1}) {
      assertThrows(IllegalArgumentException.class, () -> RecordReader.read(new byte[] {type}, 1));
    }
  }
}
