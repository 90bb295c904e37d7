package org.rkv.control;

import java.util.Optional;
import org.rkv.replica.ReplicaFile;
import org.rkv.replica.ReplicaName;

/**
 * What is known of a replica without asking it. This is what a step of {@code kv_r.sh} on another
 * machine prints, fields with tabs between them, the first a mark that no other line has; {@code -}
 * stands for what is not known.
 *
 * @param name as the replica file has it
 * @param address host and port
 * @param pid of its process
 * @param state {@code serving}, if it has said so since its start, {@code starting}, {@code failed}
 *     or {@code stopped}, or why its machine did not tell: {@code unreachable}, {@code
 *     not-installed} or {@code unknown}
 * @param log where its log is, on its machine
 * @param directory that it runs in if its machine's script has started it
 * @param optionsHash of the options that it would be started with now
 * @param data directory that it would be started with now, as {@link KeptData#directory} has it
 */
record Row(
    String name,
    String address,
    String pid,
    String state,
    String log,
    String directory,
    String optionsHash,
    String data) {
  /** What stands for something that is not known. */
  static final String UNKNOWN = "-";

  private static final String MARK = "kv_r.sh row";
  private static final int FIELDS = 9;

  /** Of a script that did not tell the data directory. */
  private static final int FORMER_FIELDS = 8;

  /** Where nobody has told the data directory. */
  Row(
      String name,
      String address,
      String pid,
      String state,
      String log,
      String directory,
      String optionsHash) {
    this(name, address, pid, state, log, directory, optionsHash, UNKNOWN);
  }

  /**
   * Of a replica of this machine: what its files tell.
   *
   * @param name as the replica file has it now
   * @param pid of its process, or {@code -}
   * @param address where it is to be found if it has not said so
   * @param directory that it would be started in
   * @param optionsHash of what it would be started with now
   * @param data directory that it would be started with now
   */
  static Row ofFiles(
      ReplicaName name,
      RunFiles files,
      String pid,
      String address,
      String directory,
      String optionsHash,
      String data) {
    Optional<String> served = files.servedAddress();
    String state;
    if (pid.equals(UNKNOWN)) {
      // Whoever is stopped has no pid file any more, so it ended by itself.
      state = files.isBegun() ? "failed" : "stopped";
    } else {
      state = served.isPresent() ? "serving" : "starting";
    }
    String log = files.log().toString();
    return new Row(
        name.toString(), served.orElse(address), pid, state, log, directory, optionsHash, data);
  }

  /** Of one whose machine told nothing. */
  static Row ofState(ReplicaName name, String address, String state) {
    return new Row(name.toString(), address, UNKNOWN, state, UNKNOWN, UNKNOWN, UNKNOWN);
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
    if (fields.length < 2 || !fields[0].equals(MARK) || !isOf(fields[1], name, address)) {
      return null;
    }
    if (fields.length != FIELDS && fields.length != FORMER_FIELDS) {
      return ofState(name, address, "unknown");
    }
    String data = fields.length == FIELDS ? fields[8] : UNKNOWN;
    return new Row(
        name.toString(), fields[2], fields[3], fields[4], fields[5], fields[6], fields[7], data);
  }

  /** The other machine may have the name in another spelling. */
  private static boolean isOf(String field, ReplicaName name, String address) {
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    return ReplicaFile.nameIn(field).filter(other -> other.isOneEntryWith(name, port)).isPresent();
  }

  /** The line that {@link #parse} reads. */
  String line() {
    return String.join("\t", MARK, name, address, pid, state, log, directory, optionsHash, data);
  }
}
