package org.rkv.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/** Files that nobody can be writing still, by what they say. */
public final class LongAgo {
  private static final Duration LONG = Duration.ofHours(1);

  private LongAgo() {}

  /** From now on this file was last modified long ago. */
  public static Path modified(Path file) throws IOException {
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(LONG)));
  }
}
