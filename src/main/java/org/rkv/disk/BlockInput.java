package org.rkv.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file block by block, from one place to another. Not thread-safe. */
final class BlockInput implements Closeable {
  private static final int READ_BYTES = 128 * Block.BYTES;

  private final Volume.Input input;
  private final long end;
  private final ByteBuffer buffer;
  private long offset;
  private int start;

  /**
   * Has read nothing yet.
   *
   * @param input stands at the beginning
   * @param begin where the first block begins
   * @param end no block beyond that is read
   */
  BlockInput(Volume.Input input, long begin, long end) {
    this.input = input;
    this.end = end;
    offset = begin - Block.BYTES;
    long wanted = Math.max(Block.BYTES, Math.min(READ_BYTES, end - begin));
    buffer = ByteBuffer.allocate((int) wanted);
    buffer.limit(0);
  }

  /** The next block; false if none is left that is whole. */
  boolean next() throws IOException {
    offset += Block.BYTES;
    if (offset + Block.BYTES > end) {
      return false;
    }
    if (buffer.remaining() < Block.BYTES) {
      fill();
    }
    if (buffer.remaining() < Block.BYTES) {
      return false;
    }
    start = buffer.position();
    buffer.position(start + Block.BYTES);
    return true;
  }

  private void fill() throws IOException {
    buffer.compact();
    int read = 0;
    while (read >= 0 && buffer.position() < Block.BYTES) {
      read = input.read(buffer);
    }
    buffer.flip();
  }

  /** Where the present block begins in the file. */
  long offset() {
    return offset;
  }

  /** What is left of the file from the present block on. */
  long bytesLeft() {
    return end - offset;
  }

  /** The present block begins there in {@link #array}. */
  int start() {
    return start;
  }

  byte[] array() {
    return buffer.array();
  }

  /** Copies that part of the content of the present block. */
  void copy(int from, byte[] to, int at, int length) {
    System.arraycopy(buffer.array(), start + from, to, at, length);
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
