package org.rkv.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.testing.NetworkNamespace;

/** {@link Load} as a process in a namespace. For one thread. */
final class LoadProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final Path errors;

  private LoadProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    answers = process.inputReader(UTF_8);
  }

  /**
   * Starts it; its clients wait for {@code run}.
   *
   * @param history the file for what they are told
   * @param thinkMillis that a client rests between two operations, on average
   * @param hosts where replicas listen at that port
   */
  static LoadProcess start(
      NetworkNamespace namespace,
      Path history,
      long seed,
      int clients,
      int keys,
      int thinkMillis,
      int port,
      List<String> hosts)
      throws IOException {
    List<String> command = new ArrayList<>(RemoteClient.inTestClassPath(Load.class));
    command.add(history.toString());
    for (long number : new long[] {seed, clients, keys, thinkMillis, port}) {
      command.add(Long.toString(number));
    }
    command.addAll(hosts);
    Path errors = history.resolveSibling("load.err");
    ProcessBuilder builder = namespace.enter(history.getParent(), command);
    builder.redirectError(errors.toFile());
    return new LoadProcess(builder.start(), errors);
  }

  /** Sends a command, and leaves it to {@link #answer} to wait. */
  void send(String command) throws IOException {
    process.outputWriter(UTF_8).write(command + "\n");
    process.outputWriter(UTF_8).flush();
  }

  /** The lines of the answer to the command sent last. */
  List<String> answer() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = answers.readLine(); ; line = answers.readLine()) {
      if (line == null) {
        throw new AssertionError("the load has ended; see " + errors);
      }
      if (line.isEmpty()) {
        return lines;
      }
      lines.add(line);
    }
  }

  /** Sends a command and waits for the answer. */
  List<String> ask(String command) throws IOException {
    send(command);
    return answer();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
  }
}
