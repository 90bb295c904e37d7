package org.rkv.testing;

import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Keeps why a class gave up before its first test: the report of such a class is empty, and {@link
 * SkippedTests} has to say why. JUnit finds it by its service file, so it watches all tests.
 */
public final class SkippedClasses implements LifecycleMethodExecutionExceptionHandler {
  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable thrown)
      throws Throwable {
    if (thrown instanceof TestAbortedException) {
      SkipReasons.keep(build(), context.getRequiredTestClass().getName(), thrown.getMessage());
    }
    throw thrown;
  }

  /** Where the tests' own classes are, there is what becomes of them. */
  private static Path build() throws URISyntaxException {
    return Path.of(SkippedClasses.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        .getParent();
  }
}
