package org.rkv.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.rkv.replica.ProcessStart;

/**
 * A process of this machine, as {@code /proc} shows it. Another one that gets its number later is
 * not it: neither is that one taken for alive, nor does it get a signal.
 *
 * @param startTicks when it began, as {@link ProcessStart} has it
 */
record LiveProcess(ProcessHandle handle, long startTicks) {
  private static final long EXEC_MILLIS = 5000;
  private static final long POLL_MILLIS = 20;

  /** The one that has this number now; empty if none has, or if it has ended. */
  static Optional<LiveProcess> of(long pid) {
    return ProcessHandle.of(pid).map(LiveProcess::of).filter(LiveProcess::isAlive);
  }

  private static LiveProcess of(ProcessHandle handle) {
    return new LiveProcess(handle, ProcessStart.ticks(handle.pid()));
  }

  /** All that live now, as far as this user may see them. */
  static Stream<LiveProcess> all() {
    return ProcessHandle.allProcesses().map(LiveProcess::of).filter(LiveProcess::isAlive);
  }

  long pid() {
    return handle.pid();
  }

  boolean isAlive() {
    return handle.isAlive() && !isZombie() && ProcessStart.ticks(pid()) == startTicks;
  }

  /** To {@link ProcessHandle#isAlive} it lives until whoever inherits it has heard of its end. */
  private boolean isZombie() {
    String stat = read("stat");
    int state = stat.lastIndexOf(')') + 2;
    return state < stat.length() && "ZX".indexOf(stat.charAt(state)) >= 0;
  }

  /**
   * Whether it is of our user, and sees the files and processes that we see: another container's is
   * not ours to be ended, and its directory is another one.
   */
  boolean isOurs() {
    try {
      Path self = Path.of("/proc/self");
      for (String namespace : List.of("ns/mnt", "ns/pid")) {
        Path theirs = Files.readSymbolicLink(proc().resolve(namespace));
        if (!theirs.equals(Files.readSymbolicLink(self.resolve(namespace)))) {
          return false;
        }
      }
      return Files.getAttribute(proc(), "unix:uid").equals(Files.getAttribute(self, "unix:uid"));
    } catch (IOException | UnsupportedOperationException e) {
      return false; // it has ended, or may not be looked at
    }
  }

  /** The program and its arguments, as they were given, also where they are empty. */
  List<String> words() {
    String words = read("cmdline"); // each with a NUL after it
    return words.isEmpty()
        ? List.of()
        : List.of(words.substring(0, words.length() - 1).split("\0", -1));
  }

  /**
   * Linux shows no arguments while a process is within exec, as a replica is when it becomes a JVM:
   * on a busy machine that takes a while, so one that lives and has none is looked at again.
   */
  void awaitArguments() throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(EXEC_MILLIS);
    while (words().isEmpty() && isAlive() && System.nanoTime() - deadlineNanos < 0) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** Where it runs; empty if that may not be looked at. */
  Optional<Path> directory() {
    try {
      return Optional.of(Files.readSymbolicLink(proc().resolve("cwd")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * The unit of systemd that it was begun by; empty if it was not. systemd begins each in a session
   * of its own; who was begun from within a unit, as by a cron job, is not the unit's.
   */
  Optional<String> unit() {
    return isSessionLeader() ? unitIn(read("cgroup")) : Optional.empty();
  }

  /** The unit that control groups, as proc(5) shows them, are of. */
  static Optional<String> unitIn(String controlGroups) {
    return controlGroups
        .lines()
        .map(line -> line.substring(line.lastIndexOf('/') + 1))
        .filter(group -> group.endsWith(".service"))
        .findFirst();
  }

  private boolean isSessionLeader() {
    String stat = read("stat");
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    return afterName.length > 3 && afterName[3].equals(Long.toString(pid()));
  }

  private Path proc() {
    return Path.of("/proc", Long.toString(pid()));
  }

  private String read(String file) {
    try {
      // Words and names of files are UTF-8, as the locale of this program says that they are.
      return new String(Files.readAllBytes(proc().resolve(file)), UTF_8);
    } catch (IOException e) {
      return ""; // not Linux, or it is gone
    }
  }
}
