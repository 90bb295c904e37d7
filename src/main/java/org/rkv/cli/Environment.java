package org.rkv.cli;

import java.util.List;
import java.util.Map;
import org.rkv.protocol.KvProgram;

/**
 * What the user's variables say. They change nothing of what the C client can be asked: there, even
 * a wrong one is passed over. Immutable.
 *
 * @param hosts RKV_HOSTS: who is asked where HOST is "-" or "::", or null
 * @param port RKV_PORT: where replicas are looked for on a host without a portmapper, or null
 * @param options RKV_OPTIONS: for commands that the C client has not, or null
 */
record Environment(String hosts, String port, String options) {
  static final Environment NONE = new Environment(null, null, null);

  /** Picks ours from all variables. An empty one is as if it were not set. */
  static Environment of(Map<String, String> variables) {
    return new Environment(
        set(variables.get("RKV_HOSTS")),
        set(variables.get("RKV_PORT")),
        set(variables.get("RKV_OPTIONS")));
  }

  private static String set(String value) {
    return value == null || value.isBlank() ? null : value;
  }

  /** The hosts that are meant by this HOST, with commas between them. */
  String hosts(String host) {
    boolean isStandIn = host.equals("-") || host.equals("::");
    return isStandIn && hosts != null ? hosts.strip().replaceAll("[\\s,]+", ",") : host;
  }

  /**
   * The port to look at.
   *
   * @throws IllegalArgumentException if RKV_PORT is none, with one line that says so
   */
  int defaultPort() {
    int number = portOrZero();
    if (number == 0) {
      throw new IllegalArgumentException("RKV_PORT is not a port from 1 to 65535: " + port);
    }
    return number;
  }

  /** The same, and where RKV_PORT is wrong, the port that holds without it. */
  int defaultPortWhateverIsSet() {
    int number = portOrZero();
    return number == 0 ? KvProgram.DEFAULT_PORT : number;
  }

  private int portOrZero() {
    if (port == null) {
      return KvProgram.DEFAULT_PORT;
    }
    int number = port.matches("[0-9]{1,9}") ? Integer.parseInt(port) : 0;
    return number <= 65_535 ? number : 0;
  }

  /**
   * The words of RKV_OPTIONS, quoted as in a shell.
   *
   * @throws IllegalArgumentException if the quoting is wrong
   */
  List<String> optionWords() {
    if (options == null) {
      return List.of();
    }
    try {
      return WordSplitter.split(options);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("RKV_OPTIONS: " + e.getMessage(), e);
    }
  }
}
