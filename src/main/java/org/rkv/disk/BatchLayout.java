package org.rkv.disk;

import java.nio.ByteBuffer;

/**
 * How a batch of records lies in the blocks of one file. Its first block begins with a header:
 *
 * <pre>
 *   16 bytes  the random bytes of the file
 *    8        the number of the file
 *    8        the number of the batch, from 1
 *    8        the number of the last batch known to be forced
 *    4        bytes of the records
 * </pre>
 *
 * <p>The records follow, through all blocks; the rest of the last block is zero. The checksum of
 * each block also covers the random bytes, the number of the file, that of the batch, and the place
 * of the block in it: so each block can be told from every other, also when the first one is lost.
 */
final class BatchLayout {
  static final int HEADER_BYTES = FileHeader.RANDOM_BYTES + 3 * Long.BYTES + Integer.BYTES;
  private static final int BATCH_OFFSET = FileHeader.RANDOM_BYTES + Long.BYTES;
  private static final int IDENTITY_BYTES = BATCH_OFFSET + Long.BYTES + Integer.BYTES;

  private final FileHeader file;
  private final ByteBuffer identity = ByteBuffer.allocate(IDENTITY_BYTES);

  BatchLayout(FileHeader file) {
    this.file = file;
    identity.put(file.random()).putLong(file.number());
  }

  /** What a batch takes on the disk. */
  static long blocks(int recordBytes) {
    return ((long) HEADER_BYTES + recordBytes + Block.CONTENT_BYTES - 1) / Block.CONTENT_BYTES;
  }

  /** What a batch is, besides its records. */
  record Header(long batch, long forced, int recordBytes) {}

  void putHeader(byte[] block, int offset, Header header) {
    ByteBuffer.wrap(block, offset, HEADER_BYTES)
        .put(file.random())
        .putLong(file.number())
        .putLong(header.batch())
        .putLong(header.forced())
        .putInt(header.recordBytes());
  }

  void seal(byte[] bytes, int offset, long batch, int index) {
    Block.seal(bytes, offset, checksum(bytes, offset, batch, index));
  }

  /** Whether it is that block of that batch, as it was written. */
  boolean isBlockOf(long batch, int index, byte[] bytes, int offset) {
    return Block.isSealed(bytes, offset, checksum(bytes, offset, batch, index));
  }

  /** The header of the batch whose first block this is; null if it is not one of this file. */
  Header header(byte[] bytes, int offset) {
    ByteBuffer block = ByteBuffer.wrap(bytes, offset, HEADER_BYTES);
    block.position(offset + BATCH_OFFSET);
    Header header = new Header(block.getLong(), block.getLong(), block.getInt());
    return isBlockOf(header.batch(), 0, bytes, offset) && header.recordBytes() >= 0 ? header : null;
  }

  private int checksum(byte[] bytes, int offset, long batch, int index) {
    identity.putLong(BATCH_OFFSET, batch).putInt(BATCH_OFFSET + Long.BYTES, index);
    return Block.checksum(identity.array(), bytes, offset);
  }
}
