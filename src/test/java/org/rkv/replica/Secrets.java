package org.rkv.replica;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.rkv.replica.peer.Secret;

/** Secrets as operators keep them: in files that nobody else may read. */
final class Secrets {
  private Secrets() {}

  static Secret of(String text, Path directory) throws IOException {
    Path file = Files.createTempFile(directory, "secret", "");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return Secret.read(file);
  }
}
