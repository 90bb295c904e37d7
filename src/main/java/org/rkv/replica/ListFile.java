package org.rkv.replica;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads what operators write for a replica, and it reads again and again: small files. */
final class ListFile {
  private static final int MAX_BYTES = 1 << 20;

  private ListFile() {}

  /**
   * The bytes of a file.
   *
   * @param kind what it is, for people
   * @throws IOException with one clear line: missing, not readable, not a file, or too large
   */
  static byte[] bytes(Path path, String kind) throws IOException {
    try {
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        // A pipe would block the reader, and cannot be read again.
        throw new IOException(
            path + (Files.isDirectory(path) ? " is a directory" : " is not a regular file"));
      }
      return bounded(path);
    } catch (FileSystemException e) {
      throw new IOException(reason(path, kind, e), e);
    }
  }

  /** What an operator is told of a file that the system does not give. */
  static String reason(Path path, String kind, FileSystemException e) {
    if (e instanceof NoSuchFileException) {
      return "no " + kind + ": " + path.toAbsolutePath();
    }
    return e instanceof AccessDeniedException
        ? "the " + kind + " may not be read: " + path.toAbsolutePath()
        : "the " + kind + " cannot be read: " + e.getMessage();
  }

  private static byte[] bounded(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException(path + " is larger than " + MAX_BYTES + " bytes");
      }
      return bytes;
    }
  }
}
