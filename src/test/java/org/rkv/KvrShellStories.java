package org.rkv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.KvrShell.Outcome;
import org.rkv.client.RkvClient;

/**
 * What the stories of an operator with {@code kv_r.sh} have in common: a directory, and its
 * replicas.
 */
abstract class KvrShellStories {
  static final List<String> FIVE =
      List.of("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5");

  @TempDir Path temporary;

  KvrShell shell;

  @BeforeEach
  void installInADirectoryWithASpace() throws IOException {
    Path directory = Files.createDirectories(temporary.resolve("my key values")).toRealPath();
    shell = KvrShell.install(directory);
  }

  @AfterEach
  void leaveNoProcess() throws Exception {
    shell.killAll();
  }

  /** The home of a JDK whose java first looks at all its arguments: a case of shell. */
  final String javaThat(String cases) throws IOException {
    Path java = Files.createDirectories(temporary.resolve("jdk/bin")).resolve("java");
    Files.writeString(
        java,
        String.join(
            "\n",
            "#!/bin/sh",
            "case $* in " + cases + " esac",
            "exec '" + Path.of(System.getProperty("java.home"), "bin", "java") + "' \"$@\"",
            ""));
    assertTrue(java.toFile().setExecutable(true));
    return java.getParent().getParent().toString();
  }

  final void put(String key, String value) throws IOException {
    try (RkvClient client = RkvClient.connect("127.0.0.1:" + shell.port())) {
      client.put(key, value);
    }
  }

  final String get(String key) throws IOException {
    try (RkvClient client = RkvClient.connect("127.0.0.1:" + shell.port())) {
      return client.get(key).text().orElse("");
    }
  }

  static void assertRefused(int status, String message, Outcome outcome) {
    assertEquals(status, outcome.status(), outcome::toString);
    assertTrue(outcome.err().contains(message), outcome::toString);
  }
}
