package org.rkv.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.rkv.replica.ReplicaName;

/**
 * A command on the machine of a replica, and what came of it. What it prints goes to files, not to
 * pipes: an ssh may leave a process behind that keeps its output open. Used by one thread.
 */
final class RemoteCall {
  /** Exit status of ssh itself where it does not reach the machine. */
  static final int NO_SSH = 255;

  /** Exit status where the machine has no script in the directory. */
  static final int NOT_INSTALLED = 66;

  /** As of a shell that finds no such program. */
  private static final int NO_PROGRAM = 127;

  /** For an ssh to end that is told to. */
  private static final long END_MILLIS = 500;

  private final ReplicaName name;
  private final String directory;
  private final File output;
  private final File errors;
  private final Process process; // null if it could not be begun
  private boolean isLate;

  private RemoteCall(
      ReplicaName name, String directory, File output, File errors, Process process) {
    this.name = name;
    this.directory = directory;
    this.output = output;
    this.errors = errors;
    this.process = process;
  }

  /**
   * Begins one.
   *
   * @param directory of the script over there
   * @param command of this machine, an ssh
   * @param input what the command over there reads
   * @throws IOException if a temporary file cannot be written
   */
  static RemoteCall begin(
      ReplicaName name, String directory, List<String> command, File input, ChildProcesses children)
      throws IOException {
    File output = temporaryFile("out");
    File errors = temporaryFile("err");
    ProcessBuilder builder =
        ChildProcesses.builder(command)
            .redirectInput(input)
            .redirectOutput(output)
            .redirectError(errors);
    Process process = null;
    try {
      process = children.begin(builder);
    } catch (IOException e) {
      Files.writeString(errors.toPath(), e.getMessage());
    }
    return new RemoteCall(name, directory, output, errors, process);
  }

  private static File temporaryFile(String suffix) throws IOException {
    try {
      File file = File.createTempFile("kv_r.", "." + suffix);
      file.deleteOnExit();
      return file;
    } catch (IOException e) {
      String directory = System.getProperty("java.io.tmpdir");
      throw new IOException(
          "no temporary file can be made in " + directory + ": " + e.getMessage(), e);
    }
  }

  /** Whose machine it is for. */
  ReplicaName name() {
    return name;
  }

  /** Waits for the end of it, for so long; what has not ended then is late, and is ended. */
  void await(long millis) throws InterruptedException {
    if (process != null && !process.waitFor(millis, TimeUnit.MILLISECONDS)) {
      isLate = true;
      process.destroy();
      process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Exit status of the command; defined after {@link #await}. */
  int status() {
    if (process == null) {
      return NO_PROGRAM;
    }
    return isLate ? NO_SSH : process.exitValue();
  }

  /**
   * What is known of the replica, where the command is the step that prints a row.
   *
   * @param address where it is to be found if its machine does not say so
   */
  Row row(String address) throws IOException {
    return switch (status()) {
      case 0 ->
          new String(Files.readAllBytes(output.toPath()), UTF_8)
              .lines()
              .map(line -> Row.parse(line, name, address))
              .filter(Objects::nonNull)
              .reduce((earlier, later) -> later)
              .orElseGet(() -> Row.ofState(name, address, "unknown"));
      case NO_SSH -> Row.ofState(name, address, "unreachable");
      case NOT_INSTALLED -> Row.ofState(name, address, "not-installed");
      default -> Row.ofState(name, address, "unknown");
    };
  }

  /** What it has printed. */
  List<String> lines() throws IOException {
    return new String(Files.readAllBytes(output.toPath()), UTF_8).lines().toList();
  }

  /**
   * Hands on what the machine said.
   *
   * @return whether all went well
   */
  boolean report(PrintStream out, Complaints complaints) throws IOException {
    out.writeBytes(Files.readAllBytes(output.toPath()));
    complain(complaints);
    return status() == 0;
  }

  /** Tells what the machine complained of, and what is wrong with the way to it. */
  void complain(Complaints complaints) throws IOException {
    if (isLate) {
      complaints.say(name + ": no answer by ssh in time");
    }
    new String(Files.readAllBytes(errors.toPath()), UTF_8)
        .lines()
        .forEach(line -> complaints.handOn(name + ": " + line));
    if (status() == NOT_INSTALLED) {
      complaints.say(
          String.format(
              "%s: no kv_r.sh in %s there; \"./kv_r.sh install %1$s\" copies it", name, directory));
    }
  }
}
