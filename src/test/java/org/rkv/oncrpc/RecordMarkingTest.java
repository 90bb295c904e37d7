package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rkv.net.Hex;
import org.rkv.net.MessageReader;

class RecordMarkingTest {
  @Test
  void shouldMarkAMessageAsTheOnlyFragmentOfItsRecord() {
    byte[] bytes = Hex.bytes("11111111 22222222 33333333");
    RecordMarking.INSTANCE.putHeader(bytes, RecordMarking.HEADER_BYTES, 0x010203);
    assertEquals("11111111 80010203 33333333", Hex.words(bytes));
  }

  @Test
  void shouldReadWhatItMarks() {
    byte[] message = Hex.bytes("61626364 65666768");
    byte[] stream = new byte[RecordMarking.HEADER_BYTES + message.length];
    RecordMarking.INSTANCE.putHeader(stream, 0, message.length);
    System.arraycopy(message, 0, stream, RecordMarking.HEADER_BYTES, message.length);
    List<Integer> lengths = new ArrayList<>();
    MessageReader reader = RecordMarking.INSTANCE.reader(message.length);
    assertNull(reader.feed(stream, 0, stream.length, (b, offset, length) -> lengths.add(length)));
    assertEquals(List.of(message.length), lengths);
  }

  @Test
  void shouldRefuseALongerRecordThanAskedFor() {
    byte[] mark = new byte[RecordMarking.HEADER_BYTES];
    RecordMarking.INSTANCE.putHeader(mark, 0, 9);
    assertEquals(
        "a record of more than 8 bytes",
        RecordMarking.INSTANCE.reader(8).feed(mark, 0, mark.length, (b, o, l) -> true));
  }
}
