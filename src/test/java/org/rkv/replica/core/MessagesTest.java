package org.rkv.replica.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.Map;
import org.acplt.oncrpc.XdrAble;
import org.junit.jupiter.api.Test;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.XdrOutput;
import org.rkv.rpc.Copy;
import org.rkv.rpc.Del;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.Put;
import org.rkv.rpc.Scanned;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.store.Outcome;
import org.rkv.store.Stamp;

/** Entries on their way from one store to another, through the bytes of the wire. */
class MessagesTest {
  private static final String EVERY_BYTE = everyByte();
  private static final Stamp STAMP = new Stamp(0x0123456789abcdefL, -2);

  private final Entry live = new Entry(EVERY_BYTE, EVERY_BYTE, STAMP, false);
  private final Entry settled = new Entry(EVERY_BYTE, EVERY_BYTE, STAMP, true);
  private final Entry tombstone = new Entry(EVERY_BYTE, null, STAMP, false);

  @Test
  void shouldBringAWriteOver() throws Exception {
    Put put = new Put();
    transfer(Messages.put(live, 77, 78), put);

    assertEquals(EVERY_BYTE, put.kv.key.value);
    assertEquals(EVERY_BYTE, put.kv.value.value);
    assertEquals(STAMP, Messages.stamp(put.stamp));
    assertEquals(77, put.settled);
  }

  @Test
  void shouldBringADeleteOver() throws Exception {
    Del del = new Del();
    transfer(Messages.del(tombstone, Long.MIN_VALUE, 79), del);

    assertEquals(EVERY_BYTE, del.key.value);
    assertEquals(STAMP, Messages.stamp(del.stamp));
    assertEquals(Long.MIN_VALUE, del.settled);
  }

  @Test
  void shouldBringACopyOver() throws Exception {
    Copy copy = new Copy();
    transfer(Messages.copy(live), copy);

    assertEquals(kv.GET_OK, copy.code);
    assertEquals(EVERY_BYTE, copy.value.value);
    assertEquals(STAMP, Messages.stamp(copy.stamp));
    assertFalse(copy.settled);

    transfer(Messages.copy(settled), copy);
    assertTrue(copy.settled);
  }

  @Test
  void shouldTellATombstoneFromAKeyThatNeverWas() throws Exception {
    Copy copy = new Copy();
    transfer(Messages.copy(tombstone), copy);
    assertEquals(kv.GET_KEY_NOT_FOUND, copy.code);
    assertEquals("", copy.value.value);
    assertEquals(STAMP, Messages.stamp(copy.stamp));

    transfer(Messages.copy(null), copy);
    assertEquals(kv.GET_KEY_NOT_FOUND, copy.code);
    assertEquals("", copy.value.value);
    assertEquals(Stamp.ZERO, Messages.stamp(copy.stamp));
    assertFalse(copy.settled);
  }

  @Test
  void shouldTellAnEmptyValueFromADelete() throws Exception {
    Copy copy = new Copy();
    transfer(Messages.copy(new Entry("k", "", STAMP, false)), copy);
    assertEquals(kv.GET_OK, copy.code);

    Scanned scanned = new Scanned();
    transfer(Messages.scanned(new Entry("k", "", STAMP, false)), scanned);
    assertFalse(scanned.deleted);
    transfer(Messages.scanned(new Entry("k", null, STAMP, false)), scanned);
    assertTrue(scanned.deleted);
    assertEquals("", scanned.value.value);
  }

  @Test
  void shouldBringAnEntryOfAScanOver() throws Exception {
    Scanned scanned = new Scanned();
    transfer(Messages.scanned(settled), scanned);

    assertEquals(EVERY_BYTE, scanned.key.value);
    assertEquals(EVERY_BYTE, scanned.value.value);
    assertEquals(STAMP, Messages.stamp(scanned.stamp));
    assertTrue(scanned.settled);
    assertFalse(scanned.deleted);
  }

  @Test
  void shouldAlwaysCarryAStringInAGetReply() throws Exception {
    GetReply reply = new GetReply();
    transfer(Messages.getReply(kv.GET_FAILED, ""), reply);

    assertEquals(kv.GET_FAILED, reply.code);
    assertEquals("", reply.value.value);
  }

  @Test
  void shouldAnswerTheCodesOfTheCSystem() {
    Map<Outcome, Integer> put = new EnumMap<>(Outcome.class);
    Map<Outcome, Integer> get = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      put.put(outcome, Codes.ofPut(outcome));
      get.put(outcome, Codes.ofGet(outcome));
      assertEquals(Codes.ofGet(outcome), Codes.ofDel(outcome));
    }
    assertEquals(
        "{OK=0, REPLACED=7, KEY_TOO_LARGE=3, VALUE_TOO_LARGE=5, FULL=8, NOT_FOUND=1, EMPTY=1}",
        put.toString());
    assertEquals(
        "{OK=0, REPLACED=0, KEY_TOO_LARGE=3, VALUE_TOO_LARGE=1, FULL=1, NOT_FOUND=4, EMPTY=5}",
        get.toString());
  }

  private static void transfer(XdrAble from, XdrAble to) throws Exception {
    XdrOutput out = new XdrOutput(16);
    from.xdrEncode(out);
    to.xdrDecode(new XdrInput().wrap(out.buffer(), 0, out.size()));
  }

  private static String everyByte() {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < 256; c++) {
      all.append(c);
    }
    return all.toString();
  }
}
