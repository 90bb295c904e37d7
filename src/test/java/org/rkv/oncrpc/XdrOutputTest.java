package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.rkv.net.Hex;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.Value;

class XdrOutputTest {
  private final XdrOutput output = new XdrOutput(0);

  @Test
  void shouldWriteEveryCharBelow256AsOneByte() throws Exception {
    StringBuilder all = new StringBuilder();
    StringBuilder digits = new StringBuilder("00000100");
    for (int i = 0; i < 256; i++) {
      all.append((char) i);
      digits.append(String.format("%02x", i));
    }
    output.xdrEncodeString(all.toString());
    assertEquals(Hex.words(Hex.bytes(digits.toString())), written());
  }

  @Test
  void shouldPadWithZerosAlsoWhereSomethingElseStoodBefore() throws Exception {
    for (int i = 0; i < 10; i++) {
      output.xdrEncodeInt(-1);
    }
    output.reset();
    output.xdrEncodeString("a");
    output.xdrEncodeString("abcd");
    output.xdrEncodeString("");
    assertEquals("00000001 61000000 00000004 61626364 00000000", written());
  }

  @Test
  void shouldNotWriteToAnArrayThatItHasShared() throws Exception {
    output.xdrEncodeInt(1);
    byte[] shared = output.share();
    output.xdrEncodeInt(2);
    assertEquals("00000001 00000002", written());
    output.reset();
    output.xdrEncodeInt(3);
    assertEquals("00000001 00000000", Hex.words(Arrays.copyOf(shared, 8)));

    byte[] again = output.share();
    output.reset();
    output.xdrEncodeInt(4);
    assertEquals("00000003", Hex.words(Arrays.copyOf(again, 4)));
    assertEquals("00000004", written());
  }

  @Test
  void shouldNotKeepALargeArray() throws Exception {
    output.xdrEncodeOpaque(new byte[1024 * 1024]);
    output.reset();
    assertTrue(output.buffer().length < 1024, () -> "" + output.buffer().length);
  }

  @Test
  void shouldGrowAsNeeded() throws Exception {
    byte[] large = new byte[100_001];
    Arrays.fill(large, (byte) 7);
    output.xdrEncodeInt(1);
    output.xdrEncodeDynamicOpaque(large);
    output.xdrEncodeInt(2);
    assertEquals(4 + 4 + 100_004 + 4, output.size());
    assertEquals(2, XdrInput.getInt(output.buffer(), output.size() - 4));
  }

  @Test
  void shouldForgetHalfAMessageThatFailedToEncode() throws Exception {
    KeyValue halfFilled = new KeyValue();
    halfFilled.key = new Key("key");
    assertThrows(NullPointerException.class, () -> halfFilled.xdrEncode(output));
    output.reset();

    halfFilled.value = new Value("value");
    halfFilled.xdrEncode(output);
    assertEquals("00000003 6b657900 00000005 76616c75 65000000", written());
  }

  private String written() {
    return Hex.words(Arrays.copyOf(output.buffer(), output.size()));
  }
}
