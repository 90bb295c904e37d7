package org.rkv.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A replica without peers in a process of its own, and what the system says of that process. */
final class LiveReplica implements AutoCloseable {
  private static final String HOST = "127.0.41.1";
  private static final String HELPER = " helper\"";
  private static final long START_MILLIS = 30_000;
  private static final Pattern USED =
      Pattern.compile("(?:def new|tenured) generation .*used (\\d+)K");

  private final Path log;
  private final Process process;
  private final InetSocketAddress address;

  /** Starts it in this directory, and waits until it serves. */
  LiveReplica(Path directory) throws IOException, InterruptedException {
    address = new InetSocketAddress(InetAddress.getByName(HOST), freePort());
    Files.writeString(directory.resolve("replica"), HOST + "\n", UTF_8);
    log = directory.resolve("log");
    // All threads of the JVM from the start, so that one more is one of ours.
    process =
        new ProcessBuilder(
                tool("java"),
                "-XX:+UseSerialGC",
                "-XX:-UseDynamicNumberOfCompilerThreads",
                "-Xmx128m",
                "-cp",
                Path.of("target/rkv.jar").toAbsolutePath().toString(),
                "org.rkv.replica.Main",
                "--no-portmapper",
                "--host",
                HOST,
                "--port",
                Integer.toString(address.getPort()),
                "--capacity",
                "65536",
                "--peer-timeout",
                "300",
                "--tombstone-grace",
                "1000")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    awaitServing();
  }

  private static int freePort() throws IOException {
    try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return once.getLocalPort();
    }
  }

  private void awaitServing() throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
    while (!log().contains("serving at ")) {
      assertTrue(process.isAlive() && System.nanoTime() - end < 0, "does not serve:\n" + log());
      Thread.sleep(20);
    }
  }

  InetSocketAddress address() {
    return address;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** All that it has logged so far. */
  String log() throws IOException {
    return Files.readString(log, UTF_8);
  }

  /** The first error in its log, which only a fault of ours puts there. */
  String firstError() {
    try {
      String text = log();
      int at = text.indexOf("SEVERE");
      return text.substring(Math.max(0, at - 100), Math.min(text.length(), at + 4000));
    } catch (IOException e) {
      return "no log: " + e;
    }
  }

  /** Threads of the process, those of the JVM included, but not helpers, which come and go. */
  long threads() throws IOException, InterruptedException {
    return threadNames().filter(name -> !name.contains(HELPER)).count();
  }

  /** Threads of the process that do what would block its event loop. */
  long helpers() throws IOException, InterruptedException {
    return threadNames().filter(name -> name.contains(HELPER)).count();
  }

  private Stream<String> threadNames() throws IOException, InterruptedException {
    return jcmd("Thread.print").lines().filter(line -> line.startsWith("\""));
  }

  /** Open file descriptors of the process. */
  long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
      return open.count();
    }
  }

  /** What lives on its heap, in KiB, garbage not counted. */
  long liveHeapKibibytes() throws IOException, InterruptedException {
    jcmd("GC.run");
    Matcher used = USED.matcher(jcmd("GC.heap_info"));
    long sum = 0;
    int generations = 0;
    while (used.find()) {
      sum += Long.parseLong(used.group(1));
      generations++;
    }
    assertEquals(2, generations, "the serial collector has two generations");
    return sum;
  }

  private String jcmd(String command) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(List.of(tool("jcmd"), Long.toString(process.pid()), command))
            .redirectErrorStream(true)
            .start();
    String output = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, jcmd.waitFor(), output);
    return output;
  }

  private static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
