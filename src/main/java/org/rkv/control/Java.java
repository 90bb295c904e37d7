package org.rkv.control;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;

/**
 * A Java that replicas are to run with.
 *
 * @param executable its path, or its name in the PATH
 */
record Java(String executable) {
  /** Whether it knows these flags. Starts it, and waits for its end. */
  boolean takes(List<String> flags) {
    List<String> command = new ArrayList<>(List.of(executable));
    command.addAll(flags);
    command.add("-version");
    try {
      return new ProcessBuilder(command)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
