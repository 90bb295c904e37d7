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
      "last line says whether two that serve differ, and who does not answer, or not serve yet.",
      "Exit status 1 in all these cases, with --exit-status 6 if two differ."),
  LIST(
      "LIST",
      "[PREFIX] [--keys-only] [--limit N]",
      "Show the keys that begin with PREFIX, or all, and their values.",
      "One a line, in the order of their bytes. Each is a word as \"-\" reads it: in quotes where it",
      "holds spaces or what a shell takes for something, as $'\\x1b' where it holds control",
      "characters or is no UTF-8; in a pipe as on a terminal. It is no snapshot: each entry was so",
      "at some moment while the command ran, and what is written meanwhile may be shown or not.",
      "If it breaks off, that is said and the exit status is not 0. The word -- goes before a",
      "PREFIX that begins with two dashes."),
  DUMP(
      "DUMP",
      "",
      "Write all entries to standard output, for LOAD or \"-\".",
      "In lines PUT KEY VALUE, quoted, all in ASCII. A comment before them tells the time and HOST,",
      "and one behind them that all are there. It is no snapshot, see LIST. If it breaks off or",
      "cannot be written, the last line is missing and the exit status is not 0."),
  LOAD(
      "LOAD",
      "[--replace|--keep] [--from-line N]",
      "Store what DUMP has written, from standard input.",
      "Each entry is PUT anew: it has a new stamp, and so takes the place of whatever was written",
      "since the dump. A store that is not empty is refused unless one of the two is said:",
      "--replace writes over it; --keep asks for each key and leaves alone what is there, but a key",
      "that somebody else puts between question and PUT is written over, and counted. What is in",
      "the store and not in the dump stays. A file without the last line of a dump is refused;",
      "of a pipe, or of lines missing within, that is said at the end, with exit status 1. A key or",
      "value that is too large is named by its line, and the rest goes on. What is not stored for",
      "another reason is named by its line, as \"outcome unknown\" if it may be stored, and ends it;",
      "so does SIGINT, which is looked for before each line, with exit status 130 unless something",
      "was not stored: then with the status of that. --from-line goes on there."),
  STANDARD_INPUT(
      "-",
      "",
      "Read commands from standard input.",
      "One a line, without HOST, in capitals or not: PUT KEY VALUE, GET KEY, DEL KEY, REPLICAS,",
      "STATUS, DIGEST, LIST, HELP; quoted as in a shell ('..', \"..\", \\x, $'..\\n..'); # begins a",
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

  /** Whether options may stand behind it, since it takes no key. */
  public boolean mayHaveOptionsBehind() {
    return arguments.isEmpty() || arguments.contains("[--");
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
      if (each.isOfALine()) {
        lines.add(String.format("%-15s %s", each.synopsis(), each.summary()));
      }
    }
    lines.add(String.format("%-15s %s", "HELP [COMMAND]", "Show this, or more of one command."));
    lines.add("Words are quoted as in a shell: 'a b', \"a b\", a\\ b, $'a\\nb'.");
    return lines;
  }

  private boolean isOfALine() {
    return this != STANDARD_INPUT && this != DUMP && this != LOAD;
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
        + " host (REPLICAS|STATUS|DIGEST|DUMP|LOAD)\n"
        + begin
        + " host LIST [prefix]\n"
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
