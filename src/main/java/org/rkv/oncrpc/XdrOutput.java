package org.rkv.oncrpc;

import java.util.Arrays;
import org.acplt.oncrpc.XdrEncodingStream;
import org.rkv.net.EncodedMessage;

/**
 * An XDR stream (RFC 4506) that writes to a growing byte array. Strings are written as ISO-8859-1,
 * so that a char is a byte. Reusable: {@link #reset} forgets what was written, also half a message
 * that failed to encode. Not thread-safe.
 */
public final class XdrOutput extends XdrEncodingStream implements EncodedMessage {
  /** The character encoding by which every byte is a char, and the other way round. */
  static final String BYTES_AS_CHARS = "ISO-8859-1";

  /** A larger array is not kept for the next message. */
  private static final int KEPT_BYTES = 64 * 1024;

  private final int initialBytes;
  private byte[] buffer;
  private int size;
  private boolean shared;

  /**
   * An empty stream.
   *
   * @param initialBytes room made at once; it grows as needed
   */
  public XdrOutput(int initialBytes) {
    this.initialBytes = Math.max(16, initialBytes);
    buffer = new byte[this.initialBytes];
    setCharacterEncoding(BYTES_AS_CHARS);
  }

  /** The bytes written so far are the first {@link #size} of this array, until the next write. */
  @Override
  public byte[] buffer() {
    return buffer;
  }

  /** How many bytes have been written since the last {@link #reset}. */
  @Override
  public int size() {
    return size;
  }

  /** The same array, to keep: the stream writes to it no more. */
  @Override
  public byte[] share() {
    shared = true;
    return buffer;
  }

  /** Forgets everything written; an array that is shared, or grew large, is left to others. */
  public void reset() {
    size = 0;
    if (shared || buffer.length > KEPT_BYTES) {
      buffer = new byte[initialBytes];
      shared = false;
    }
  }

  @Override
  public void xdrEncodeInt(int value) {
    reserve(4);
    putInt(buffer, size, value);
    size += 4;
  }

  /**
   * Writes the bytes and pads them with zeros to a multiple of four; no length goes before them.
   */
  @Override
  public void xdrEncodeOpaque(byte[] value, int offset, int length) {
    int padded = (length + 3) & ~3;
    reserve(padded);
    System.arraycopy(value, offset, buffer, size, length);
    Arrays.fill(buffer, size + length, size + padded, (byte) 0);
    size += padded;
  }

  private void reserve(int more) {
    if (buffer.length - size < more) {
      // An eighth more, so that what follows a large value does not have it copied once more.
      int needed = size + more;
      buffer = Arrays.copyOf(buffer, Math.max(needed + (needed >> 3), 2 * buffer.length));
      shared = false;
    } else if (shared) {
      buffer = buffer.clone();
      shared = false;
    }
  }

  /** Writes a big-endian int at this offset. */
  static void putInt(byte[] buffer, int offset, int value) {
    buffer[offset] = (byte) (value >>> 24);
    buffer[offset + 1] = (byte) (value >>> 16);
    buffer[offset + 2] = (byte) (value >>> 8);
    buffer[offset + 3] = (byte) value;
  }
}
