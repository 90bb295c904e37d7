package org.rkv.cli;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The command's arguments as the bytes that the shell passed. Java decodes arguments by the locale,
 * and what the locale has no character for is lost (everything beyond ASCII under LC_ALL=C). The
 * kernel still has the bytes: {@code /proc/self/cmdline} holds each argument, ended by a NUL.
 *
 * <p>Strings here are bytes: one char, 0 to 255, for each.
 *
 * @param programName the program's name as called
 */
record CommandLine(String programName, String[] arguments) {
  private static final String NAME_PROPERTY = "rkv.name";
  private static final String NAME_OPTION = "-D" + NAME_PROPERTY + "=";
  private static final Path KERNEL_COPY = Path.of("/proc/self/cmdline");

  /** The command line of this process, whose main method was given these arguments. */
  static CommandLine ofThisProcess(String[] decoded) {
    String name = System.getProperty(NAME_PROPERTY, "rkv");
    String kernelCopy;
    try {
      kernelCopy = Files.readString(KERNEL_COPY, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return fromDecoded(name, decoded);
    }
    return parse(kernelCopy, name, decoded);
  }

  /**
   * Takes the last arguments of the kernel's copy: those before belong to the JVM.
   *
   * @param decoded what Java made of the arguments; used where the kernel's copy does not fit to it
   */
  static CommandLine parse(String kernelCopy, String decodedName, String[] decoded) {
    String[] all = split(kernelCopy);
    int first = all.length - decoded.length;
    if (first < 1) {
      return fromDecoded(decodedName, decoded);
    }
    String[] arguments = new String[decoded.length];
    for (int i = 0; i < decoded.length; i++) {
      arguments[i] = all[first + i];
      if (isAscii(arguments[i]) && !arguments[i].equals(decoded[i])) {
        return fromDecoded(decodedName, decoded);
      }
    }
    for (int i = 1; i < first; i++) {
      if (all[i].startsWith(NAME_OPTION)) {
        return new CommandLine(all[i].substring(NAME_OPTION.length()), arguments);
      }
    }
    return new CommandLine(toBytes(decodedName), arguments);
  }

  /** No bytes to be had: turns Java's characters back into what the locale encodes them to. */
  private static CommandLine fromDecoded(String name, String[] decoded) {
    String[] arguments = new String[decoded.length];
    for (int i = 0; i < decoded.length; i++) {
      arguments[i] = toBytes(decoded[i]);
    }
    return new CommandLine(toBytes(name), arguments);
  }

  private static String toBytes(String decoded) {
    if (isAscii(decoded)) {
      return decoded;
    }
    String locale = System.getProperty("sun.jnu.encoding", "UTF-8");
    byte[] bytes = decoded.getBytes(Charset.forName(locale));
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static String[] split(String kernelCopy) {
    int count = 0;
    for (int i = 0; i < kernelCopy.length(); i++) {
      if (kernelCopy.charAt(i) == 0) {
        count++;
      }
    }
    String[] parts = new String[count];
    int start = 0;
    for (int i = 0; i < count; i++) {
      int end = kernelCopy.indexOf(0, start);
      parts[i] = kernelCopy.substring(start, end);
      start = end + 1;
    }
    return parts;
  }
}
