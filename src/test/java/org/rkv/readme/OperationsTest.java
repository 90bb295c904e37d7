package org.rkv.readme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whether operations.md knows every line that a replica may log. */
final class OperationsTest {
  private static final Path MANUAL = Path.of("src/site/markdown/operations.md");
  private static final Pattern MESSAGE =
      Pattern.compile(
          "\\b(?:log|limitedLog|complaints|news)\\s*\\.(?:info|warn|error)\\((?:[^\";]*)\"([^\"]+)\""
              + "|\\b(?:warn|refuse|complain)\\(\\s*\"([^\"]+)\"");

  @Test
  void shouldExplainEveryLineOfTheLog() throws IOException {
    String manual = Files.readString(MANUAL);
    List<String> missing = new ArrayList<>();
    int messages = 0;
    for (Path source : sources()) {
      Matcher matcher = MESSAGE.matcher(Files.readString(source));
      while (matcher.find()) {
        String message = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        if (message.equals("{}")) {
          continue; // what another call of these has put together
        }
        messages++;
        if (!manual.contains(longestLiteral(message))) {
          missing.add(source.getFileName() + ": " + message);
        }
      }
    }
    assertTrue(messages > 30, "it finds the messages: " + messages);
    assertEquals(List.of(), missing);
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  /** What stands between two places for other text. */
  private static String longestLiteral(String message) {
    return Stream.of(message.split("\\{\\}"))
        .map(String::strip)
        .max(Comparator.comparingInt(String::length))
        .orElseThrow();
  }
}
