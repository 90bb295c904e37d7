package org.rkv.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A process that is not a child of this one, as {@code /proc} shows it. */
public final class OtherProcess {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private OtherProcess() {}

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
