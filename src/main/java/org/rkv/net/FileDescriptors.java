package org.rkv.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many file descriptors the process may have, as the system says. The JVM has raised the limit
 * as far as it is allowed to when it started.
 */
public final class FileDescriptors {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final String SHORT = "Too many open files";
  private static final Pattern SOFT = Pattern.compile("(?m)^Max open files +(\\d+)");

  private FileDescriptors() {}

  /** The limit; the largest number if there is none, or none is known here. May block. */
  public static int limit() {
    try {
      return limitIn(Files.readString(LIMITS, StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return Integer.MAX_VALUE;
    }
  }

  /** Whether this failed since the process, or the system, had no descriptor left. */
  public static boolean wereShort(Throwable failure) {
    return failure instanceof IOException
        && failure.getMessage() != null
        && failure.getMessage().contains(SHORT);
  }

  static int limitIn(String limits) {
    Matcher soft = SOFT.matcher(limits);
    return soft.find()
        ? (int) Math.min(Integer.MAX_VALUE, parse(soft.group(1)))
        : Integer.MAX_VALUE;
  }

  private static long parse(String digits) {
    return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
  }
}
