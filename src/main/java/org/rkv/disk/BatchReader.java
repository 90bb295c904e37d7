package org.rkv.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/**
 * The batches of a file, one after the other, each checked before any of it is handed out. It stops
 * at the end, or before the first batch that is not whole: {@link #badOffset}. Not thread-safe.
 */
final class BatchReader implements Closeable {
  private static final int NOT_BAD = -1;

  private final String name;
  private final BlockInput blocks;
  private final BatchLayout layout;
  private long batch;
  private long forced;
  private byte[] records = {};
  private int recordBytes;
  private long begin = Block.BYTES;
  private long end = Block.BYTES;
  private long badOffset = NOT_BAD;

  private BatchReader(String name, BlockInput blocks, BatchLayout layout) {
    this.name = name;
    this.blocks = blocks;
    this.layout = layout;
  }

  /**
   * Opens a file that the manifest names.
   *
   * @param maxBytes what comes behind is not looked at
   * @throws RefusedException if it is missing, its header is damaged, or it is another replica's
   */
  static BatchReader open(Volume volume, String name, long incarnation, long maxBytes)
      throws IOException {
    Volume.Input input;
    try {
      input = volume.open(name);
    } catch (NoSuchFileException e) {
      throw new DamagedException(name, 0, "it is missing, and the manifest names it");
    }
    BlockInput blocks = new BlockInput(input, 0, Math.min(maxBytes, input.size()));
    try {
      if (!blocks.next()) {
        throw new DamagedException(name, 0, "it has no header");
      }
      byte[] block = new byte[Block.BYTES];
      blocks.copy(0, block, 0, Block.BYTES);
      FileHeader header = FileHeader.decode(block, name, incarnation);
      return new BatchReader(name, blocks, new BatchLayout(header));
    } catch (IOException | RuntimeException e) {
      blocks.close();
      throw e;
    }
  }

  /** The next batch; false if there is none, or it is bad. */
  boolean next() throws IOException {
    begin = end;
    if (!blocks.next()) {
      badOffset = blocks.bytesLeft() > 0 ? blocks.offset() : NOT_BAD;
      return false;
    }
    BatchLayout.Header header = layout.header(blocks.array(), blocks.start());
    long blockCount = header == null ? 0 : BatchLayout.blocks(header.recordBytes());
    // The length is judged before anything is allocated for it.
    if (header == null
        || header.batch() != batch + 1
        || blockCount * Block.BYTES > blocks.bytesLeft()) {
      badOffset = blocks.offset();
      return false;
    }
    if (!readRecords(header)) {
      return false;
    }
    batch = header.batch();
    forced = header.forced();
    end = begin + blockCount * Block.BYTES;
    return true;
  }

  private boolean readRecords(BatchLayout.Header header) throws IOException {
    recordBytes = header.recordBytes();
    if (records.length < recordBytes) {
      records = new byte[recordBytes];
    }
    int from = BatchLayout.HEADER_BYTES;
    int read = 0;
    for (int index = 0; ; index++) {
      int length = Math.min(Block.CONTENT_BYTES - from, recordBytes - read);
      blocks.copy(from, records, read, length);
      read += length;
      from = 0;
      if (read == recordBytes) {
        return true;
      }
      if (!blocks.next()
          || !layout.isBlockOf(header.batch(), index + 1, blocks.array(), blocks.start())) {
        badOffset = blocks.offset();
        return false;
      }
    }
  }

  /** The records of the present batch. */
  List<LogRecord> records() throws DamagedException {
    try {
      return RecordReader.read(records, recordBytes);
    } catch (IllegalArgumentException e) {
      throw new DamagedException(name, begin, e.getMessage());
    }
  }

  /** The number of the last batch that was whole. */
  long batch() {
    return batch;
  }

  /** Up to this batch all is known to be forced, as the present one says. */
  long forced() {
    return forced;
  }

  /** Where the last batch that was whole ends. */
  long end() {
    return end;
  }

  /** Whether something is behind the batches that is none. */
  boolean isBad() {
    return badOffset != NOT_BAD;
  }

  /** Where the first block begins that is not what it should be. */
  long badOffset() {
    return badOffset;
  }

  /** How the blocks of this file are checked. */
  BatchLayout layout() {
    return layout;
  }

  @Override
  public void close() throws IOException {
    blocks.close();
  }
}
