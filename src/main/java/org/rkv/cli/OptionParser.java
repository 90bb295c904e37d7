package org.rkv.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.rkv.bench.Numerals;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Reads the options that stand before HOST, and shows the help. What comes after HOST is never an
 * option: a key may begin with two dashes. Only loaded where there are options, since picocli takes
 * its time.
 */
final class OptionParser {
  private static final int HELP_WIDTH = 92;

  /** What is run with the options. */
  interface Program {
    /**
     * Runs.
     *
     * @param valueFile where the value of a PUT comes from, or null
     * @param arguments those after the options
     * @return the exit status
     */
    int run(Options options, Environment environment, String valueFile, String[] arguments)
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
   * Reads the options of a line, and those of the environment if it is a line that the C client has
   * not, and runs the program with what follows them. Of two that contradict each other those of
   * the line hold.
   *
   * @return the exit status
   */
  int run(Environment environment, String[] arguments, Program program) throws IOException {
    OptionDefinitions line = new OptionDefinitions();
    try {
      picocli.CommandLine parser = parser(line);
      String[] ordered = withOptionsFirst(arguments);
      parser.parseArgs(ordered);
      if (parser.isUsageHelpRequested()) {
        return help(line.rest());
      }
      if (parser.isVersionHelpRequested()) {
        StringWriter version = new StringWriter();
        parser.printVersionHelp(new PrintWriter(version), Ansi.OFF);
        print(out, version.toString());
        return ExitStatus.DONE;
      }
      Options options = line.options();
      line.requireTheirCommand();
      Environment heeded = line.passesOverEnvironment() ? Environment.NONE : environment;
      if (isOurs(line.rest()) && heeded.options() != null) {
        options = optionsWith(heeded.optionWords(), line, ordered);
      }
      return program.run(options.typed(line.typed()), heeded, line.valueFile(), line.rest());
    } catch (ParameterException e) {
      print(err, "rkv: " + e.getMessage() + "\nsee " + programName + " --help\n");
      return ExitStatus.FAILED;
    }
  }

  /** Options may stand before HOST and behind a command. */
  private static String[] withOptionsFirst(String[] arguments) {
    OptionDefinitions before = new OptionDefinitions();
    parser(before).parseArgs(arguments);
    String[] rest = before.rest();
    List<String> ordered =
        new ArrayList<>(List.of(arguments).subList(0, arguments.length - rest.length));
    ordered.addAll(List.of(OptionsBehind.first(rest)));
    return ordered.toArray(String[]::new);
  }

  /**
   * What the options on a line of input ask of its command, which knows some of LIST and LOAD.
   *
   * @throws IllegalArgumentException with one line that says what is wrong with them
   */
  static EntryOptions entryOptions(List<String> options) {
    OptionDefinitions line = new OptionDefinitions();
    try {
      parser(line).parseArgs(options.toArray(String[]::new));
      return line.options().entries();
    } catch (ParameterException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Whether a word is an option that wants the next word for its value. */
  static boolean takesNextWord(String option) {
    OptionSpec spec = CommandSpec.forAnnotatedObject(new OptionDefinitions()).findOption(option);
    return spec != null && spec.arity().max() > 0;
  }

  private static picocli.CommandLine parser(OptionDefinitions definitions) {
    return new picocli.CommandLine(definitions)
        .setStopAtPositional(true)
        .setOverwrittenOptionsAllowed(true)
        .setExpandAtFiles(false)
        .setUsageHelpWidth(HELP_WIDTH)
        .setCommandName("rkv")
        .registerConverter(int.class, Numerals::integer)
        .registerConverter(Long.class, Numerals::wholeNumber)
        .registerConverter(double.class, Numerals::decimal);
  }

  private static boolean isOurs(String[] rest) {
    return rest.length > 1 && HostCommand.named(rest[1]) != null;
  }

  private static Options optionsWith(
      List<String> words, OptionDefinitions line, String[] arguments) {
    OptionDefinitions alone = new OptionDefinitions();
    picocli.CommandLine parser = parser(alone);
    try {
      parser.parseArgs(words.toArray(String[]::new));
      alone.options();
    } catch (ParameterException e) {
      throw new ParameterException(parser, "RKV_OPTIONS: " + e.getMessage(), e);
    }
    if (alone.rest().length > 0) {
      throw new ParameterException(parser, "RKV_OPTIONS: " + alone.rest()[0] + " is not an option");
    }
    List<String> both = new ArrayList<>(words);
    both.addAll(List.of(arguments));
    OptionDefinitions together = new OptionDefinitions();
    parser(together).parseArgs(both.toArray(String[]::new));
    together.preferFormOf(line);
    return together.options();
  }

  /** Shows the help for a command that follows, or else for all. */
  int help(String... rest) throws IOException {
    CommandText command =
        rest.length == 0 ? null : CommandText.named(rest[Math.min(1, rest.length - 1)]);
    print(
        out,
        command == null
            ? parser(new OptionDefinitions()).getUsageMessage(Ansi.OFF)
            : command.help(programName));
    return ExitStatus.DONE;
  }

  private static void print(OutputStream stream, String text) throws IOException {
    try {
      stream.write(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw Console.notWritten("standard output", e);
    }
  }
}
