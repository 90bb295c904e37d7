package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.rkv.net.Calls;
import org.rkv.net.Hex;

/** However a stream is cut, by its sender into fragments or on its way into reads. */
class RecordReaderPropertyTest {
  private static final int MAX_RECORD_BYTES = 4096;

  @Property
  void shouldGiveTheSameRecordsForAnyFragmentsAndAnyReads(
      @ForAll @Size(max = 8) List<@Size(max = 300) byte[]> messages,
      @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 40) Integer> fragmentBytes,
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 500) Integer> readBytes) {
    byte[] stream = stream(messages, fragmentBytes);
    List<String> received = new ArrayList<>();
    RecordReader reader = new RecordReader(MAX_RECORD_BYTES);
    for (int from = 0, i = 0; from < stream.length; i++) {
      int to = Math.min(stream.length, from + readBytes.get(i % readBytes.size()));
      assertNull(reader.feed(stream, from, to, (b, o, l) -> received.add(words(b, o, l))));
      from = to;
    }
    assertEquals(messages.stream().map(Hex::words).toList(), received);
  }

  @Property
  void shouldGiveTheSameRecordsIfTheSinkStopsAfterEachOne(
      @ForAll @Size(max = 8) List<@Size(max = 100) byte[]> messages,
      @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 40) Integer> fragmentBytes) {
    byte[] stream = stream(messages, fragmentBytes);
    List<String> received = new ArrayList<>();
    RecordReader reader = new RecordReader(MAX_RECORD_BYTES);
    for (int from = 0; from < stream.length; from = reader.consumed()) {
      assertNull(
          reader.feed(stream, from, stream.length, (b, o, l) -> !received.add(words(b, o, l))));
    }
    assertEquals(messages.stream().map(Hex::words).toList(), received);
  }

  @Property
  void shouldBoundWhatItHoldsOfAnyBytes(
      @ForAll @Size(max = 2000) byte[] bytes, @ForAll @IntRange(min = 1, max = 600) int readBytes) {
    RecordReader reader = new RecordReader(512);
    for (int from = 0; from < bytes.length; from += readBytes) {
      int to = Math.min(bytes.length, from + readBytes);
      String fault =
          reader.feed(
              bytes,
              from,
              to,
              (buffer, offset, length) -> {
                assertTrue(length <= 512 && offset >= 0 && offset + length <= buffer.length);
                return true;
              });
      assertTrue(reader.heldBytes() <= 512);
      if (fault != null) {
        return;
      }
    }
  }

  /** Each message in fragments of these sizes in turn, empty ones among them. */
  private static byte[] stream(List<byte[]> messages, List<Integer> fragmentBytes) {
    List<byte[]> parts = new ArrayList<>();
    for (byte[] message : messages) {
      int from = 0;
      for (int fragments = 0; ; fragments++) {
        int wanted = fragments < 500 ? fragmentBytes.get(fragments % fragmentBytes.size()) : 300;
        int to = Math.min(message.length, from + wanted);
        boolean last = to == message.length;
        byte[] mark = new byte[4];
        XdrOutput.putInt(mark, 0, (last ? RecordMarking.LAST_FRAGMENT : 0) | (to - from));
        parts.add(mark);
        parts.add(Arrays.copyOfRange(message, from, to));
        from = to;
        if (last) {
          break;
        }
      }
    }
    return Calls.join(parts.toArray(new byte[0][]));
  }

  private static String words(byte[] buffer, int offset, int length) {
    return Hex.words(Arrays.copyOfRange(buffer, offset, offset + length));
  }
}
