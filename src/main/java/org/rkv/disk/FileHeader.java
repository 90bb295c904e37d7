package org.rkv.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * The first block of a file. Its random bytes never leave the disk, and each block of the file is
 * checked with them: so a value that holds the bytes of another block, which a client may have
 * chosen, is none.
 *
 * @param random see {@link #RANDOM_BYTES}
 */
record FileHeader(long incarnation, long number, byte[] random) {
  static final int RANDOM_BYTES = 16;
  private static final long MAGIC = 0x726b7620_6c6f6731L; // "rkv log1"

  static String logName(long number) {
    return String.format(Locale.ROOT, "%08d.log", number);
  }

  static String snapshotName(long number) {
    return String.format(Locale.ROOT, "%08d.snapshot", number);
  }

  /** Whether a log or a snapshot may have that name: nothing else is ever removed. */
  static boolean isOurs(String fileName) {
    return fileName.matches("[0-9]{8,18}\\.(log|snapshot)");
  }

  static boolean isSnapshot(String fileName) {
    return fileName.endsWith(".snapshot");
  }

  static long numberOf(String fileName) {
    return Long.parseLong(fileName.substring(0, fileName.indexOf('.')));
  }

  byte[] encode() {
    byte[] block = new byte[Block.BYTES];
    ByteBuffer.wrap(block)
        .putLong(MAGIC)
        .putInt(Manifest.FORMAT)
        .putLong(incarnation)
        .putLong(number)
        .put(random);
    Block.seal(block, 0, Block.checksum(new byte[0], block, 0));
    return block;
  }

  /**
   * The reverse.
   *
   * @param file its name, which has its number
   * @param incarnation that it must have
   * @throws RefusedException if it is damaged, or belongs to another replica
   */
  static FileHeader decode(byte[] block, String file, long incarnation) throws RefusedException {
    if (!Block.isSealed(block, 0, Block.checksum(new byte[0], block, 0))) {
      throw new DamagedException(file, 0, "the checksum of its header is wrong");
    }
    ByteBuffer bytes = ByteBuffer.wrap(block);
    if (bytes.getLong() != MAGIC || bytes.getInt() != Manifest.FORMAT) {
      throw new DamagedException(file, 0, "it has no header of this format");
    }
    long itsIncarnation = bytes.getLong();
    long itsNumber = bytes.getLong();
    if (itsIncarnation != incarnation || itsNumber != numberOf(file)) {
      throw new RefusedException(
          String.format(
              Locale.ROOT,
              "%s is file %d of the data of incarnation %x, not of %x: it was copied here",
              file,
              itsNumber,
              itsIncarnation,
              incarnation));
    }
    int at = bytes.position();
    return new FileHeader(
        itsIncarnation, itsNumber, Arrays.copyOfRange(block, at, at + RANDOM_BYTES));
  }
}
