package org.rkv.readme;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Commands of a document and what they print there. A command is an indented line that begins with
 * {@code $}; the indented lines after it are its output, in which {@code ...} stands for anything:
 * for any lines when it is alone, else for the rest of its line.
 *
 * @param command for a shell
 * @param output lines, without the indentation
 */
record Session(String command, List<String> output) {
  private static final String INDENTATION = "    ";
  private static final String PROMPT = INDENTATION + "$ ";
  private static final String ANYTHING = "...";

  /** All commands between two lines of a text, in order. */
  static List<Session> between(List<String> lines, String from, String to) {
    int first = indexOf(lines, from);
    List<Session> sessions = new ArrayList<>();
    List<String> output = new ArrayList<>();
    for (String line : lines.subList(first, indexOf(lines, to))) {
      if (line.startsWith(PROMPT)) {
        output = new ArrayList<>();
        sessions.add(new Session(line.substring(PROMPT.length()), output));
      } else if (line.startsWith(INDENTATION)) {
        output.add(line.substring(INDENTATION.length()));
      } else {
        output = new ArrayList<>();
      }
    }
    return sessions;
  }

  /** The indented lines between two lines, without their indentation. */
  static List<String> indentedBetween(List<String> lines, String from, String to) {
    return lines.subList(indexOf(lines, from), indexOf(lines, to)).stream()
        .filter(line -> line.startsWith(INDENTATION) || line.isEmpty())
        .map(line -> line.isEmpty() ? line : line.substring(INDENTATION.length()))
        .toList();
  }

  private static int indexOf(List<String> lines, String line) {
    int index = lines.indexOf(line);
    if (index < 0) {
      throw new AssertionError("no line \"" + line + "\"");
    }
    return index;
  }

  /** Matches what the command may print; how wide a column is does not matter. */
  Pattern expected() {
    StringBuilder regex = new StringBuilder();
    for (String line : output) {
      if (line.equals(ANYTHING)) {
        regex.append("(?:.*\n)*");
      } else if (line.endsWith(ANYTHING)) {
        regex.append(words(line.substring(0, line.length() - ANYTHING.length()))).append(".*\n");
      } else {
        regex.append(words(line)).append("\n");
      }
    }
    return Pattern.compile(regex.toString());
  }

  private static String words(String line) {
    return Stream.of(line.strip().split(" +")).map(Pattern::quote).collect(joining(" +"));
  }
}
