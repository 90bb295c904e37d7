package org.rkv.oncrpc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rkv.net.Calls;
import org.rkv.net.Hex;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.kv;

class RecordReaderTest {
  private static final int MAX_RECORD_BYTES = 4096;

  private final RecordReader reader = new RecordReader(MAX_RECORD_BYTES);
  private final List<String> records = new ArrayList<>();

  @Test
  void shouldCutOneReadIntoItsRecords() {
    assertNull(feed(Hex.bytes("80000003 616263 80000000 80000005 6465666768")));
    assertEquals(List.of("abc", "", "defgh"), records);
    assertFalse(reader.isInsideMessage());
  }

  @Test
  void shouldJoinFragmentsOfOneByte() {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    for (char each : "abc".toCharArray()) {
      stream.writeBytes(Hex.bytes("00000001"));
      stream.write(each);
    }
    stream.writeBytes(Hex.bytes("80000001 64"));
    assertNull(feed(stream.toByteArray()));
    assertEquals(List.of("abcd"), records);
  }

  @Test
  void shouldPassOverEmptyFragmentsBeforeTheLast() {
    assertNull(feed(Hex.bytes("00000000 00000000 00000002 6162 00000000 80000001 63")));
    assertNull(feed(Hex.bytes("00000000 80000000")));
    assertNull(feed(Hex.bytes("00000003 646566 80000000")));
    assertEquals(List.of("abc", "", "def"), records);
  }

  @Test
  void shouldGiveTheSameRecordsByteByByte() {
    byte[] stream =
        Hex.bytes("80000003 616263 00000005 6465666768 00000000 80000001 69 80000000 80000001 6a");
    for (int i = 0; i < stream.length; i++) {
      assertNull(reader.feed(stream, i, i + 1, this::keep));
    }
    assertEquals(List.of("abc", "defghi", "", "j"), records);
    assertFalse(reader.isInsideMessage());
  }

  @Test
  void shouldKnowWhetherARecordHasBegun() {
    assertFalse(reader.isInsideMessage());
    feed(Hex.bytes("80"));
    assertTrue(reader.isInsideMessage());
    feed(Hex.bytes("000001"));
    assertTrue(reader.isInsideMessage());
    feed(Hex.bytes("61"));
    assertFalse(reader.isInsideMessage());
    feed(Hex.bytes("00000000"));
    assertTrue(reader.isInsideMessage(), "an empty fragment that is not the last begins one too");
  }

  @Test
  void shouldTake1024FragmentsAndRefuseOneMore() {
    feedEmptyFragments(1023);
    assertNull(feed(Hex.bytes("80000001 61")));
    assertEquals(List.of("a"), records);

    feedEmptyFragments(1024);
    assertEquals("a record in more than 1024 fragments", feed(Hex.bytes("80000001 61")));
    assertEquals(List.of("a"), records);
  }

  @Test
  void shouldTakeTheLongestRecordAndRefuseOneByteMore() {
    byte[] longest = new byte[4 + MAX_RECORD_BYTES];
    XdrOutput.putInt(longest, 0, RecordMarking.LAST_FRAGMENT | MAX_RECORD_BYTES);
    assertNull(feed(longest));
    assertEquals(MAX_RECORD_BYTES, records.get(0).length());

    assertEquals("a record of more than 4096 bytes", feed(Hex.bytes("80001001")));
  }

  @Test
  void shouldHoldNoMoreOfAnOverlongCallThanOfTheLongestRecord() {
    RecordReader shortening = new RecordReader(MAX_RECORD_BYTES, KvProgram.PROGRAM);
    byte[] stream = Calls.record(Calls.put(7, "k", "v".repeat(100_000)));
    for (int i = 0; i < stream.length; i += 1000) {
      int end = Math.min(stream.length, i + 1000);
      assertNull(shortening.feed(stream, i, end, this::keep));
      assertTrue(shortening.heldBytes() <= MAX_RECORD_BYTES, shortening.heldBytes() + " bytes");
    }

    assertFalse(shortening.isInsideMessage());
    assertEquals(0, shortening.heldBytes());
    assertEquals(1, records.size());
    assertTrue(records.get(0).length() <= MAX_RECORD_BYTES);
    assertTrue(records.get(0).contains("v".repeat(MAX_RECORD_BYTES - 100)));
  }

