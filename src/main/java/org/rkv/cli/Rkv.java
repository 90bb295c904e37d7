package org.rkv.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.rkv.bench.BenchCommand;
import org.rkv.client.Connector;
import org.rkv.portmap.Portmap;
import picocli.CommandLine.Model.CommandSpec;

/** The program {@code rkv}. Strings are bytes, one char each. */
public final class Rkv {
  private static final String BENCH = "bench";
  private static final String HELP = "help";

  private final String programName;
  private final Environment environment;
  private final OutputStream out;
  private final OutputStream err;
  private final Terminals terminals;

  Rkv(
      String programName,
      Environment environment,
      OutputStream out,
      OutputStream err,
      Terminals terminals) {
    this.programName = programName;
    this.environment = environment;
    this.out = out;
    this.err = err;
    this.terminals = terminals;
  }

  /** Runs {@code rkv [OPTION...] HOST COMMAND...} and exits. */
  public static void main(String[] decodedArguments) {
    OutputStream err = new FileOutputStream(FileDescriptor.err);
    int status = ExitStatus.FAILED;
    try {
      CommandLine line = CommandLine.ofThisProcess(decodedArguments);
      status =
          new Rkv(
                  line.programName(),
                  Environment.of(System.getenv()),
                  new FileOutputStream(FileDescriptor.out),
                  err,
                  Terminals.ofThisProcess())
              .run(line.arguments());
    } catch (IllegalArgumentException | IOException e) {
      complain(err, e.getMessage());
    }
    System.exit(status);
  }

  /** The options that stand before HOST, and the text of the help. */
  public static CommandSpec definitions() {
    return CommandSpec.forAnnotatedObject(new OptionDefinitions());
  }

  /**
   * Runs the command.
   *
   * @return the exit status
   * @throws IllegalArgumentException with one line that says what is wrong with the arguments
   * @throws IOException if its own output cannot be written, or what it was told to read is not
   *     there
   */
  int run(String... line) throws IOException {
    String[] arguments = OptionsBehind.first(line);
    if (isBench(arguments)) {
      String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
      return BenchCommand.run(environment::defaultPort, out, err, rest);
    }
    if (arguments.length > 0 && arguments[0].startsWith("--")) {
      return parser().run(environment, line, this::runWithOptions);
    }
    if (arguments.length == 2 && arguments[0].equals(HELP)) {
      return help(arguments[1]);
    }
    if (arguments.length == 1 && (arguments[0].equals(HELP) || arguments[0].equals("-h"))) {
      int status = new Rkv(programName, environment, out, err, Terminals.NONE).misused();
      parser().help();
      return status;
    }
    boolean isOurs = arguments.length > 1 && HostCommand.named(arguments[1]) != null;
    if (isOurs && environment.options() != null) {
      return parser().run(environment, line, this::runWithOptions);
    }
    return run(Options.NONE, environment, arguments);
  }

  /** As the C client without any argument. */
  private int misused() throws IOException {
    return run(Options.NONE, Environment.NONE, new String[0]);
  }

  private OptionParser parser() {
    return new OptionParser(programName, out, err);
  }

  private int help(String command) throws IOException {
    if (command.equals(BENCH)) {
      return BenchCommand.run(environment::defaultPort, out, err, "--help");
    }
    if (CommandText.named(command) == null) {
      throw new IllegalArgumentException("there is no command " + command + "; see rkv --help");
    }
    return parser().help(command);
  }

  /** A host may be called bench: then PUT, GET, DEL or another command follows. */
  private static boolean isBench(String[] arguments) {
    return arguments.length > 0
        && arguments[0].equals(BENCH)
        && (arguments.length == 1
            || !Question.isCommand(arguments[1]) && HostCommand.named(arguments[1]) == null);
  }

  private int runWithOptions(
      Options options, Environment heeded, String valueFile, String[] arguments)
      throws IOException {
    if (isBench(arguments)) {
      throw new IllegalArgumentException(
          "the options of bench stand behind it; see rkv bench --help");
    }
    heeded.defaultPort(); // The line is none of the C client's: what is wrong is said.
    if (valueFile == null) {
      return run(options, heeded, arguments);
    }
    if (arguments.length != 3 || !arguments[1].equals(Question.PUT)) {
      throw new IllegalArgumentException("--value-file FILE goes with HOST PUT KEY");
    }
    String[] whole = Arrays.copyOf(arguments, 4);
    whole[3] = ValueFile.read(valueFile);
    return run(options, heeded, whole);
  }

  private int run(Options options, Environment heeded, String[] arguments) throws IOException {
    boolean isOurs = arguments.length >= 2 && HostCommand.named(arguments[1]) != null;
    int defaultPort = isOurs ? heeded.defaultPort() : heeded.defaultPortWhateverIsSet();
    if (arguments.length > 0) {
      arguments[0] = heeded.hosts(arguments[0]);
    }
    Connector connector =
        new Connector(
            defaultPort,
            Portmap.PORT,
            Math.min(options.timeoutMillis(), Connector.DEFAULT_TIMEOUT_MILLIS));
    Session session =
        new Session(
            programName,
            defaultPort,
            options,
            connector,
            ReplicaCache.ofThisUser(),
            new Console(out, err, options, terminals));
    return new ClientCommand(session).run(arguments);
  }

  private static void complain(OutputStream err, String message) {
    try {
      err.write(("rkv: " + message + "\n").getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return; // Nobody is listening; the exit status says it.
    }
  }
}
