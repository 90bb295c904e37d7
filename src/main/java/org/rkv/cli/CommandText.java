package org.rkv.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The commands as their users know them: what each is called, takes and does. Help, man page and
 * completion are made of this.
 */
public enum CommandText {
  PUT(
      "PUT",
      "KEY VALUE",
      "Store a value under a key.",
      "What the key had before is replaced, and the answer says so (7). With --value-file FILE the",
      "value is what the file holds, byte for byte, and VALUE is left out. \"failed (1)\" means",
      "that it may not be on every replica: it may become valid later."),
  GET(
      "GET",
      "KEY",
      "Show the value of a key.",
      "It is never older than one that was already shown, or than a PUT that has succeeded.",
      "\"failed (1)\" means that this is not certain now, as a replica cannot be reached. With",
      "--value-only nothing but the value is written."),
  DEL("DEL", "KEY", "Remove a key and its value.", "\"failed (1)\" means the same as for PUT."),
  REPLICAS(
      "REPLICAS",
      "",
      "List the replicas that HOST knows.",
      "HOST itself comes first. Each is called \"reachable\" if HOST reaches it now."),
  STATUS(
      "STATUS",
      "",
      "Show how HOST is.",
      "What it holds, what it has done, which other replicas it reaches, and what it waits for if",
      "it does not serve. Only HOST is asked, for 1.5 seconds at most."),
  DIGEST(
      "DIGEST",
      "",
      "Compare what all replicas hold.",
      "While clients write, replicas differ for a moment; when nobody writes, they must not. The",
      "last line says whether two of them differ, and who does not answer. Exit status 1 in both",
      "cases, with --exit-status 6 if two differ."),
  STANDARD_INPUT(
      "-",
      "",
      "Read commands from standard input.",
      "One a line, without HOST, in capitals or not: PUT KEY VALUE, GET KEY, DEL KEY, REPLICAS,",
      "STATUS, DIGEST, HELP; quoted as in a shell ('..', \"..\", \\x, $'..\\n..'); # begins a",
      "comment. The answers come in order. A wrong line is named by its number, and the rest goes",
      "on. When another replica is asked, that is said. On a terminal there is a prompt, with",
      "history and completion. On a terminal control characters of values are shown",
      "as \\x1b and the like; with --raw as they are.");

  private final String word;
  private final String arguments;
  private final String summary;
  private final List<String> details;

  CommandText(String word, String arguments, String summary, String... details) {
    this.word = word;
    this.arguments = arguments;
    this.summary = summary;
    this.details = List.of(details);
  }

  /** The command of this name, in capitals or not; or null. */
  static CommandText named(String word) {
    for (CommandText each : values()) {
      if (each.word.equals(word.toUpperCase(Locale.ROOT))) {
        return each;
      }
    }
    return null;
  }

  /** What it is called. */
  public String word() {
    return word;
  }

  /** The words that follow HOST: the command's own and what it takes. */
  public String synopsis() {
    return arguments.isEmpty() ? word : word + " " + arguments;
  }

  /** What it does, in one sentence. */
  public String summary() {
    return summary;
  }

  /** What else there is to say about it, in lines. */
  public List<String> details() {
    return details;
  }

  /** All that there is to say, as lines. */
  String help(String programName) {
    return "usage: "
        + programName
        + " [OPTION...] HOST "
        + synopsis()
        + "\n\n"
        + summary
        + "\n"
        + String.join("\n", details)
        + "\n\nFor the options see "
        + programName
        + " --help.\n";
  }

  /** What may stand on a line of input, as lines. */
  static List<String> ofALine() {
    List<String> lines = new ArrayList<>();
    for (CommandText each : values()) {
      if (each != STANDARD_INPUT) {
        lines.add(String.format("%-16s%s", each.synopsis(), each.summary()));
      }
    }
    lines.add(String.format("%-16s%s", "HELP [COMMAND]", "Show this, or more of one command."));
    lines.add("Words are quoted as in a shell: 'a b', \"a b\", a\\ b, $'a\\nb'.");
    return lines;
  }

  /** The same of this command. */
  List<String> ofItsLine() {
    List<String> lines = new ArrayList<>(List.of(synopsis(), summary));
    lines.addAll(details);
    return lines;
  }

  /** What there is beside the C client's commands, to stand below its usage line. */
  static String beside(String programName) {
    String begin = "       " + programName;
    return begin
        + " host (REPLICAS|STATUS|DIGEST)\n"
        + begin
        + " host -         commands from standard input, or a prompt\n"
        + begin
        + " bench host     a measurement\n"
        + begin
        + " help [command]\nOptions stand before host: see "
        + programName
        + " --help\n";
  }
}
