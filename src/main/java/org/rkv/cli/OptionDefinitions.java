package org.rkv.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The options that stand before HOST as picocli fills them in, and the text of the help. */
@Command(
    name = "rkv",
    versionProvider = OptionDefinitions.VersionProvider.class,
    sortOptions = false,
    customSynopsis = {
      "rkv [OPTION...] HOST PUT KEY VALUE",
      "       rkv [OPTION...] HOST (GET|DEL) KEY",
      "       rkv [OPTION...] HOST (REPLICAS|STATUS|DIGEST)",
      "       rkv [OPTION...] HOST LIST [PREFIX]",
      "       rkv [OPTION...] HOST DUMP >FILE",
      "       rkv [OPTION...] HOST LOAD <FILE",
      "       rkv [OPTION...] HOST -",
      "       rkv bench [OPTION...] HOST[,HOST...]",
      "       rkv help COMMAND"
    },
    descriptionHeading = "%n",
    description = {
      "Stores, reads and deletes keys in the replicated store that HOST is part of.",
      "",
      "HOST is a name or an address, host:port, or several of them with commas between them,",
      "which are tried in order. Without a port, the portmapper of the host is asked, and if",
      "there is none, port 20456 is tried.",
      "",
      "PUT, GET and DEL are what the C client does, in capitals, with its lines and its exit",
      "status. REPLICAS lists the replicas that HOST knows, STATUS shows how HOST is, DIGEST asks",
      "all replicas whether they hold the same, LIST shows what there is, DUMP writes all of it and",
      "LOAD reads it again, - reads commands from standard input, or on a terminal from a prompt,",
      "and bench measures. rkv help COMMAND says more of each.",
      "",
      "Options stand before HOST, or behind REPLICAS, STATUS, DIGEST, LIST, DUMP or LOAD."
    },
    optionListHeading = "%n",
    footerHeading = "%n",
    footer = {
      "Variables: RKV_HOSTS is asked where HOST is - or ::, as in rkv - GET KEY. RKV_PORT is",
      "tried instead of 20456. RKV_OPTIONS holds options for what the C client has not: the prompt,",
      "standard input, REPLICAS, STATUS, DIGEST, LIST, DUMP and LOAD.",
      "",
      "Fail-over: rkv remembers, in the user's cache directory, which replicas HOST named. When",
      "HOST cannot be reached, it asks those, and says so on standard error; so it does with a",
      "read that HOST leaves unanswered, once. A PUT or DEL that may have been sent is not sent",
      "again: \"outcome unknown: the write may have been applied\", exit status 3.",
      "",
      "Exit status: 0 for every answer of a replica; 1 for a wrong usage, no connection, or a",
      "call that failed. With --exit-status: 0 done, 1 cannot connect or call failed, 2 not",
      "found, 3 outcome unknown, 4 refused (too large, or no room), 5 announced as failed, 6",
      "replicas differ."
    })
final class OptionDefinitions {
  private static final Set<String> OF_ENTRIES =
      Set.of("--keys-only", "--limit", "--replace", "--keep", "--from-line");
  private static final int MAX_PORT = 65_535;
  private static final double MAX_SECONDS = 2_000_000;

  @picocli.CommandLine.Spec private CommandSpec spec;

  @Option(names = "--help", usageHelp = true, description = "Show this help.")
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  private boolean version;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Call replicas at this TCP port, and ask no portmapper.")
  private int port;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long to wait for an answer; 25 unless given.")
  private double seconds = Options.NONE.timeoutMillis() / 1000.0;

  @Option(names = "--json", description = "Show each answer as a JSON object, one a line.")
  private boolean json;

  @Option(
      names = "--explain",
      description =
          "When PUT, GET, DEL or LIST is answered with code 1, ask the replica why, and write that"
              + " to standard error; with --json it is asked in any case.")
  private boolean explain;

  @Option(
      names = "--value-only",
      description =
          "Write only the value that GET finds, byte for byte; other answers go to standard"
              + " error unless all went well.")
  private boolean valueOnly;

  @Option(
      names = "--value-file",
      paramLabel = "FILE",
      description =
          "PUT what this file holds, byte for byte, or standard input for -, instead of VALUE.")
  private String valueFile;

