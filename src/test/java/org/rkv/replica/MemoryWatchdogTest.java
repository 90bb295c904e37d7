package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.rkv.net.EventLoop;
import org.slf4j.LoggerFactory;
import org.slf4j.jul.JULServiceProvider;

/** With real processes, which end. */
class MemoryWatchdogTest {
  static final int WENT_ON = 7;
  private static final long END_SECONDS = 30;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(
      value = MemoryExhaustion.Kind.class,
      names = {"HEAP", "DIRECT"})
  void shouldHaltWithALineThatSaysWhy(MemoryExhaustion.Kind kind) throws Exception {
    Path errors = directory.resolve("errors");
    Process process = begin(kind, ProcessBuilder.Redirect.to(errors.toFile()));

    assertEquals(MemoryWatchdog.EXIT_STATUS, statusOf(process));
    assertTrue(
        Files.readString(errors).contains("alpha SEVERE: out of memory: the process is halted\n"));
  }

  /** The JVM's own flag for it waits for the reader. */
  @ParameterizedTest
  @EnumSource(
      value = MemoryExhaustion.Kind.class,
      names = {"HEAP", "DIRECT"})
  void shouldHaltThoughNobodyReadsWhatItSays(MemoryExhaustion.Kind kind) throws Exception {
    Path status = directory.resolve("status");
    List<String> command =
        new ArrayList<>(
            List.of(
                "bash",
                "-c",
                "exec 3>&1; { head -c 65536 /dev/zero >&3; \"$@\" >&3 2>&3; echo $? >"
                    + status
                    + "; }",
                "stuck"));
    command.addAll(command(kind));
    // Nobody reads its output: the pipe is full before the JVM starts.
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();

    assertEquals(0, statusOf(process));
    assertEquals(MemoryWatchdog.EXIT_STATUS + "\n", Files.readString(status));
  }

  @ParameterizedTest
  @CsvSource({"THREAD", "ARRAY"})
  void shouldGoOnWhereMemoryIsNotShort(MemoryExhaustion.Kind kind) throws Exception {
    Path errors = directory.resolve("errors");
    Process process = begin(kind, ProcessBuilder.Redirect.to(errors.toFile()));

    assertEquals(WENT_ON, statusOf(process));
    assertTrue(Files.readString(errors).contains("a task failed"));
  }

  private static Process begin(MemoryExhaustion.Kind kind, ProcessBuilder.Redirect errors)
      throws IOException {
    return new ProcessBuilder(command(kind)).redirectError(errors).start();
  }

  private static List<String> command(MemoryExhaustion.Kind kind) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-Xmx24m",
        "-XX:MaxDirectMemorySize=8m",
        "-cp",
        classPath(),
        MemoryExhaustion.class.getName(),
        kind.name());
  }

  private static String classPath() {
    return Stream.of(
            MemoryExhaustion.class, EventLoop.class, LoggerFactory.class, JULServiceProvider.class)
        .map(needed -> needed.getProtectionDomain().getCodeSource().getLocation())
        .map(place -> Path.of(URI.create(place.toString())).toString())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static int statusOf(Process process) throws InterruptedException {
    try {
      assertTrue(process.waitFor(END_SECONDS, TimeUnit.SECONDS), "it has ended");
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
