package org.rkv.control;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.rkv.replica.Main;
import org.rkv.replica.ReplicaName;

/**
 * A replica of this machine.
 *
 * @param name as the replica file has it
 * @param files that are kept of it
 * @param directory in which {@code kv_r.sh} is and starts it, without symbolic links
 */
record LocalReplica(ReplicaName name, RunFiles files, Path directory) {
  private static final long EXEC_MILLIS = 5000;
  private static final long POLL_MILLIS = 20;

  /**
   * Its process. A pid file alone proves nothing: the process may have died, and its number may by
   * now be another's. May block for as long as a process takes to become a JVM.
   */
  Optional<LiveProcess> process() throws InterruptedException {
    OptionalLong pid = files.pid();
    Optional<LiveProcess> process =
        pid.isPresent() ? LiveProcess.of(pid.getAsLong()) : Optional.empty();
    return process.isPresent() && isIt(process.get()) ? process : Optional.empty();
  }

  /** What is known of it without asking it; it is at this address if it has not said so itself. */
  Row row(String address) throws InterruptedException {
    String pid = process().map(process -> Long.toString(process.pid())).orElse(Row.UNKNOWN);
    return Row.ofFiles(files, pid, address);
  }

  private boolean isIt(LiveProcess process) throws InterruptedException {
    String words = String.join("\0", "", Main.class.getName(), "--host", name.toString(), "");
    return ("\0" + argumentsOf(process)).contains(words) && isOfDirectory(process);
  }

  /**
   * The arguments, each with a NUL after it. Linux shows none while a process is within exec, as a
   * replica is when it becomes a JVM: on a busy machine that takes a while, so one that lives and
   * has none is looked at again.
   */
  private static String argumentsOf(LiveProcess process) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(EXEC_MILLIS);
    while (true) {
      String arguments = read(proc(process).resolve("cmdline"));
      boolean isLate = System.nanoTime() - deadlineNanos >= 0;
      if (!arguments.isEmpty() || !process.isAlive() || isLate) {
        return arguments;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** A like replica of another directory is another one. Who may not look has to believe. */
  private boolean isOfDirectory(LiveProcess process) {
    try {
      return Files.readSymbolicLink(proc(process).resolve("cwd")).equals(directory);
    } catch (IOException e) {
      return true;
    }
  }

  private static Path proc(LiveProcess process) {
    return Path.of("/proc", Long.toString(process.pid()));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
