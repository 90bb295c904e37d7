package org.rkv.control;

import org.rkv.replica.ReplicaName;

/**
 * What is known of a replica without asking it. This is what a step of {@code kv_r.sh} on another
 * machine prints, fields with tabs between them; {@code -} stands for what is not known.
 *
 * @param name as the replica file has it
 * @param address host and port
 * @param pid of its process
 * @param state {@code serving}, {@code starting}, {@code failed} or {@code stopped}, or why its
 *     machine did not tell: {@code unreachable}, {@code not-installed} or {@code unknown}
 * @param log where its log is, on its machine
 */
record Row(String name, String address, String pid, String state, String log) {
  /** What stands for something that is not known. */
  static final String UNKNOWN = "-";

  private static final int FIELDS = 5;

  /**
   * Of a replica of this machine: what its files tell.
   *
   * @param pid of its process, or {@code -}
   * @param address where it is to be found if it has not said so
   */
  static Row ofFiles(RunFiles files, String pid, String address) {
    String log = files.log().toString();
    if (pid.equals(UNKNOWN)) {
      // Whoever is stopped has no pid file any more, so it ended by itself.
      return new Row(files.name(), address, pid, files.isBegun() ? "failed" : "stopped", log);
    }
    return files
        .servedAddress()
        .map(served -> new Row(files.name(), served, pid, "serving", log))
        .orElseGet(() -> new Row(files.name(), address, pid, "starting", log));
  }

  /** Of one whose machine told nothing. */
  static Row ofState(ReplicaName name, String address, String state) {
    return new Row(name.toString(), address, UNKNOWN, state, UNKNOWN);
  }

  /**
   * Reads a line.
   *
   * @param line that the script of another machine has printed
   * @param name whose line it must be
   * @param address where it is to be found if the line does not say so
   * @return null if it is another line
   */
  static Row parse(String line, ReplicaName name, String address) {
    String[] fields = line.split("\t", -1);
    if (!fields[0].equals(name.toString())) {
      return null;
    }
    return fields.length == FIELDS
        ? new Row(fields[0], fields[1], fields[2], fields[3], fields[4])
        : ofState(name, address, "unknown");
  }

  /** The line that {@link #parse} reads. */
  String line() {
    return String.join("\t", name, address, pid, state, log);
  }
}
