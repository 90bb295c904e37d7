package org.rkv.testing;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Keeps why a class gave up before its first test: the report of such a class is empty, and {@link
 * SkippedTests} has to say why. JUnit finds it by its service file, so it watches all tests.
 */
public final class SkippedClasses implements LifecycleMethodExecutionExceptionHandler {
  private static final String DIRECTORY = "skipped-classes";

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable thrown)
      throws Throwable {
    if (thrown instanceof TestAbortedException) {
      keep(build(), context.getRequiredTestClass().getName(), thrown.getMessage());
    }
    throw thrown;
  }

  /** Where the tests' own classes are, there is what becomes of them. */
  private static Path build() throws URISyntaxException {
    return Path.of(SkippedClasses.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        .getParent();
  }

  static void keep(Path build, String type, String reason) throws IOException {
    Files.createDirectories(build.resolve(DIRECTORY));
    Files.writeString(build.resolve(DIRECTORY).resolve(type), reason);
  }

  /** Why this class was skipped, in a build before if not in this one; null if nobody said. */
  static String reason(Path build, String type) throws IOException {
    Path file = build.resolve(DIRECTORY).resolve(type);
    return Files.exists(file) ? Files.readString(file) : null;
  }
}
