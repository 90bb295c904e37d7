package org.rkv.interop;

import java.util.ArrayList;
import java.util.List;
import org.rkv.testing.Outcome;

/**
 * One call of a client and all that it must leave: the same for every client program.
 *
 * @param words the arguments; {@code HOST} stands for the host that the test uses
 * @param status the exit status
 * @param stdout what it must print
 * @param stderr likewise; {@code HOST} as above, and {@code NAME} stands for the program's name as
 *     it was called
 */
record ClientCase(List<String> words, int status, String stdout, String stderr) {
  private static final String GENERAL_USAGE = "usage: NAME host (PUT|GET|DEL) key [value]\n";

  /** A PUT that is answered with this code. */
  static ClientCase put(String key, String value, int code) {
    return answered(
        List.of("HOST", "PUT", key, value), "PUT: server response: " + putText(code) + "\n");
  }

  /** A GET that finds the key. */
  static ClientCase get(String key, String value) {
    return answered(
        List.of("HOST", "GET", key),
        "GET: server response: succeeded (0); value=\"" + value + "\"\n");
  }

  /** A GET that is answered with this code, which is not 0. */
  static ClientCase get(String key, int code) {
    return answered(List.of("HOST", "GET", key), "GET: server response: " + getText(code) + "\n");
  }

  /** A DEL that is answered with this code. */
  static ClientCase del(String key, int code) {
    return answered(List.of("HOST", "DEL", key), "DEL: server response: " + getText(code) + "\n");
  }

  /** Arguments that get the usage line of all commands. */
  static ClientCase usage(String... words) {
    return new ClientCase(List.of(words), 1, "", GENERAL_USAGE);
  }

  /** Arguments that get the usage line of one command: {@code host PUT key value}. */
  static ClientCase usageOf(String command, String... words) {
    return new ClientCase(List.of(words), 1, "", "usage: NAME " + command + "\n");
  }

  /** Arguments with a command that is none. */
  static ClientCase badCommand(String... words) {
    return new ClientCase(List.of(words), 1, "", "bad command\n" + GENERAL_USAGE);
  }

  /** A call that does not get as far as a connection. */
  static ClientCase notConnected(String reason) {
    return new ClientCase(
        List.of("HOST", "GET", "abc"), 1, "client create failed\n", "HOST: RPC: " + reason + "\n");
  }

  /** A call that is sent and not answered. */
  static ClientCase unanswered(String reason, String command, String... rest) {
    List<String> words = new ArrayList<>(List.of("HOST", command));
    words.addAll(List.of(rest));
    return new ClientCase(words, 1, "", command + ": rpc error: RPC: " + reason + "\n");
  }

  private static ClientCase answered(List<String> words, String line) {
    return new ClientCase(words, 0, line, "");
  }

  private static String putText(int code) {
    return switch (code) {
      case 0 -> "succeeded (0)";
      case 1 -> "failed (1)";
      case 3 -> "key is too large (3)";
      case 5 -> "value is too large (5)";
      case 7 -> "key is not unique; value is reset (7)";
      case 8 -> "key value store is out of capacity (8)";
      default -> throw new IllegalArgumentException("no PUT answers " + code);
    };
  }

  private static String getText(int code) {
    return switch (code) {
      case 0 -> "succeeded (0)";
      case 1 -> "failed (1)";
      case 3 -> "key is too large (3)";
      case 4 -> "key is not found (4)";
      case 5 -> "key value store is empty (5)";
      default -> throw new IllegalArgumentException("no GET or DEL answers " + code);
    };
  }

  /** The arguments of a call of this host. */
  List<String> arguments(String host) {
    return words.stream().map(word -> word.equals("HOST") ? host : word).toList();
  }

  /** What a program of this name must leave when it calls this host. */
  Outcome expected(String name, String host) {
    return new Outcome(status, stdout, stderr.replace("HOST", host).replace("NAME", name));
  }
}
