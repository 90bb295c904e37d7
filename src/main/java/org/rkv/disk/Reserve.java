package org.rkv.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * A file that keeps room on the disk, to be given up when there is no other. It is of random bytes,
 * as a file system may keep zeros in no room at all. Belongs to the thread of the disk.
 */
final class Reserve {
  static final String FILE = "reserve";

  private static final int CHUNK_BYTES = 1 << 16;

  private final Volume volume;
  private final long bytes;
  private final Random random;
  private boolean isWhole;

  /** Is not there, or not known to be. */
  Reserve(Volume volume, long bytes, Random random) {
    this.volume = volume;
    this.bytes = bytes;
    this.random = random;
  }

  /** Makes it, unless it is there. */
  void make() throws IOException {
    if (isWhole || bytes == 0 || hasItsSize()) {
      isWhole = true;
      return;
    }
    giveUp();
    if (volume.freeBytes() < bytes) {
      throw new DiskFullException("there is no room for " + bytes + " bytes in reserve", null);
    }
    try (Volume.Output output = volume.create(FILE)) {
      byte[] chunk = new byte[CHUNK_BYTES];
      for (long left = bytes; left > 0; left -= CHUNK_BYTES) {
        random.nextBytes(chunk);
        output.write(ByteBuffer.wrap(chunk, 0, (int) Math.min(left, CHUNK_BYTES)));
      }
      output.force();
      isWhole = true;
    } finally {
      if (!isWhole) {
        giveUp();
      }
    }
  }

  private boolean hasItsSize() throws IOException {
    if (!volume.list().contains(FILE)) {
      return false;
    }
    try (Volume.Input input = volume.open(FILE)) {
      return input.size() == bytes;
    }
  }

  /** Leaves its room to others. */
  void giveUp() throws IOException {
    isWhole = false;
    volume.remove(FILE);
  }
}
