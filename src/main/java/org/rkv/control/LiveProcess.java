package org.rkv.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process of this machine. Another one that gets its number later is not it: neither is that one
 * taken for alive, nor does it get a signal.
 */
record LiveProcess(ProcessHandle handle) {
  /** The one that has this number now; empty if none has, or if it has ended. */
  static Optional<LiveProcess> of(long pid) {
    return ProcessHandle.of(pid).map(LiveProcess::new).filter(LiveProcess::isAlive);
  }

  long pid() {
    return handle.pid();
  }

  boolean isAlive() {
    return handle.isAlive() && !isZombie();
  }

  /** To {@link ProcessHandle#isAlive} it lives until whoever inherits it has heard of its end. */
  private boolean isZombie() {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
      return "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
    } catch (IOException e) {
      return false; // not Linux, or it is gone
    }
  }
}
