package org.rkv.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * Makes records that are nearly calls: whole ones with flipped bits, cut, spliced, with lengths of
 * extreme values, in odd fragments, and some that are noise. The same seed makes the same records.
 * Not thread-safe.
 */
final class RecordMutator {
  /** Arguments by procedure of kv.x: s is a string, i an int, h a hyper. */
  private static final String[] ARGUMENTS = {
    "",
    "ss",
    "s",
    "s",
    "sshhhh",
    "sh",
    "shhhh",
    "",
    "ishhhhss",
    "iiiisiiiiihiiisshhihs", // lists are their lengths, and what follows
    "ihhhi",
    "iis",
    "",
    "",
    "isisi",
    "sisii",
    "ih",
    "shhiis"
  };

  private static final byte[] HOST = {(byte) 0x68, (byte) 0x6f, (byte) 0x73, (byte) 0x74};
  private static final int PUT = 1;

  /** PUTs fill the store, and what it holds is no leak: they are rarer than the others. */
  private static final int PUT_EVERY = 4;

  private static final int[] EXTREMES = {
    0,
    1,
    3,
    5,
    16,
    17,
    255,
    256,
    400,
    401,
    0xffff,
    0x10000,
    0x3fffffff,
    0x40000000,
    0x7ffffffc,
    0x7fffffff,
    0x80000000,
    0x80000001,
    0xfffffffc,
    0xffffffff
  };

  private final Random random;
  private int xid;

  RecordMutator(long seed) {
    random = new Random(seed);
  }

  /** The bytes of the next record, its record marks included. */
  byte[] next() {
    byte[] message = mutated(call());
    return switch (random.nextInt(10)) {
      case 0, 1 -> fragments(message);
      case 2 -> record(message, extreme());
      default -> record(message, 0x80000000 | message.length);
    };
  }

  private byte[] mutated(byte[] call) {
    return switch (random.nextInt(8)) {
      case 0 -> call;
      case 1, 2 -> flipped(call);
      case 3, 4 -> withAnExtremeWord(call);
      case 5 -> Arrays.copyOf(call, random.nextInt(call.length + 1));
      case 6 -> spliced(call, call());
      default -> noise(random.nextInt(200));
    };
  }

  private byte[] call() {
    int procedure;
    do {
      procedure = random.nextInt(ARGUMENTS.length);
    } while (procedure == PUT && random.nextInt(PUT_EVERY) > 0);
    ByteBuffer call = ByteBuffer.allocate(1024);
    call.putInt(++xid).putInt(0).putInt(2).putInt(123456).putInt(1).putInt(procedure);
    putCredential(call);
    call.putInt(0).putInt(0);
    for (char type : ARGUMENTS[procedure].toCharArray()) {
      switch (type) {
        case 's' -> putOpaque(call, noise(random.nextInt(34)));
        case 'i' -> call.putInt(random.nextBoolean() ? random.nextInt(4) : extreme());
        default -> call.putLong(random.nextBoolean() ? random.nextLong() : extreme());
      }
    }
    return Arrays.copyOf(call.array(), call.position());
  }

  private void putCredential(ByteBuffer call) {
    switch (random.nextInt(8)) {
      case 0 -> {
        int groups = random.nextInt(17);
        call.putInt(1).putInt(28 + 4 * groups).putInt(random.nextInt()).putInt(5);
        call.put(HOST).put(new byte[] {'s', 0, 0, 0}).putInt(1000).putInt(1000);
        call.putInt(groups);
        for (int i = 0; i < groups; i++) {
          call.putInt(i);
        }
      }
      case 1 -> {
        call.putInt(random.nextInt(8));
        putOpaque(call, noise(random.nextInt(401)));
      }
      default -> call.putInt(0).putInt(0);
    }
  }

  private void putOpaque(ByteBuffer call, byte[] opaque) {
    call.putInt(opaque.length).put(opaque);
    call.position((call.position() + 3) & ~3);
  }

  private byte[] flipped(byte[] call) {
    for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
      call[random.nextInt(call.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return call;
  }

  private byte[] withAnExtremeWord(byte[] call) {
    ByteBuffer.wrap(call).putInt(4 * random.nextInt(call.length / 4), extreme());
    return call;
  }

  private byte[] spliced(byte[] head, byte[] tail) {
    int from = random.nextInt(tail.length);
    int end = random.nextInt(head.length);
    byte[] both = Arrays.copyOf(head, end + tail.length - from);
    System.arraycopy(tail, from, both, end, tail.length - from);
    return both;
  }

  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  private int extreme() {
    return EXTREMES[random.nextInt(EXTREMES.length)];
  }

  private static byte[] record(byte[] message, int mark) {
    return ByteBuffer.allocate(4 + message.length).putInt(mark).put(message).array();
  }

  private byte[] fragments(byte[] message) {
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    int from = 0;
    int most = 1 + random.nextInt(40);
    do {
      int length = Math.min(message.length - from, random.nextInt(most + 1));
      boolean last = from + length == message.length;
      record.writeBytes(
          record(
              Arrays.copyOfRange(message, from, from + length), (last ? 0x80000000 : 0) | length));
      from += length;
    } while (from < message.length);
    return record.toByteArray();
  }
}