  @Option(
      names = "--exit-status",
      description = "Let the exit status tell what was answered: see below.")
  private boolean exitStatus;

  @Option(
      names = "--no-failover",
      description = "Ask HOST only, remember nothing, as the C client.")
  private boolean noFailover;

  @Option(
      names = "--raw",
      description = "With -, show the control characters of values on a terminal as they are.")
  private boolean raw;

  @Option(names = "--keys-only", description = "With LIST, show no values.")
  private boolean keysOnly;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "With LIST, show no more than N entries.")
  private Long limit;

  @Option(
      names = "--replace",
      description = "With LOAD, write over what the store has; see rkv help LOAD.")
  private boolean replace;

  @Option(
      names = "--keep",
      description = "With LOAD, leave keys alone that the store has; see rkv help LOAD.")
  private boolean keep;

  @Option(
      names = "--from-line",
      paramLabel = "N",
      description = "With LOAD, go on at line N of a dump that was loaded in part.")
  private Long fromLine;

  @Option(names = "--no-env", description = "Pass over the variables RKV_...: see below.")
  private boolean noEnvironment;

  @Parameters(hidden = true)
  private String[] rest = {};

  /** The version of the jar. */
  static final class VersionProvider implements picocli.CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Rkv.class.getPackage().getImplementationVersion();
      return new String[] {"rkv " + (version == null ? "(not from a jar)" : version)};
    }
  }

  /**
   * What the options ask for.
   *
   * @throws ParameterException with one line that says what is wrong
   */
  Options options() {
    if (spec.commandLine().getParseResult().hasMatchedOption("--port")
        && (port < 1 || port > MAX_PORT)) {
      throw wrong("--port wants a number from 1 to 65535, not " + port);
    }
    if (!(seconds >= 0.001 && seconds <= MAX_SECONDS)) {
      throw wrong("--timeout wants a number of seconds from 0.001 to 2000000");
    }
    if (json && valueOnly) {
      throw wrong("--json and --value-only exclude each other");
    }
    int millis = (int) Math.round(1000 * seconds);
    Options options =
        new Options(port, millis, json, valueOnly, exitStatus, !noFailover, raw, entryOptions());
    return explain ? options.explaining() : options;
  }

  private EntryOptions entryOptions() {
    if (limit != null && limit < 1 || fromLine != null && fromLine < 1) {
      throw wrong("--limit and --from-line want a number from 1 on");
    }
    if (replace && keep) {
      throw wrong("--replace and --keep exclude each other");
    }
    return new EntryOptions(
        keysOnly,
        limit == null ? Long.MAX_VALUE : limit,
        replace,
        keep,
        fromLine == null ? 1 : fromLine);
  }

  /**
   * Refuses options of LIST and LOAD where another command follows.
   *
   * @throws ParameterException with one line that says so
   */
  void requireTheirCommand() {
    HostCommand command = rest.length < 2 ? null : HostCommand.named(rest[1]);
    if (command != HostCommand.LIST && (keysOnly || limit != null)) {
      throw wrong("--keys-only and --limit N go with HOST LIST");
    }
    if (command != HostCommand.LOAD && (replace || keep || fromLine != null)) {
      throw wrong("--replace, --keep and --from-line N go with HOST LOAD");
    }
  }

  /** Of two forms of the answer, those of a line hold, and not those that RKV_OPTIONS adds. */
  void preferFormOf(OptionDefinitions line) {
    json &= !line.valueOnly;
    valueOnly &= !line.json;
  }

  /** The options as words, but for those of LIST and LOAD. */
  List<String> typed() {
    List<String> words = new ArrayList<>();
    for (OptionSpec each : spec.commandLine().getParseResult().matchedOptions()) {
      String name = each.longestName();
      if (!OF_ENTRIES.contains(name)) {
        boolean hasValue = each.arity().max() > 0;
        words.add(hasValue ? name + "=" + each.originalStringValues().get(0) : name);
      }
    }
    return words;
  }

  /** Where the value of a PUT comes from, or null if it is on the line. */
  String valueFile() {
    return valueFile;
  }

  /** Whether variables are to be passed over. */
  boolean passesOverEnvironment() {
    return noEnvironment;
  }

  /** What follows the options. */
  String[] rest() {
    return rest.clone();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
