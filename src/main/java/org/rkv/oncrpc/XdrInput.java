package org.rkv.oncrpc;

import java.net.InetAddress;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrDecodingStream;

/**
 * An XDR stream (RFC 4506) that reads a slice of a byte array. Every read is checked against what
 * is left of the slice. Strings are read as ISO-8859-1, so that a byte is a char.
 *
 * <p>The final methods of {@link XdrDecodingStream} allocate what a length field says before they
 * read; let a {@link Shape} walk over the bytes first. Reusable, by {@link #wrap}. Not thread-safe.
 */
public final class XdrInput extends XdrDecodingStream {
  private byte[] buffer = new byte[0];
  private int position;
  private int end;

  /** A stream with nothing to read until {@link #wrap}. */
  public XdrInput() {
    setCharacterEncoding(XdrOutput.BYTES_AS_CHARS);
  }

  /** Reads from these bytes from now on. They are not copied, and not to be changed meanwhile. */
  public XdrInput wrap(byte[] bytes, int offset, int length) {
    buffer = bytes;
    position = offset;
    end = offset + length;
    return this;
  }

  /** How many bytes are left to read. */
  public int remaining() {
    return end - position;
  }

  /** Where in the array it reads next. */
  int position() {
    return position;
  }

  /** Goes back, or on, to a position in the slice. */
  void setPosition(int newPosition) {
    position = newPosition;
  }

  /** Reads an int unchecked: the caller has seen to it that four bytes are left. */
  int nextInt() {
    int at = position;
    position = at + 4;
    return getInt(buffer, at);
  }

  /**
   * Passes over opaque bytes and their padding.
   *
   * @return false, and nothing passed, if the length is negative or not all of it is there
   */
  boolean skipOpaque(int length) {
    if (length < 0 || length > remaining()) {
      return false;
    }
    int padded = (length + 3) & ~3;
    if (padded > remaining()) {
      return false;
    }
    position += padded;
    return true;
  }

  @Override
  public int xdrDecodeInt() throws OncRpcException {
    require(4);
    return nextInt();
  }

  @Override
  public byte[] xdrDecodeOpaque(int length) throws OncRpcException {
    requirePadded(length);
    byte[] opaque = new byte[length];
    xdrDecodeOpaque(opaque, 0, length);
    return opaque;
  }

  @Override
  public void xdrDecodeOpaque(byte[] opaque, int offset, int length) throws OncRpcException {
    int padded = requirePadded(length);
    System.arraycopy(buffer, position, opaque, offset, length);
    position += padded;
  }

  /** Nothing to prepare: the whole message is here. */
  @Override
  public void beginDecoding() {}

  /** Not known at this level. */
  @Override
  public InetAddress getSenderAddress() {
    return null;
  }

  /** Not known at this level. */
  @Override
  public int getSenderPort() {
    return 0;
  }

  private int requirePadded(int length) throws OncRpcException {
    if (length < 0 || length > remaining()) {
      throw new OncRpcException(OncRpcException.RPC_BUFFERUNDERFLOW);
    }
    int padded = (length + 3) & ~3;
    require(padded);
    return padded;
  }

  private void require(int bytes) throws OncRpcException {
    if (bytes > remaining()) {
      throw new OncRpcException(OncRpcException.RPC_BUFFERUNDERFLOW);
    }
  }

  /** The big-endian int at this offset. */
  public static int getInt(byte[] buffer, int offset) {
    return (buffer[offset] & 0xff) << 24
        | (buffer[offset + 1] & 0xff) << 16
        | (buffer[offset + 2] & 0xff) << 8
        | (buffer[offset + 3] & 0xff);
  }
}
