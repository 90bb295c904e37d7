package org.rkv.control;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;

/**
 * SIGINT, SIGTERM and SIGHUP to a command that must not be broken off anywhere: they are remembered
 * from now on, and end nothing.
 */
final class Interruption {
  private final AtomicBoolean hasCome = new AtomicBoolean();

  /** Takes the signals over, to the end of the program. */
  Interruption() {
    for (String signal : List.of("INT", "TERM", "HUP")) {
      Signals.register(signal, () -> hasCome.set(true));
    }
  }

  /** Whether one has come. */
  boolean hasCome() {
    return hasCome.get();
  }
}