  @Test
  void shouldHoldNothingLongThatOnlyReplicasSendOfOneWhoIsNone() {
    byte[] call = new byte[100_000];
    System.arraycopy(Calls.put(7, "k", "v"), 0, call, 0, 40);
    XdrOutput.putInt(call, CallHeader.PROCEDURE_OFFSET, kv.RPUT_1);
    byte[] stream = Calls.record(call);
    RecordReader ofStranger = new RecordReader(1 << 20, KvProgram.PROGRAM);
    assertEquals("a record of more than 4096 bytes", ofStranger.feed(stream, 0, 1000, this::keep));
    RecordReader inOnePiece = new RecordReader(1 << 20, KvProgram.PROGRAM);
    assertEquals(
        "a record of more than 4096 bytes", inOnePiece.feed(stream, 0, stream.length, this::keep));
    assertEquals(List.of(), records);

    RecordReader ofReplica = new RecordReader(1 << 20, KvProgram.PROGRAM);
    ofReplica.admitted();
    assertNull(ofReplica.feed(stream, 0, 1000, this::keep));
    assertNull(ofReplica.feed(stream, 1000, stream.length, this::keep));
    assertEquals(1, records.size());
  }

  @Test
  void shouldHoldNoMoreOfAStrangersAdmissionThanAnyReplicaNeeds() {
    byte[] call = new byte[(1 << 20) - 100];
    System.arraycopy(Calls.put(7, "k", "v"), 0, call, 0, 40);
    XdrOutput.putInt(call, CallHeader.PROCEDURE_OFFSET, kv.RADMIT_1);
    byte[] stream = Calls.record(call);
    RecordReader ofStranger = new RecordReader(1 << 20, KvProgram.PROGRAM);

    assertNotNull(ofStranger.feed(stream, 0, 1000, this::keep));
  }

  @Test
  void shouldCountAllFragmentsOfARecordAgainstItsLimit() {
    byte[] first = new byte[4 + MAX_RECORD_BYTES - 1];
    XdrOutput.putInt(first, 0, MAX_RECORD_BYTES - 1);
    assertNull(feed(first));
    assertNotNull(feed(Hex.bytes("80000002")));
    assertEquals(List.of(), records);
  }

  @Test
  void shouldAllocateForWhatCameAndNotForWhatIsDeclared() {
    RecordReader generous = new RecordReader(Integer.MAX_VALUE);
    assertNull(generous.feed(Hex.bytes("ffffffff 61626364"), 0, 8, this::keep));
    assertTrue(generous.heldBytes() <= 64, "it holds " + generous.heldBytes() + " bytes");

    assertNotNull(feed(Hex.bytes("ffffffff 61")));
    assertEquals(0, reader.heldBytes());
  }

  @Test
  void shouldHandOnAWholeRecordWhereItLies() {
    byte[] stream = Hex.bytes("80000002 6162");
    reader.feed(
        stream,
        0,
        stream.length,
        (buffer, offset, length) -> {
          assertSame(stream, buffer);
          assertEquals(4, offset);
          return keep(buffer, offset, length);
        });
    assertEquals(List.of("ab"), records);
  }

  @Test
  void shouldStopWhereTheSinkSaysSoAndGoOnFromThere() {
    byte[] stream = Hex.bytes("80000001 61 00000001 62 80000001 63 80000001 64");
    int[] ends = {5, 15, 20};
    int from = 0;
    for (int end : ends) {
      assertNull(reader.feed(stream, from, stream.length, this::keepAndStop));
      assertEquals(end, reader.consumed());
      from = end;
    }
    assertEquals(List.of("a", "bc", "d"), records);
  }

  @Test
  void shouldHoldNothingBetweenRecords() {
    feed(Hex.bytes("00000004 61626364 80000002 65"));
    assertTrue(reader.heldBytes() > 0);
    feed(Hex.bytes("66"));
    assertEquals(0, reader.heldBytes());
    assertEquals(List.of("abcdef"), records);
  }

  private void feedEmptyFragments(int count) {
    for (int i = 0; i < count; i++) {
      assertNull(feed(new byte[4]));
    }
  }

  private String feed(byte[] bytes) {
    return reader.feed(bytes, 0, bytes.length, this::keep);
  }

  private boolean keep(byte[] buffer, int offset, int length) {
    return records.add(new String(buffer, offset, length, ISO_8859_1));
  }

  private boolean keepAndStop(byte[] buffer, int offset, int length) {
    return !keep(buffer, offset, length);
  }
}
