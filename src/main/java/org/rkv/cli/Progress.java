package org.rkv.cli;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Shows on a terminal how far a long input has come. A convenience: if it cannot be shown, there is
 * none. Not thread-safe.
 */
final class Progress {
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final String BEGIN_OF_LINE = "\r";
  private static final String ERASE_LINE = "\r\u001b[K";

  private final Console console;
  private boolean isShown;
  private long shownNanos = System.nanoTime();
  private boolean hasLine;

  Progress(Console console, boolean isShown) {
    this.console = console;
    this.isShown = isShown;
  }

  /** All lines up to this one are done. */
  void done(long line) {
    if (isShown && System.nanoTime() - shownNanos > INTERVAL_NANOS) {
      shownNanos = System.nanoTime();
      hasLine = true;
      show(BEGIN_OF_LINE + line + " lines");
    }
  }

  /** Takes the line away. */
  void end() {
    if (hasLine) {
      hasLine = false;
      show(ERASE_LINE);
    }
  }

  private void show(String text) {
    try {
      console.err(text);
    } catch (IOException e) {
      isShown = false;
    }
  }
}
