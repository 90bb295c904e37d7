package org.rkv.replica;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * When a process began. Together with its number that is one process and no other, as long as the
 * machine is up.
 */
public final class ProcessStart {
  /** Field 22 of proc(5), stat; the first two are the number and the name in brackets. */
  private static final int START_TIME = 22 - 3;

  private ProcessStart() {}

  /** In clock ticks since the machine came up; 0 if there is no such process, or no Linux. */
  public static long ticks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
      return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[START_TIME]);
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }
}
