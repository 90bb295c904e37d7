package org.rkv.control;

import java.io.PrintStream;
import java.util.List;

/**
 * What an operator is told on standard error, in the name of the script.
 *
 * @param err where it is printed
 */
record Complaints(PrintStream err) {
  void say(String line) {
    err.println("kv_r.sh: " + line);
  }

  /** What another program has said. */
  void handOn(String line) {
    err.println(line);
  }

  /** Lines of a log, set off from what the script says. */
  void quote(List<String> lines) {
    lines.forEach(line -> err.println("    " + line));
  }
}
