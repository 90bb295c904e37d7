package org.rkv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryFileTest {
  @TempDir private Path directory;

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void shouldBeReadableByItsOwnerOnly() throws IOException {
    Path file = HistoryFile.in(directory.resolve("new"));
    assertEquals("rw-------", permissions(file));
    Files.writeString(file, "what was typed");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertEquals(file, HistoryFile.in(file.getParent()));
    assertEquals("rw-------", permissions(file));
    assertEquals("what was typed", Files.readString(file));
  }

  @Test
  void shouldBeBegunAnewWhenItIsTooLargeToBeRead() throws IOException {
    Path file =
        Files.write(directory.resolve("history"), new byte[(int) HistoryFile.MAX_BYTES + 1]);
    assertEquals(file, HistoryFile.in(directory));
    assertEquals(0, Files.size(file));
  }

  @Test
  void shouldBeDoneWithoutWhereThereCanBeNone() throws IOException {
    assertNull(HistoryFile.in(null));
    Path file = Files.writeString(directory.resolve("file"), "a file where a directory should be");
    assertNull(HistoryFile.in(file));
    assertNull(HistoryFile.in(file.resolve("below")));
    Files.createDirectories(directory.resolve("other").resolve("history"));
    assertNull(HistoryFile.in(directory.resolve("other")));
  }
}
