package org.rkv.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Calls of KVPROGRAM with AUTH_NONE, as bytes, made without the code under test. */
public final class Calls {
  private Calls() {}

  public static byte[] nothing(int xid) {
    return call(xid, 0);
  }

  public static byte[] put(int xid, String key, String value) {
    return call(xid, 1, key, value);
  }

  public static byte[] get(int xid, String key) {
    return call(xid, 2, key);
  }

  public static byte[] del(int xid, String key) {
    return call(xid, 3, key);
  }

  private static byte[] call(int xid, int procedure, String... strings) {
    int size = 40;
    for (String each : strings) {
      size += 4 + ((each.length() + 3) & ~3);
    }
    ByteBuffer call = ByteBuffer.allocate(size);
    call.putInt(xid).putInt(0).putInt(2).putInt(123456).putInt(1).putInt(procedure);
    call.position(40);
    for (String each : strings) {
      call.putInt(each.length()).put(each.getBytes(ISO_8859_1));
      call.position((call.position() + 3) & ~3);
    }
    return call.array();
  }

  /** A message as a record of one fragment. */
  public static byte[] record(byte[] message) {
    return ByteBuffer.allocate(4 + message.length)
        .putInt(0x80000000 | message.length)
        .put(message)
        .array();
  }

  /** A message as a record of fragments of this size, the last one maybe shorter. */
  public static byte[] record(byte[] message, int fragmentBytes) {
    int fragments = (message.length + fragmentBytes - 1) / fragmentBytes;
    ByteBuffer record = ByteBuffer.allocate(message.length + 4 * fragments);
    for (int from = 0; from < message.length; from += fragmentBytes) {
      int to = Math.min(message.length, from + fragmentBytes);
      record.putInt((to == message.length ? 0x80000000 : 0) | (to - from));
      record.put(message, from, to - from);
    }
    return record.array();
  }

  /** These records, one after the other. */
  public static byte[] join(byte[]... records) {
    int size = Arrays.stream(records).mapToInt(each -> each.length).sum();
    ByteBuffer joined = ByteBuffer.allocate(size);
    for (byte[] each : records) {
      joined.put(each);
    }
    return joined.array();
  }
}
