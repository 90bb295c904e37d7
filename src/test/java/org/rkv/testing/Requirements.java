package org.rkv.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine: it is skipped, with the reason, where that is missing. */
public final class Requirements {
  private static final String SYSTEM_DIRECTORIES = ":/usr/sbin:/sbin:/usr/bin:/bin";

  private Requirements() {}

  /** Skips the calling test unless all these commands are there. */
  public static void commands(String... names) {
    for (String name : names) {
      Assumptions.assumeTrue(exists(name), "needs the command " + name);
    }
  }

  /** Skips the calling test unless this file, of this Debian package, is there. */
  public static void file(String path, String debianPackage) {
    Assumptions.assumeTrue(Files.exists(Path.of(path)), "needs " + path + " of " + debianPackage);
  }

  private static boolean exists(String name) {
    return Stream.of((System.getenv("PATH") + SYSTEM_DIRECTORIES).split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
  }
}
