package org.rkv.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the system and the JVM say of a running Java process. Linux only. */
public record ProcessFigures(long pid) {
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern USED = Pattern.compile("used (\\d+)K");
  private static final Pattern OPEN_FILES = Pattern.compile("Max open files\\s+(\\d+)");
  private static final String ENDED = "(ended)";
  private static final int KIB = 1024;

  /** How many files this process may have open, and so every one that it starts. */
  public static long maxOpenFiles() throws IOException {
    return first(OPEN_FILES, Files.readString(Path.of("/proc/self/limits")));
  }

  /** Descriptors, sockets among them. */
  public long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/" + pid, "fd"))) {
      return files.count();
    }
  }

  /** The names of its threads, without those of the JVM's compiler, which come and go. */
  public List<String> threads() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid, "task"))) {
      return tasks
          .map(ProcessFigures::nameOf)
          .filter(name -> !comesAndGoes(name))
          .sorted()
          .toList();
    }
  }

  /** The names of its threads as Java has them, those of the JVM included. */
  public List<String> javaThreads() throws IOException, InterruptedException {
    return jcmd("Thread.print")
        .lines()
        .filter(line -> line.startsWith("\""))
        .map(line -> line.substring(1, line.indexOf('"', 1)))
        .toList();
  }

  private static String nameOf(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (IOException hasEnded) {
      return ENDED;
    }
  }

  private static boolean comesAndGoes(String name) {
    return name.equals(ENDED) || name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler");
  }

  /** Memory of the process that is in use, in bytes. */
  public long residentBytes() throws IOException {
    return KIB * first(RESIDENT, Files.readString(Path.of("/proc/" + pid + "/status")));
  }

  /** What is left in the heap after a full garbage collection, in bytes. */
  public long heapBytesAfterCollection() throws IOException, InterruptedException {
    jcmd("GC.run");
    Matcher used = USED.matcher(jcmd("GC.heap_info"));
    long kibibytes = 0;
    for (int generation = 0; generation < 2; generation++) {
      assertTrue(used.find(), "a young and an old generation");
      kibibytes += Long.parseLong(used.group(1));
    }
    return KIB * kibibytes;
  }

  private String jcmd(String command) throws IOException, InterruptedException {
    String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process jcmd =
        new ProcessBuilder(program, Long.toString(pid), command).redirectErrorStream(true).start();
    String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, jcmd.waitFor(), output);
    return output;
  }

  private static long first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertTrue(matcher.find(), () -> pattern + " in " + text);
    return Long.parseLong(matcher.group(1));
  }
}
