package org.rkv.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** A copy of parts of the project as it is built, to do there what a user would do. */
public final class ProjectCopy {
  private ProjectCopy() {}

  /** Copies files and whole directories, named from the top of the project, to the same names. */
  public static void make(Path directory, List<String> names) throws IOException {
    for (String name : names) {
      Path from = Path.of(name).toAbsolutePath();
      Path to = directory.resolve(name);
      try (Stream<Path> files = Files.walk(from)) {
        for (Path file : files.toList()) {
          Path target = to.resolve(from.relativize(file).toString());
          Files.createDirectories(target.getParent());
          if (Files.isRegularFile(file)) {
            Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
          }
        }
      }
    }
  }
}
