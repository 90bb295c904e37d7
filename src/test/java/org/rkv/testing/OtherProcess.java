package org.rkv.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A process that need not be a child of this one, as {@code /proc} shows it. */
public final class OtherProcess {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final String REPLICA = "org.rkv.replica.Main";

  private OtherProcess() {}

  /** The replicas that run in this directory, whoever started them. */
  public static List<Long> replicasIn(Path directory) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> isReplicaIn(directory, pid))
        .toList();
  }

  private static boolean isReplicaIn(Path directory, long pid) {
    try {
      return Path.of("/proc/" + pid + "/cwd").toRealPath().equals(directory.toRealPath())
          && argumentsOf(pid).contains(REPLICA);
    } catch (IOException e) {
      return false; // it has ended, or is another user's
    }
  }

  /** The words that it was started with, its program first. */
  public static List<String> argumentsOf(long pid) throws IOException {
    return List.of(Files.readString(Path.of("/proc/" + pid + "/cmdline")).split("\0", -1));
  }

  /**
   * Sends it a signal.
   *
   * @param name without SIG
   */
  public static void signal(String name, long pid) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-s", name, Long.toString(pid)).start();
    assertEquals(0, kill.waitFor(), () -> "kill -s " + name + " " + pid);
  }

  /**
   * The command as one at a terminal: what begins behind the back of a shell, as this build may
   * have, ignores SIGINT, and so does all that it starts.
   */
  public static List<String> interruptible(List<String> command) {
    List<String> whole = new ArrayList<>(List.of("env", "--default-signal=INT"));
    whole.addAll(command);
    return whole;
  }

  /** SIGKILL for all of these that are there; returns when they have ended. */
  public static void kill(List<Long> pids) throws Exception {
    for (long pid : pids) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
    for (long pid : pids) {
      Eventually.until(DEADLINE, () -> hasEnded(pid), () -> "SIGKILL does not end " + pid);
    }
  }

  /**
   * Whether it holds nothing any more: it is gone, or all its threads have ended and only whoever
   * inherited it has not heard of that yet. To {@link ProcessHandle#isAlive} it lives until then,
   * and {@link ProcessHandle#onExit} looks ever less often.
   */
  public static boolean hasEnded(long pid) throws IOException {
    Path proc = Path.of("/proc", Long.toString(pid));
    try (Stream<Path> threads = Files.list(proc.resolve("task"))) {
      String stat = Files.readString(proc.resolve("stat"));
      char state = stat.charAt(stat.lastIndexOf(')') + 2);
      return threads.count() == 1 && (state == 'Z' || state == 'X');
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      if (Files.exists(proc)) {
        throw e;
      }
      return true; // it went while it was looked at
    }
  }
}
