package org.rkv.disk;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What all files are made of: so many bytes as a disk writes as a whole, the last four of them a
 * CRC32C. That covers more than the block: what only this file and this place in it can have.
 */
final class Block {
  static final int BYTES = 512;

  /** Bytes of a block before its checksum. */
  static final int CONTENT_BYTES = BYTES - Integer.BYTES;

  private Block() {}

  static int checksum(byte[] identity, byte[] bytes, int offset) {
    CRC32C checksum = new CRC32C();
    checksum.update(identity);
    checksum.update(bytes, offset, CONTENT_BYTES);
    return (int) checksum.getValue();
  }

  static void seal(byte[] bytes, int offset, int checksum) {
    ByteBuffer.wrap(bytes).putInt(offset + CONTENT_BYTES, checksum);
  }

  static boolean isSealed(byte[] bytes, int offset, int checksum) {
    return ByteBuffer.wrap(bytes).getInt(offset + CONTENT_BYTES) == checksum;
  }

  static boolean isZero(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
