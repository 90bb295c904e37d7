package org.rkv.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.rkv.replica.ReplicaName;

/**
 * Which replicas a restart has come to, in a file, so that another one can go on where it was
 * broken off. It holds as long as the jar and the settings are the same, and a replica counts only
 * as long as its process does. Used by one thread, under the lock of the script.
 */
final class RollRecord {
  private final Path file;
  private final String fingerprint;

  /**
   * In this file, which may be of another restart.
   *
   * @param fingerprint of the jar and the settings
   */
  RollRecord(Path file, String fingerprint) {
    this.file = file;
    this.fingerprint = fingerprint;
  }

  /** Whether it is of a restart that was broken off, with the same jar and settings. */
  boolean isToBeGoneOnWith() {
    return !lines().isEmpty() && lines().get(0).equals(fingerprint);
  }

  /** Begins anew. */
  void begin() throws IOException {
    Files.createDirectories(file.getParent());
    RunFiles.write(file, fingerprint + "\n");
  }

  /** Notes that this replica has been restarted, and is this process now. */
  void add(ReplicaName name, AnsweringProcess process) throws IOException {
    RunFiles.write(file, line(name, process) + "\n", StandardOpenOption.APPEND);
  }

  /** Whether this process is the one that it noted. */
  boolean has(ReplicaName name, AnsweringProcess process) {
    return process.isKnown() && lines().contains(line(name, process));
  }

  private static String line(ReplicaName name, AnsweringProcess process) {
    return name + " " + process.pid() + " " + process.startTicks();
  }

  /** There is nothing to be gone on with. */
  void end() throws IOException {
    Files.deleteIfExists(file);
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(file, UTF_8);
    } catch (IOException e) {
      return List.of();
    }
  }
}
