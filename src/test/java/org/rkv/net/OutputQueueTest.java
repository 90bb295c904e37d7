package org.rkv.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.rkv.oncrpc.RecordMarking;

/** What is queued leaves in order, in whatever pieces the system takes it. */
class OutputQueueTest {
  private static final int KEPT_BYTES = 2048;

  private final OutputQueue queue = new OutputQueue(RecordMarking.INSTANCE, KEPT_BYTES);
  private final ByteBuffer way = ByteBuffer.allocateDirect(1000);
  private final Taker taker = new Taker();

  /** A connection that takes some bytes and no more. */
  private static final class Taker implements WritableByteChannel {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int room = Integer.MAX_VALUE;
    private int failsAtWrite = Integer.MAX_VALUE;
    private int writes;

    @Override
    public int write(ByteBuffer source) throws IOException {
      writes++;
      if (writes == failsAtWrite) {
        throw new IOException("reset");
      }
      byte[] taken = new byte[Math.min(room, source.remaining())];
      source.get(taken);
      bytes.writeBytes(taken);
      room -= taken.length;
      return taken.length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Test
  void shouldSendSmallMessagesInOneWrite() throws Exception {
    queue.add(Hex.bytes("00000001 00000002"), 4, 4);
    queue.add(Hex.bytes("00000003 00000004"), 0, 8);
    assertEquals(20, queue.size());

    assertEquals(20, queue.writeTo(taker, way));

    assertEquals("80000004 00000002 80000008 00000003 00000004", Hex.words(taken()));
    assertEquals(1, taker.writes);
    assertTrue(queue.isEmpty());
  }

  @Test
  void shouldGoOnWhereTheSystemTookNoMore() throws Exception {
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    Random random = new Random(7);
    for (int i = 0; i < 400; i++) {
      byte[] message = new byte[random.nextInt(3) == 0 ? random.nextInt(5000) : random.nextInt(50)];
      random.nextBytes(message);
      if (random.nextBoolean()) {
        queue.add(message, 0, message.length);
      } else {
        queue.addShared(Arrays.copyOf(message, message.length + 10), message.length);
      }
      expected.writeBytes(Calls.record(message));
      int before = queue.size();
      taker.room = random.nextInt(2500);
      int taken = queue.writeTo(taker, way);
      assertEquals(before - taken, queue.size());
      assertTrue(taken == before || taker.room == 0, "it stops only when nothing is taken");
    }
    taker.room = Integer.MAX_VALUE;
    queue.writeTo(taker, way);

    assertArrayEquals(expected.toByteArray(), taken());
    assertEquals(0, queue.size());
  }

  @Test
  void shouldCountWhatWasTakenBeforeAWriteFailed() throws Exception {
    queue.add(new byte[1500], 0, 1500);
    taker.failsAtWrite = 2;
    assertThrows(IOException.class, () -> queue.writeTo(taker, way));
    assertEquals(1000, queue.takenBytes());
    queue.clear();
    assertEquals(1000, queue.takenBytes());
  }

  @Test
  void shouldLetOneArrayWaitInSeveralQueues() throws Exception {
    byte[] message = new byte[3000];
    Arrays.fill(message, (byte) 'x');
    OutputQueue other = new OutputQueue(RecordMarking.INSTANCE, KEPT_BYTES);
    Taker otherTaker = new Taker();
    queue.addShared(message, message.length);
    other.addShared(message, message.length);
    taker.room = 1234;
    queue.writeTo(taker, way);

    assertEquals(3004, other.writeTo(otherTaker, way));
    assertEquals(3004 - 1234, queue.size());
    assertArrayEquals(Calls.record(message), otherTaker.bytes.toByteArray());
  }

  @Test
  void shouldHoldLittleWhenItIsEmpty() throws IOException {
    for (int i = 0; i < 1000; i++) {
      queue.add(new byte[100], 0, 100);
    }
    queue.addShared(new byte[100_000], 100_000);
    assertTrue(queue.heldBytes() >= queue.size(), () -> "" + queue.heldBytes());
    queue.writeTo(taker, way);
    assertTrue(queue.heldBytes() <= KEPT_BYTES, () -> "" + queue.heldBytes());

    taker.room = 99_000;
    queue.addShared(new byte[100_000], 100_000);
    queue.writeTo(taker, way);
    assertTrue(queue.heldBytes() >= 100_000, "an array is held to its last byte");
    taker.room = Integer.MAX_VALUE;
    queue.writeTo(taker, way);
    assertTrue(queue.heldBytes() <= KEPT_BYTES, () -> "" + queue.heldBytes());

    queue.addShared(new byte[100_000], 100_000);
    queue.clear();
    assertEquals(0, queue.size());
    assertEquals(0, queue.heldBytes());
  }

  private byte[] taken() {
    return taker.bytes.toByteArray();
  }
}
