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
import org.rkv.protocol.KvProgram;

/** The program {@code rkv}. */
public final class Rkv {
  private static final String PORT_VARIABLE = "RKV_PORT";

  /** Set by the shell script, which alone can tell. */
  private static final String TERMINAL_PROPERTY = "rkv.terminal";

  private Rkv() {}

  /**
   * Runs {@code rkv [OPTION...] HOST COMMAND...} and exits. The environment variable RKV_PORT names
   * another default port than {@link org.rkv.protocol.KvProgram#DEFAULT_PORT}.
   */
  public static void main(String[] decodedArguments) {
    OutputStream err = new FileOutputStream(FileDescriptor.err);
    int status = ExitStatus.FAILED;
    try {
      OutputStream out = new FileOutputStream(FileDescriptor.out);
      CommandLine line = CommandLine.ofThisProcess(decodedArguments);
      String[] arguments = optionsFirst(line.arguments());
      if (isBench(arguments)) {
        status = BenchCommand.run(Arrays.copyOfRange(arguments, 1, arguments.length));
      } else if (arguments.length > 0 && arguments[0].startsWith("--")) {
        status = new OptionParser(line.programName(), out, err).run(arguments, Rkv::run);
      } else {
        status = run(line.programName(), Options.NONE, arguments, out, err);
      }
    } catch (IllegalArgumentException | IOException e) {
      complain(err, e.getMessage());
    }
    System.exit(status);
  }

  /** A host may be called bench: then PUT, GET, DEL or another command follows. */
  private static boolean isBench(String[] arguments) {
    return arguments.length > 1
        && arguments[0].equals("bench")
        && !Question.isCommand(arguments[1])
        && HostCommand.named(arguments[1]) == null;
  }

  /** Behind a command that takes no key an option cannot be anything else. */
  private static String[] optionsFirst(String[] arguments) {
    if (arguments.length < 3 || HostCommand.named(arguments[1]) == null) {
      return arguments;
    }
    int options = arguments.length - 2;
    String[] ordered = new String[arguments.length];
    for (int i = 0; i < options; i++) {
      ordered[i] = arguments[i + 2];
      if (!ordered[i].startsWith("--")) {
        return arguments;
      }
    }
    ordered[options] = arguments[0];
    ordered[options + 1] = arguments[1];
    return ordered;
  }

  private static int run(
      String programName, Options options, String[] arguments, OutputStream out, OutputStream err)
      throws IOException {
    int defaultPort = defaultPort();
    Connector connector =
        new Connector(
            defaultPort,
            Portmap.PORT,
            Math.min(options.timeoutMillis(), Connector.DEFAULT_TIMEOUT_MILLIS),
            options.timeoutMillis());
    Session session =
        new Session(
            programName,
            defaultPort,
            options,
            connector,
            ReplicaCache.ofThisUser(),
            new Console(out, err, options),
            Boolean.getBoolean(TERMINAL_PROPERTY));
    return new ClientCommand(session).run(arguments);
  }

  private static int defaultPort() {
    String port = System.getenv(PORT_VARIABLE);
    if (port == null || port.isEmpty()) {
      return KvProgram.DEFAULT_PORT;
    }
    try {
      int number = Integer.parseInt(port);
      if (number > 0 && number <= 65_535) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(PORT_VARIABLE + " is not a port: " + port, e);
    }
    throw new IllegalArgumentException(PORT_VARIABLE + " is not a port: " + port);
  }

  private static void complain(OutputStream err, String message) {
    try {
      err.write(("rkv: " + message + "\n").getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return; // Nobody is listening; the exit status says it.
    }
  }
}
