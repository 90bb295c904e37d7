package org.rkv.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The {@link Manifest} on the disk. */
final class ManifestFile {
  /** No more is read of what is no manifest: one of ours names a file in some 30 bytes. */
  private static final int MAX_BYTES = 64 << 20;

  private ManifestFile() {}

  /**
   * Reads it.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   * @throws RefusedException if it is damaged, or of another format
   */
  static Manifest read(Volume volume) throws IOException {
    try (Volume.Input input = volume.open(Manifest.FILE)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(input.size(), MAX_BYTES));
      int read = 0;
      while (read >= 0 && bytes.hasRemaining()) {
        read = input.read(bytes);
      }
      return Manifest.decode(Arrays.copyOf(bytes.array(), bytes.position()));
    }
  }

  /** Writes and forces it under another name: nothing is changed yet. */
  static void prepare(Volume volume, Manifest manifest) throws IOException {
    volume.remove(Manifest.TEMPORARY_FILE);
    try (Volume.Output output = volume.create(Manifest.TEMPORARY_FILE)) {
      output.write(manifest.encode());
      output.force();
    }
  }

  /** What was prepared counts from now on. If that fails, nobody knows which one does. */
  static void publish(Volume volume) throws IOException {
    volume.rename(Manifest.TEMPORARY_FILE, Manifest.FILE);
    volume.force();
  }
}
