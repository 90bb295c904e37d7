package org.rkv.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file with zeros behind what counts. */
class FileOutputTest {
  private static final long MOST_AHEAD_BYTES = 1 << 20;

  @TempDir private Path directory;
  private final Random random = new Random(1);
  private byte[] expected = {};

  private FileChannel channel() throws IOException {
    return FileChannel.open(file(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private Path file() {
    return directory.resolve("file");
  }

  private void write(FileOutput output, int length) throws IOException {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    output.write(ByteBuffer.wrap(bytes));
    int before = expected.length;
    expected = Arrays.copyOf(expected, before + length);
    System.arraycopy(bytes, 0, expected, before, length);
  }

  private void assertHoldsThatAndZeros() throws IOException {
    byte[] all = Files.readAllBytes(file());
    assertArrayEquals(expected, Arrays.copyOf(all, expected.length));
    for (int i = expected.length; i < all.length; i++) {
      assertEquals(0, all[i], "at " + i);
    }
  }

  @Test
  void shouldSeldomBecomeLargerAndHaveWhatWasWrittenWhenItIsClosed() throws IOException {
    try (FileOutput output = new FileOutput(channel())) {
      output.keepRoomAhead();
      int sizes = 0;
      long size = 0;
      for (int i = 0; i < 600; i++) {
        write(output, 1 + random.nextInt(10_000));
        output.force();
        sizes += Files.size(file()) == size ? 0 : 1;
        size = Files.size(file());
        assertTrue(size - expected.length <= MOST_AHEAD_BYTES, "not much more than it holds");
      }
      assertTrue(sizes < 20, sizes + " sizes");
      assertHoldsThatAndZeros();
    }
    assertArrayEquals(expected, Files.readAllBytes(file()));
  }

  @Test
  void shouldBeAsLongAsWhatWasWrittenWithoutRoomAhead() throws IOException {
    try (FileOutput output = new FileOutput(channel())) {
      write(output, 1000);
      assertEquals(1000, Files.size(file()));
    }
  }

  /** What has room is written, though the zeros behind it have none. */
  @Test
  void shouldGoWithoutRoomAheadWhereTheDiskHasNone() throws IOException {
    try (FileOutput output = new FileOutput(new SmallDiskChannel(channel(), 100_000))) {
      output.keepRoomAhead();
      write(output, 20_000);
      write(output, 66_000);
      assertEquals(86_000, Files.size(file()));
      write(output, 14_000);
      ByteBuffer one = ByteBuffer.wrap(new byte[] {1});

      assertThrows(DiskFullException.class, () -> output.write(one));
    }
    assertArrayEquals(expected, Files.readAllBytes(file()));
  }

  /** As one that writes each change to a new place. */
  @Test
  void shouldLeaveTheZerosWhereAFullDiskCannotEvenBecomeShorter() throws IOException {
    SmallDiskChannel disk = new SmallDiskChannel(channel(), 100_000);
    disk.refuseToTruncate();
    try (FileOutput output = new FileOutput(disk)) {
      output.keepRoomAhead();
      write(output, 20_000);
      write(output, 66_000);
      write(output, 14_000);
    }
    assertHoldsThatAndZeros();
  }

  @Test
  void shouldBeClosedWhereAFullDiskCannotEvenBecomeShorter() throws IOException {
    SmallDiskChannel disk = new SmallDiskChannel(channel(), 100_000);
    try (FileOutput output = new FileOutput(disk)) {
      output.keepRoomAhead();
      write(output, 20_000);
      disk.refuseToTruncate();
    }
    assertHoldsThatAndZeros();
  }
}
