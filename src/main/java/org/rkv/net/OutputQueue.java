package org.rkv.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;

/**
 * What a connection has still to send, each message behind the header of its framing. Small
 * messages are copied one behind the other, so that many leave in one write; a large one is queued
 * as it is, and the same array may wait in the queues of several connections. Belongs to the event
 * loop's thread.
 */
final class OutputQueue {
  private static final int INITIAL_BYTES = 512;
  private static final byte[] NO_BYTES = {};

  private final Framing framing;
  private final int headerBytes;
  private final int keptBytes;

  /** Before the tail; the tail is in use most of the time, these are not. */
  private final ArrayDeque<Chunk> chunks = new ArrayDeque<>(2);

  private int chunkBytes;
  private int chunkArrayBytes;
  private byte[] tail = NO_BYTES;
  private int tailStart;
  private int tailEnd;
  private long takenBytes;

  /** A part of an array, of which the first bytes have been sent. */
  private static final class Chunk {
    private final byte[] bytes;
    private final int end;
    private int start;

    Chunk(byte[] bytes, int start, int end) {
      this.bytes = bytes;
      this.start = start;
      this.end = end;
    }
  }

  /**
   * An empty queue.
   *
   * @param framing writes what goes before each message
   * @param keptBytes how much memory it keeps at most when all has been sent
   */
  OutputQueue(Framing framing, int keptBytes) {
    this.framing = framing;
    headerBytes = framing.headerBytes();
    this.keptBytes = keptBytes;
  }

  /** Bytes not sent yet. */
  int size() {
    return chunkBytes + tailEnd - tailStart;
  }

  /** All bytes that were ever sent, also by a {@link #writeTo} that failed half-way. */
  long takenBytes() {
    return takenBytes;
  }

  boolean isEmpty() {
    return size() == 0;
  }

  /** Memory held, in bytes: an array is kept until its last byte has been sent. */
  int heldBytes() {
    return chunkArrayBytes + tail.length;
  }

  /** Queues a copy of a message. */
  void add(byte[] message, int offset, int length) {
    reserve(headerBytes + length);
    framing.putHeader(tail, tailEnd, length);
    System.arraycopy(message, offset, tail, tailEnd + headerBytes, length);
    tailEnd += headerBytes + length;
  }

  /** Queues the first bytes of an array that nobody changes any more. */
  void addShared(byte[] message, int length) {
    reserve(headerBytes);
    framing.putHeader(tail, tailEnd, length);
    tailEnd += headerBytes;
    addChunk(new Chunk(tail, tailStart, tailEnd));
    addChunk(new Chunk(message, 0, length));
    tail = NO_BYTES;
    tailStart = 0;
    tailEnd = 0;
  }

  private void addChunk(Chunk chunk) {
    chunks.add(chunk);
    chunkBytes += chunk.end - chunk.start;
    chunkArrayBytes += chunk.bytes.length;
  }

  private void reserve(int more) {
    if (tail.length - tailEnd >= more) {
      return;
    }
    int queued = tailEnd - tailStart;
    byte[] target = tail;
    if (tail.length < queued + more) {
      target = new byte[Math.max(INITIAL_BYTES, Math.max(queued + more, 2 * tail.length))];
    }
    System.arraycopy(tail, tailStart, target, 0, queued);
    tail = target;
    tailStart = 0;
    tailEnd = queued;
  }

  /**
   * Writes until all is sent or the channel takes no more.
   *
   * @param buffer a direct one, through which everything goes
   * @return how many bytes the channel took
   * @throws IOException if the channel has failed
   */
  int writeTo(WritableByteChannel channel, ByteBuffer buffer) throws IOException {
    int taken = 0;
    while (!isEmpty()) {
      fill(buffer.clear());
      int offered = buffer.flip().remaining();
      int written = channel.write(buffer);
      removeSent(written);
      taken += written;
      if (written < offered) {
        return taken;
      }
    }
    return taken;
  }

  private void fill(ByteBuffer buffer) {
    if (!chunks.isEmpty()) { // mostly there are none, and no iterator is made for none
      fillFromChunks(buffer);
    }
    buffer.put(tail, tailStart, Math.min(tailEnd - tailStart, buffer.remaining()));
  }

  private void fillFromChunks(ByteBuffer buffer) {
    for (Chunk chunk : chunks) {
      if (!buffer.hasRemaining()) {
        return;
      }
      buffer.put(chunk.bytes, chunk.start, Math.min(chunk.end - chunk.start, buffer.remaining()));
    }
  }

  private void removeSent(int bytes) {
    takenBytes += bytes;
    int left = bytes;
    while (left > 0 && !chunks.isEmpty()) {
      Chunk first = chunks.peek();
      int ofFirst = Math.min(left, first.end - first.start);
      first.start += ofFirst;
      chunkBytes -= ofFirst;
      left -= ofFirst;
      if (first.start == first.end) {
        chunks.remove();
        chunkArrayBytes -= first.bytes.length;
      }
    }
    tailStart += left;
    if (tailStart == tailEnd) {
      tailStart = 0;
      tailEnd = 0;
      if (tail.length > keptBytes) {
        tail = NO_BYTES;
      }
    }
  }

  /** Forgets what is queued, and gives up its memory. */
  void clear() {
    chunks.clear();
    chunkBytes = 0;
    chunkArrayBytes = 0;
    tail = NO_BYTES;
    tailStart = 0;
    tailEnd = 0;
  }
}
