package org.rkv.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The file that keeps what was typed at the prompt: keys and values, so nobody but its owner may
 * read it. It is a convenience: where it cannot be had, there is a prompt without it.
 */
final class HistoryFile {
  /** A larger one is begun anew: it would not fit into the memory of the command. */
  static final long MAX_BYTES = 1 << 20;

  private static final Set<PosixFilePermission> OF_OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private HistoryFile() {}

  /** The file of this user, ready to be read and written; or null. */
  static Path ofThisUser() {
    try {
      return in(ReplicaCache.cacheDirectory());
    } catch (InvalidPathException e) { // A name that this locale has no characters for.
      return null;
    }
  }

  /**
   * The file of this directory, ready to be read and written.
   *
   * @param directory may be null
   * @return null if there can be none
   */
  static Path in(Path directory) {
    if (directory == null) {
      return null;
    }
    Path file = directory.resolve("history");
    try {
      Files.createDirectories(directory);
      if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
        Files.delete(file);
      }
      if (Files.notExists(file)) {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OF_OWNER_ONLY));
      }
      Files.setPosixFilePermissions(file, OF_OWNER_ONLY);
      boolean isUsable =
          Files.isRegularFile(file) && Files.isReadable(file) && Files.isWritable(file);
      return isUsable ? file : null;
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }
}
