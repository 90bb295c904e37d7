package org.rkv.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A network of its own, with nothing in it but the loopback interface: port 111 is free on all of
 * 127.0.0.0/8, whatever runs on this machine, and what is started here disturbs nobody.
 *
 * <p>{@code /run} is private too, since rpcbind keeps its socket, lock and state there. A holder
 * process keeps the namespace alive; everything that is started in it is ended, by its own process
 * id, when the namespace is closed. Safe for use by several threads.
 */
public final class NetworkNamespace implements AutoCloseable {
  private static final Duration END = Duration.ofSeconds(10);
  private static final String HOLD =
      "mount -t tmpfs tmpfs /run && mkdir /run/rpcbind && ip link set lo up && echo ready && cat";

  private final Path scratch;
  private final Process holder;
  private final Deque<Process> started = new ArrayDeque<>();

  private NetworkNamespace(Path scratch, Process holder) {
    this.scratch = scratch;
    this.holder = holder;
  }

  /**
   * Makes a namespace, or skips the calling test, saying why, where that is not possible.
   *
   * @param scratch an existing directory for the files that this class needs
   */
  public static NetworkNamespace open(Path scratch) throws IOException, InterruptedException {
    Requirements.commands("unshare", "nsenter", "ip", "mount");
    Process holder =
        new ProcessBuilder("unshare", "-n", "-m", "sh", "-c", HOLD)
            .redirectErrorStream(true)
            .start();
    NetworkNamespace namespace = new NetworkNamespace(scratch, holder);
    String answer;
    try {
      answer = holder.inputReader(ISO_8859_1).readLine();
    } catch (IOException failed) {
      namespace.close();
      throw failed;
    }
    if (!"ready".equals(answer)) {
      namespace.close();
      Assumptions.abort("needs root, for a network namespace: " + answer);
    }
    return namespace;
  }

  /** Starts a command in the namespace; both its output streams go to the log file. */
  public Process start(Path directory, Path log, List<String> command) throws IOException {
    return track(
        enter(directory, command).redirectErrorStream(true).redirectOutput(log.toFile()).start());
  }

  /**
   * Runs a command in the namespace to its end.
   *
   * @param environment what to change in the environment
   * @param command program and arguments; each char is one byte, which reaches the program as it is
   * @throws AssertionError if it does not end within the deadline
   */
  public Outcome run(Duration deadline, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(scratch, "run");
    Path script = directory.resolve("script");
    Path stdout = directory.resolve("stdout");
    Path stderr = directory.resolve("stderr");
    Files.writeString(script, "exec" + quoted(command) + "\n", ISO_8859_1);

    ProcessBuilder builder = enter(directory, List.of("sh", script.toString()));
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    Process process =
        track(builder.redirectOutput(stdout.toFile()).redirectError(stderr.toFile()).start());
    if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still running after " + deadline + ": " + command);
    }
    synchronized (started) {
      started.remove(process);
    }
    return new Outcome(
        process.exitValue(),
        Files.readString(stdout, ISO_8859_1),
        Files.readString(stderr, ISO_8859_1));
  }

  /** As {@link #run(Duration, Map, List)}, for a command that is done in no time. */
  public Outcome run(String... command) throws IOException, InterruptedException {
    return run(Duration.ofSeconds(30), Map.of(), List.of(command));
  }

  /** Ends all that was started here, the last first, and then the namespace. */
  @Override
  public void close() throws IOException, InterruptedException {
    synchronized (started) {
      while (!started.isEmpty()) {
        end(started.pop());
      }
    }
    holder.getOutputStream().close();
    end(holder);
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor(END.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private Process track(Process process) {
    synchronized (started) {
      started.push(process);
    }
    return process;
  }

  /**
   * A command that will run in the namespace, in the directory. Whoever starts it has to end it.
   * nsenter becomes the command, so the process has the command's own id.
   */
  public ProcessBuilder enter(Path directory, List<String> command) {
    List<String> all = new ArrayList<>(List.of("nsenter", "-t", Long.toString(holder.pid())));
    all.addAll(List.of("-n", "-m", "--wd=" + directory));
    all.addAll(command);
    return new ProcessBuilder(all);
  }

  /** A Java process cannot pass arbitrary bytes as arguments; a shell that reads them can. */
  private static String quoted(List<String> command) {
    StringBuilder line = new StringBuilder();
    for (String word : command) {
      line.append(" '").append(word.replace("'", "'\\''")).append('\'');
    }
    return line.toString();
  }
}
