package org.rkv.cli;

import java.util.List;
import org.rkv.oncrpc.blocking.BlockingRpcClient;

/**
 * What the options before HOST ask for. Immutable.
 *
 * @param port where every replica without a port of its own is called, or 0 to ask the portmapper
 * @param timeoutMillis for each call
 * @param json whether answers are JSON objects, one a line
 * @param valueOnly whether a value is all that goes to standard output, byte for byte
 * @param exitStatus whether the exit status tells what was answered
 * @param failover whether other replicas are asked when HOST cannot be reached
 * @param raw whether a terminal gets the control characters of values as they are
 * @param explain whether the replica is asked why it announced a call as failed
 * @param entries what LIST and LOAD are to do
 * @param typed the words that they were on the line, but for those of LIST and LOAD
 */
record Options(
    int port,
    int timeoutMillis,
    boolean json,
    boolean valueOnly,
    boolean exitStatus,
    boolean failover,
    boolean raw,
    boolean explain,
    EntryOptions entries,
    List<String> typed) {
  /** Without any option: as the C client. */
  static final Options NONE =
      new Options(0, BlockingRpcClient.DEFAULT_TIMEOUT_MILLIS, false, false, false, true);

  /** Without control characters on a terminal. */
  Options(
      int port,
      int timeoutMillis,
      boolean json,
      boolean valueOnly,
      boolean exitStatus,
      boolean failover) {
    this(port, timeoutMillis, json, valueOnly, exitStatus, failover, false, EntryOptions.NONE);
  }

  /** Not typed by anybody. */
  Options(
      int port,
      int timeoutMillis,
      boolean json,
      boolean valueOnly,
      boolean exitStatus,
      boolean failover,
      boolean raw,
      EntryOptions entries) {
    this(
        port, timeoutMillis, json, valueOnly, exitStatus, failover, raw, false, entries, List.of());
  }

  /** The same, typed so. */
  Options typed(List<String> words) {
    return new Options(
        port, timeoutMillis, json, valueOnly, exitStatus, failover, raw, explain, entries, words);
  }

  /** What stands between the program's name and HOST, to be typed again: a space before each. */
  String asTyped() {
    StringBuilder words = new StringBuilder();
    typed.forEach(each -> words.append(' ').append(WordQuoter.readable(each)));
    return words.toString();
  }

  /** Whether the replica is asked why it announced a call as failed: JSON has room for it. */
  boolean asksWhy() {
    return explain || json;
  }

  /** The same, with the reasons of failures. */
  Options explaining() {
    return new Options(
        port, timeoutMillis, json, valueOnly, exitStatus, failover, raw, true, entries, typed);
  }

  /** The same, but for what LIST and LOAD are to do. */
  Options with(EntryOptions others) {
    return new Options(
        port, timeoutMillis, json, valueOnly, exitStatus, failover, raw, explain, others, typed);
  }
}
