package org.rkv.oncrpc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.Test;
import org.rkv.net.Hex;

class XdrInputTest {
  private final XdrInput input = new XdrInput();

  @Test
  void shouldReadEveryByteOfAStringAsTheCharOfItsValue() throws Exception {
    XdrOutput written = new XdrOutput(16);
    byte[] all = allBytes();
    written.xdrEncodeDynamicOpaque(all);

    String read = input.wrap(written.buffer(), 0, written.size()).xdrDecodeString();

    assertEquals(256, read.length());
    for (int i = 0; i < 256; i++) {
      assertEquals(i, read.charAt(i));
    }
    assertArrayEquals(all, read.getBytes(ISO_8859_1));
  }

  @Test
  void shouldReadIntsAndHypersMostSignificantByteFirst() throws Exception {
    wrap("fffffffe 00000000 80000001 7fffffff ffffffff");
    assertEquals(-2, input.xdrDecodeInt());
    assertEquals(0x80000001L, input.xdrDecodeLong());
    assertEquals(Long.MAX_VALUE, input.xdrDecodeLong());
    assertEquals(0, input.remaining());
  }

  @Test
  void shouldPassOverThePaddingWhateverIsInIt() throws Exception {
    wrap("00000001 61ffffff 00000005");
    assertEquals("a", input.xdrDecodeString());
    assertEquals(5, input.xdrDecodeInt());
  }

  @Test
  void shouldReadNothingBeyondTheSlice() throws Exception {
    byte[] bytes = Hex.bytes("11111111 00000007 22222222");
    input.wrap(bytes, 4, 4);
    assertEquals(7, input.xdrDecodeInt());
    assertThrows(OncRpcException.class, input::xdrDecodeInt);
    assertEquals(0, input.remaining());
  }

  @Test
  void shouldRefuseAnIntOfThreeBytes() {
    wrap("000000");
    assertThrows(OncRpcException.class, input::xdrDecodeInt);
    assertEquals(3, input.remaining(), "a refused read takes nothing");
  }

  @Test
  void shouldRefuseOpaqueBytesThatAreNotAllThere() {
    wrap("61626364");
    for (int length : new int[] {-1, Integer.MIN_VALUE, 5, Integer.MAX_VALUE}) {
      assertThrows(OncRpcException.class, () -> input.xdrDecodeOpaque(length));
      assertFalse(input.skipOpaque(length));
    }
    assertEquals(4, input.remaining());
  }

  @Test
  void shouldRefuseOpaqueBytesWithoutTheirPadding() {
    wrap("616263");
    assertThrows(OncRpcException.class, () -> input.xdrDecodeOpaque(3));
    assertFalse(input.skipOpaque(3));
    assertEquals(3, input.remaining());
  }

  @Test
  void shouldSkipExactlyWhatItWouldRead() throws Exception {
    for (int length = 0; length <= 8; length++) {
      wrap("61626364 65666768 69");
      assertTrue(input.skipOpaque(length));
      int left = input.remaining();
      wrap("61626364 65666768 69");
      assertEquals(length, input.xdrDecodeOpaque(length).length);
      assertEquals(left, input.remaining());
    }
  }

  private void wrap(String digits) {
    byte[] bytes = Hex.bytes(digits);
    input.wrap(bytes, 0, bytes.length);
  }

  private static byte[] allBytes() {
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    return all;
  }
}
