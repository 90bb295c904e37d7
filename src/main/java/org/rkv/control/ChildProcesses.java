package org.rkv.control;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Programs that are run for an operator, and that end when this one ends. Thread-safe. */
final class ChildProcesses {
  /** Of what reads nothing. */
  static final File NULL = new File("/dev/null");

  private final List<Process> begun = new ArrayList<>();
  private boolean isEnding;

  /** Has them ended, by SIGTERM, when the JVM ends, also by a signal. */
  void endAtExit() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::endAll, "end children"));
  }

  private synchronized void endAll() {
    isEnding = true;
    begun.forEach(Process::destroy);
  }

  /** Begins one. */
  synchronized Process begin(ProcessBuilder builder) throws IOException {
    Process process = builder.start();
    begun.add(process);
    if (isEnding) {
      process.destroy();
    }
    return process;
  }

  /**
   * Prepares a program that writes where this one does, reads nothing, and has the locale of the
   * operator; this one has a locale in which Java takes the names of files for UTF-8.
   */
  static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(NULL)
            .redirectOutput(Redirect.INHERIT)
            .redirectError(Redirect.INHERIT);
    Map<String, String> environment = builder.environment();
    String locale = environment.remove("RKV_LC_ALL");
    environment.remove("LC_ALL");
    if (locale != null && !locale.isEmpty()) {
      environment.put("LC_ALL", locale);
    }
    return builder;
  }
}
