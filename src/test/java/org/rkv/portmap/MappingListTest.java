package org.rkv.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.XdrOutput;

class MappingListTest {
  private static final Mapping RKV = new Mapping(123456, 1, Portmap.TCP, 20456);
  private static final Mapping PORTMAP = new Mapping(100_000, 2, Portmap.UDP, 111);

  @Test
  void shouldWriteALinkedListAsRfc1833HasIt() throws Exception {
    assertEquals("00000000", hex(List.of()));
    assertEquals(
        "00000001000186a000000002000000110000006f"
            + "000000010001e2400000000100000006"
            + "00004fe8"
            + "00000000",
        hex(List.of(PORTMAP, RKV)));
  }

  @Test
  void shouldReadWhatItHasWritten() throws Exception {
    for (List<Mapping> mappings : List.of(List.<Mapping>of(), List.of(RKV, PORTMAP, RKV))) {
      XdrInput in = input(mappings);
      assertTrue(MappingList.SHAPE.fits(in));

      MappingList read = new MappingList();
      read.xdrDecode(in);

      assertEquals(mappings, read.elements());
      assertEquals(0, in.remaining());
    }
  }

  @Test
  void shouldRefuseAListThatIsCutOffAtAnyByte() throws Exception {
    byte[] encoded = encode(List.of(RKV, PORTMAP));
    for (int length = 0; length < encoded.length; length++) {
      assertFalse(
          MappingList.SHAPE.fits(new XdrInput().wrap(encoded, 0, length)), length + " bytes");
    }
  }

  @Test
  void shouldTakeTenThousandMappingsAndNoMore() throws Exception {
    assertTrue(MappingList.SHAPE.fits(input(Collections.nCopies(10_000, RKV))));
    assertFalse(MappingList.SHAPE.fits(input(Collections.nCopies(10_001, RKV))));
  }

  @Test
  void shouldEndInTheMessageThatItStandsIn() throws Exception {
    byte[] endless = new byte[20 * 100];
    for (int i = 3; i < endless.length; i += 20) {
      endless[i] = 1;
    }

    assertFalse(MappingList.SHAPE.fits(new XdrInput().wrap(endless, 0, endless.length)));
  }

  private static XdrInput input(List<Mapping> mappings) throws Exception {
    byte[] encoded = encode(mappings);
    return new XdrInput().wrap(encoded, 0, encoded.length);
  }

  private static String hex(List<Mapping> mappings) throws Exception {
    return HexFormat.of().formatHex(encode(mappings));
  }

  private static byte[] encode(List<Mapping> mappings) throws Exception {
    MappingList list = new MappingList();
    list.elements().addAll(mappings);
    XdrOutput out = new XdrOutput(16);
    list.xdrEncode(out);
    return Arrays.copyOf(out.buffer(), out.size());
  }
}
