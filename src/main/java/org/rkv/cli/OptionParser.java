package org.rkv.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * Reads the options that stand before HOST, and shows the help. What comes after HOST is never an
 * option: a key may begin with two dashes. Only loaded where there are options, since picocli takes
 * its time.
 */
final class OptionParser {
  /** What is run with the options. */
  interface ParsedProgram {
    int run(
        String programName, Options options, String[] arguments, OutputStream out, OutputStream err)
        throws IOException;
  }

  private final String programName;
  private final OutputStream out;
  private final OutputStream err;

  OptionParser(String programName, OutputStream out, OutputStream err) {
    this.programName = programName;
    this.out = out;
    this.err = err;
  }

  /**
   * Reads the options and runs the program with them and with what follows them.
   *
   * @return the exit status
   */
  int run(String[] arguments, ParsedProgram program) throws IOException {
    ParsedLine line = new ParsedLine();
    picocli.CommandLine parser =
        new picocli.CommandLine(line)
            .setStopAtPositional(true)
            .setExpandAtFiles(false)
            .setUsageHelpWidth(92)
            .setCommandName("rkv");
    try {
      parser.parseArgs(arguments);
      if (parser.isUsageHelpRequested()) {
        print(out, parser.getUsageMessage(Ansi.OFF));
        return ExitStatus.DONE;
      }
      if (parser.isVersionHelpRequested()) {
        PrintWriter writer = new PrintWriter(out, false, StandardCharsets.UTF_8);
        parser.printVersionHelp(writer, Ansi.OFF);
        writer.flush();
        return ExitStatus.DONE;
      }
      return program.run(programName, line.options(), line.rest, out, err);
    } catch (ParameterException e) {
      print(err, "rkv: " + e.getMessage() + "\nsee " + programName + " --help\n");
      return ExitStatus.FAILED;
    }
  }

  private static void print(OutputStream stream, String text) throws IOException {
    stream.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The version of the jar. */
  static final class VersionProvider implements picocli.CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Rkv.class.getPackage().getImplementationVersion();
      return new String[] {"rkv " + (version == null ? "(not from a jar)" : version)};
    }
  }

  /** The options as picocli fills them in, and the text of the help. */
  @Command(
      name = "rkv",
      versionProvider = VersionProvider.class,
      sortOptions = false,
      customSynopsis = {
        "rkv [OPTION...] HOST PUT KEY VALUE",
        "       rkv [OPTION...] HOST (GET|DEL) KEY",
        "       rkv [OPTION...] HOST (REPLICAS|STATUS|DIGEST)",
        "       rkv [OPTION...] HOST -",
        "       rkv bench [OPTION...] HOST[,HOST...]"
      },
      descriptionHeading = "%n",
      description = {
        "Stores, reads and deletes keys in the replicated store that HOST is part of.",
        "",
        "HOST is a name or an address, host:port, or several of them with commas between them,",
        "which are tried in order. Without a port, the portmapper of the host is asked, and if",
        "there is none, port 20456 is tried (or what the variable RKV_PORT says).",
        "",
        "REPLICAS lists the replicas that HOST knows, itself first, and which of them it reaches.",
        "STATUS shows how HOST is. DIGEST asks all replicas whether they hold the same; exit status 1",
        "if they do not, or one does not answer. bench measures; see rkv bench --help.",
        "- reads commands from standard input, one a line: PUT KEY VALUE, GET KEY, DEL KEY,",
        "REPLICAS; quoted as in a shell ('..', \"..\", \\x, $'..\\n..'); # begins a comment. The",
        "answers come in order. A wrong line is named by its number, and the rest goes on. On a",
        "terminal there is a prompt, with history and completion.",
        "",
        "Options stand before HOST, or behind REPLICAS, STATUS or DIGEST."
      },
      optionListHeading = "%n",
      footerHeading = "%n",
      footer = {
        "Fail-over: rkv remembers, in the user's cache directory, which replicas HOST named. When",
        "HOST cannot be reached, it asks those, and says so on standard error. A PUT or DEL that",
        "may have been sent is not sent again: \"outcome unknown: the write may have been",
        "applied\", exit status 3.",
        "",
        "Exit status: 0 for every answer of a replica; 1 for a wrong usage, no connection, or a",
        "call that failed. With --exit-status: 0 done, 1 cannot connect or call failed, 2 not",
        "found, 3 outcome unknown, 4 refused (too large, or no room), 5 announced as failed."
      })
  private static final class ParsedLine {
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
        names = "--value-only",
        description =
            "Write only the value that GET finds, byte for byte; other answers go to standard"
                + " error unless all went well.")
    private boolean valueOnly;

    @Option(
        names = "--exit-status",
        description = "Let the exit status tell what was answered: see below.")
    private boolean exitStatus;

    @Option(
        names = "--no-failover",
        description = "Ask HOST only, remember nothing, as the C client.")
    private boolean noFailover;

    @Parameters(hidden = true)
    private String[] rest = {};

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
      return new Options(port, millis, json, valueOnly, exitStatus, !noFailover);
    }

    private ParameterException wrong(String message) {
      return new ParameterException(spec.commandLine(), message);
    }
  }
}
