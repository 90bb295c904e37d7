package org.rkv.disk;

import java.io.IOException;

/**
 * What is behind the last whole batch of the newest file. A power cut loses blocks of what was not
 * forced: these are missing, or zero, in any order. Every other bad block is damage, of something
 * that may have been acknowledged.
 */
enum Tail {
  /** Nothing, or zeros. */
  NOTHING,
  /** Batches of which blocks are lost; nobody was told of them. */
  TORN,
  /** Bad blocks which a power cut cannot explain, and which nothing says to have been forced. */
  DOUBTFUL,
  /** A later batch says that what is bad here had been forced. */
  FORCED;

  /**
   * Reads all of it.
   *
   * @param blocks from the end of the last whole batch on
   * @param batch the number that the next one has
   */
  static Tail judge(BlockInput blocks, BatchLayout layout, long batch) throws IOException {
    Tail tail = NOTHING;
    long current = batch;
    long index = 0;
    long blocksOfCurrent = Long.MAX_VALUE;
    while (blocks.next()) {
      if (!Block.isZero(blocks.array(), blocks.start(), Block.BYTES)) {
        BatchLayout.Header header = layout.header(blocks.array(), blocks.start());
        if (header != null && header.batch() >= batch) {
          if (header.forced() >= batch) {
            return FORCED;
          }
          current = header.batch();
          index = 0;
          blocksOfCurrent = BatchLayout.blocks(header.recordBytes());
        } else if (!layout.isBlockOf(current, (int) index, blocks.array(), blocks.start())) {
          tail = DOUBTFUL;
        }
        tail = tail == NOTHING ? TORN : tail;
      }
      index++;
      if (index == blocksOfCurrent) {
        current++;
        index = 0;
        blocksOfCurrent = Long.MAX_VALUE;
      }
    }
    return tail == NOTHING && blocks.bytesLeft() > 0 ? TORN : tail;
  }
}
