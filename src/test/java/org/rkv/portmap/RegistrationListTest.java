package org.rkv.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.XdrOutput;

class RegistrationListTest {
  private static final Registration RKV =
      new Registration(123456, 1, "tcp6", "::1.79.232", "superuser");
  private static final Registration LOCAL =
      new Registration(100000, 4, "local", "/run/rpcbind.sock", "superuser");

  @Test
  void shouldWriteALinkedListAsRfc1833HasIt() throws Exception {
    assertEquals("00000000", HexFormat.of().formatHex(encode(List.of())));
    assertEquals(
        "00000001 0001e240 00000001"
            .concat(" 00000004 74637036")
            .concat(" 0000000a 3a3a312e37392e3233320000")
            .concat(" 00000009 737570657275736572000000")
            .concat(" 00000000")
            .replace(" ", ""),
        HexFormat.of().formatHex(encode(List.of(RKV))));
  }

  @Test
  void shouldReadWhatItHasWritten() throws Exception {
    for (List<Registration> each : List.of(List.<Registration>of(), List.of(RKV, LOCAL, RKV))) {
      XdrInput in = input(encode(each));
      assertTrue(RegistrationList.SHAPE.fits(in));

      RegistrationList read = new RegistrationList();
      read.xdrDecode(in);

      assertEquals(each, read.elements());
      assertEquals(0, in.remaining());
    }
  }

  @Test
  void shouldRefuseAListThatIsCutOffAtAnyByte() throws Exception {
    byte[] encoded = encode(List.of(RKV, LOCAL));
    for (int length = 0; length < encoded.length; length++) {
      assertFalse(
          RegistrationList.SHAPE.fits(new XdrInput().wrap(encoded, 0, length)), length + " bytes");
    }
  }

  @Test
  void shouldRefuseALengthThatIsNotThereBeforeAnythingIsMadeOfIt() {
    for (String length : List.of("7fffffff", "ffffffff", "80000000", "00000100")) {
      byte[] hostile = HexFormat.of().parseHex("00000001" + "0001e240" + "00000001" + length);
      assertFalse(RegistrationList.SHAPE.fits(input(hostile)), length);
    }
  }

  @Test
  void shouldRefuseTextsLongerThanAnyOfTheirKindNeedsToBe() throws Exception {
    assertTrue(fits("n".repeat(32), "a".repeat(128), "o".repeat(64)));
    assertFalse(fits("n".repeat(33), "a", "o"));
    assertFalse(fits("n", "a".repeat(129), "o"));
    assertFalse(fits("n", "a", "o".repeat(65)));
  }

  private static boolean fits(String netId, String address, String owner) throws Exception {
    Registration registration = new Registration(1, 1, netId, address, owner);
    return RegistrationList.SHAPE.fits(input(encode(List.of(registration))));
  }

  @Test
  void shouldRefuseAListThatNoPortmapperHas() throws Exception {
    int most = XdrLinkedList.MAX_ELEMENTS;
    assertTrue(RegistrationList.SHAPE.fits(input(encode(Collections.nCopies(most, RKV)))));
    assertFalse(RegistrationList.SHAPE.fits(input(encode(Collections.nCopies(most + 1, RKV)))));
  }

  private static byte[] encode(List<Registration> registrations) throws Exception {
    RegistrationList list = new RegistrationList();
    list.elements().addAll(registrations);
    XdrOutput out = new XdrOutput(64);
    list.xdrEncode(out);
    return java.util.Arrays.copyOf(out.buffer(), out.size());
  }

  private static XdrInput input(byte[] bytes) {
    return new XdrInput().wrap(bytes, 0, bytes.length);
  }
}
