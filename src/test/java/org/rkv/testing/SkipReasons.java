package org.rkv.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Why classes gave up before their first test, a file each. Needs nothing but the JDK: the build
 * runs {@link SkippedTests} with the tests' own classes alone.
 */
final class SkipReasons {
  private static final String DIRECTORY = "skipped-classes";

  private SkipReasons() {}

  static void keep(Path build, String type, String reason) throws IOException {
    Files.createDirectories(build.resolve(DIRECTORY));
    Files.writeString(build.resolve(DIRECTORY).resolve(type), reason);
  }

  /** Why this class was skipped, in a build before if not in this one; null if nobody said. */
  static String of(Path build, String type) throws IOException {
    Path file = build.resolve(DIRECTORY).resolve(type);
    return Files.exists(file) ? Files.readString(file) : null;
  }
}
