package org.rkv.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A file that is written. After a write or force of it that failed it is not written again: what
 * had been forced counts, and nothing behind it. Belongs to the thread of the disk.
 */
final class LogFile implements Closeable {
  /** With more than that of records a batch ends: so much is read in one piece. */
  static final int BATCH_BYTES = 1 << 20;

  /** The system is given no more at a time: Java would keep memory of that size for it. */
  private static final int WRITE_BYTES = 64 * Block.BYTES;

  private final String name;
  private final Volume.Output output;
  private final BatchLayout layout;
  private final ByteBuffer blocks = ByteBuffer.allocate(WRITE_BYTES);
  private long bytes;
  private long forcedBytes;
  private long batch;
  private long forcedBatch;

  private LogFile(String name, Volume.Output output, FileHeader header) throws IOException {
    this.name = name;
    this.output = output;
    layout = new BatchLayout(header);
    blocks.put(header.encode());
    flush();
  }

  /** A new file, which holds its header; neither that nor its name is forced. */
  static LogFile create(Volume volume, String name, FileHeader header) throws IOException {
    Volume.Output output = volume.create(name);
    if (!FileHeader.isSnapshot(name)) {
      output.keepRoomAhead(); // what is written once, and forced then, needs none
    }
    try {
      return new LogFile(name, output, header);
    } catch (IOException | RuntimeException e) {
      closeAfter(e, output);
      throw e;
    }
  }

  private static void closeAfter(Exception failure, Volume.Output output) {
    try {
      output.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  String name() {
    return name;
  }

  long bytes() {
    return bytes;
  }

  /** So many are known to be forced; the end of a batch. */
  long forcedBytes() {
    return forcedBytes;
  }

  /** Writes these behind all others, and forces nothing. */
  void append(List<LogRecord> records) throws IOException {
    RecordWriter writer = new RecordWriter();
    for (LogRecord record : records) {
      writer.write(record);
      if (writer.length() >= BATCH_BYTES) {
        writeBatch(writer);
        writer = new RecordWriter();
      }
    }
    if (writer.length() > 0) {
      writeBatch(writer);
    }
    flush();
  }

  /** All that was appended outlives a power cut. */
  void force() throws IOException {
    output.force();
    forcedBytes = bytes;
    forcedBatch = batch;
  }

  private void writeBatch(RecordWriter records) throws IOException {
    batch++;
    int written = 0;
    for (int index = 0; index == 0 || written < records.length(); index++) {
      if (!blocks.hasRemaining()) {
        flush();
      }
      int start = blocks.position();
      if (index == 0) {
        BatchLayout.Header header = new BatchLayout.Header(batch, forcedBatch, records.length());
        layout.putHeader(blocks.array(), start, header);
        blocks.position(start + BatchLayout.HEADER_BYTES);
      }
      int length =
          Math.min(start + Block.CONTENT_BYTES - blocks.position(), records.length() - written);
      blocks.put(records.array(), written, length);
      written += length;
      while (blocks.position() < start + Block.BYTES) {
        blocks.put((byte) 0);
      }
      layout.seal(blocks.array(), start, batch, index);
    }
  }

  private void flush() throws IOException {
    int length = blocks.flip().remaining();
    if (length > 0) {
      output.write(blocks);
      bytes += length;
    }
    blocks.clear();
  }

  @Override
  public void close() throws IOException {
    output.close();
  }
}
