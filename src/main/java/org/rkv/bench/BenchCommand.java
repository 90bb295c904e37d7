package org.rkv.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.rkv.client.Endpoint;
import org.rkv.protocol.KvProgram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rkv bench}. */
@Command(
    name = "rkv bench",
    description = {
      "Loads replicas with operations and says how many were done and how long they took.",
      "Writes keys of its own and checks the values that it reads.",
      "Exit status: 0 done without an error, 1 there were errors, 2 bad usage."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class BenchCommand implements Callable<Integer> {
  private static final int OK = 0;
  private static final int ERRORS = 1;
  private static final int BAD_USAGE = 2;

  @Parameters(
      paramLabel = "HOST[:PORT]",
      arity = "1",
      split = ",",
      description = "replicas to load, separated by commas; the clients are spread over them")
  private List<String> hosts;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "each with a connection of its own; default: ${DEFAULT-VALUE}")
  private int clients = 8;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "to measure; default: ${DEFAULT-VALUE}")
  private int seconds = 10;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = "before the measurement; default: ${DEFAULT-VALUE}")
  private int warmUpSeconds = 3;

  @Option(
      names = "--mix",
      paramLabel = "MIX",
      description = "percent of put, get, del and null; default: ${DEFAULT-VALUE}")
  private String mix = "put=100";

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "keys to draw from; default: ${DEFAULT-VALUE}")
  private int keys = 200;

  @Option(
      names = "--key-prefix",
      paramLabel = "TEXT",
      description =
          "what they begin with, so that two may load the same replicas; default:"
              + " ${DEFAULT-VALUE}")
  private String keyPrefix = Workload.DEFAULT_KEY_PREFIX;

  @Option(
      names = "--value-bytes",
      paramLabel = "N",
      description = "of each value; default: ${DEFAULT-VALUE}")
  private int valueBytes = 16;

  @Option(
      names = "--fill",
      description = "write each key once before anything else, through the first replica")
  private boolean fill;

  @Option(
      names = "--pipeline",
      paramLabel = "N",
      description = "operations of a client under way at a time; default: ${DEFAULT-VALUE}")
  private int pipeline = 1;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "operations a second of all clients together, begun at fixed times, from which their"
              + " latency counts; default: as many as it goes")
  private double rate;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "text, json or csv; default: text")
  private Report report = Report.TEXT;

  @Option(names = "--quiet", description = "no line on standard error each second")
  private boolean quiet;

  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "of hosts that are given without one; default: what the variable RKV_PORT says, or else"
              + " 20456")
  private Integer port;

  @Option(names = "--no-env", description = "pass over the variable RKV_PORT")
  private boolean noEnvironment;

  private final IntSupplier portOfEnvironment;
  private final PrintStream out;
  private final PrintStream err;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private BenchCommand(IntSupplier portOfEnvironment, PrintStream out, PrintStream err) {
    this.portOfEnvironment = portOfEnvironment;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs the command.
   *
   * @param portOfEnvironment where replicas are without an option that says so; throws an {@link
   *     IllegalArgumentException} if what is set there is no port
   * @param arguments those after "bench"
   * @return the exit status
   * @throws IOException if its output cannot be written
   */
  public static int run(
      IntSupplier portOfEnvironment, OutputStream out, OutputStream err, String... arguments)
      throws IOException {
    PrintStream lines = new PrintStream(out, false, StandardCharsets.UTF_8);
    PrintStream complaints = new PrintStream(err, true, StandardCharsets.UTF_8);
    CommandLine command =
        new CommandLine(new BenchCommand(portOfEnvironment, lines, complaints))
            .setOut(new PrintWriter(lines, false, StandardCharsets.UTF_8))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(BenchCommand::complain);
    command.setErr(new PrintWriter(complaints, true, StandardCharsets.UTF_8));
    int status = command.execute(arguments);
    command.getOut().flush();
    if (lines.checkError()) {
      throw new IOException("bench: standard output cannot be written");
    }
    return status;
  }

  private static int complain(CommandLine.ParameterException e, String[] arguments) {
    String message =
        e instanceof CommandLine.MissingParameterException
            ? "which replicas? rkv bench HOST[,HOST...]"
            : e.getMessage();
    e.getCommandLine().getErr().println("rkv bench: " + message + "; see rkv bench --help");
    return BAD_USAGE;
  }

  @Override
  public Integer call() throws InterruptedException {
    Workload workload;
    try {
      requireBetween("--clients", clients, 1, 10_000);
      requireBetween("--seconds", seconds, 1, 1_000_000);
      requireBetween("--warm-up", warmUpSeconds, 0, 1_000_000);
      requireBetween("--keys", keys, 1, 100_000_000);
      requireBetween("--value-bytes", valueBytes, 0, KvProgram.MAX_TEXT_BYTES);
      requireBetween("--pipeline", pipeline, 1, 16_384);
      if (port == null) {
        port = noEnvironment ? KvProgram.DEFAULT_PORT : portOfEnvironment.getAsInt();
      }
      requireBetween("--port", port, 1, 65_535);
      hosts.forEach(Endpoint::requirePort);
      workload = new Workload(keyPrefix, Workload.mix(mix), keys, valueBytes);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage());
    }
    List<LoadConnection.Server> servers = servers();
    Consumer<String> progressLine = quiet ? line -> {} : err::println;
    if (fill) {
      try {
        new Fill(workload, progressLine).run(servers.get(0));
      } catch (IOException e) {
        err.println("rkv bench: " + e.getMessage());
        return ERRORS;
      }
    }
    Bench bench = new Bench(workload, pipeline, rate, progressLine);
    Bench.Result result;
    try {
      result = bench.run(servers, clients, warmUpSeconds, seconds);
    } catch (IOException e) {
      err.println("rkv bench: " + e.getMessage());
      return ERRORS;
    }
    report.lines(result).forEach(out::println);
    return result.measurement().errorCount() == 0 ? OK : ERRORS;
  }

  private List<LoadConnection.Server> servers() {
    List<LoadConnection.Server> servers = new ArrayList<>();
    for (String host : hosts) {
      Endpoint replica = Endpoint.parse(host).orAt(port);
      InetSocketAddress address = new InetSocketAddress(replica.host(), replica.port());
      if (address.isUnresolved()) {
        throw new CommandLine.ParameterException(spec.commandLine(), "unknown host: " + host);
      }
      servers.add(ReplicaConnection.server(address));
    }
    return servers;
  }

  private static void requireBetween(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          option + " must be " + least + " to " + most + ", not " + value);
    }
  }
}
