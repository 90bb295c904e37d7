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
import org.rkv.client.Connector;
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
      "Writes keys of its own, checks the values that it reads, and removes the keys at the end,"
          + " also after Ctrl-C.",
      "Exit status: 0 done without an error, 1 there were errors, 2 bad usage, or the replicas"
          + " have no room for it."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class BenchCommand implements Callable<Integer> {
  private static final String WHICH_REPLICAS = "which replicas? rkv bench HOST[,HOST...]";
  private static final int OK = 0;
  private static final int ERRORS = 1;
  private static final int BAD_USAGE = 2;
  private static final double MIN_RATE = 0.001;
  private static final double MAX_RATE = 10_000_000;
  private static final double MIN_SECONDS = 0.1;
  private static final double MAX_SECONDS = 1_000;

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
          "what they begin with; what has such a key is overwritten and removed; default: bench-"
              + " and something drawn by lot, so that nobody else has such keys")
  private String keyPrefix = Workload.drawPrefix();

  @Option(
      names = "--value-bytes",
      paramLabel = "N",
      description = "of each value; default: ${DEFAULT-VALUE}")
  private int valueBytes = 16;

  @Option(
      names = "--fill",
      description = "write each key once before anything else, through the first replica")
  private boolean fill;

  @Option(names = "--keep", description = "leave the keys; the last line says what they begin with")
  private boolean keep;

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
  private Double rate;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "how long a replica may take for an answer, or a connection; default: ${DEFAULT-VALUE}")
  private double timeoutSeconds = 25;

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
            .registerConverter(int.class, Numerals::integer)
            .registerConverter(Integer.class, Numerals::integer)
            .registerConverter(double.class, Numerals::decimal)
            .registerConverter(Double.class, Numerals::decimal)
            .setParameterExceptionHandler(BenchCommand::complain);
    command.setErr(new PrintWriter(complaints, true, StandardCharsets.UTF_8));
    int status = command.execute(arguments);
    command.getOut().flush();
    if (lines.checkError()) {
      throw new IOException("bench: standard output cannot be written");
    }
    return status;
  }

  /** Its options. */
  public static CommandLine.Model.CommandSpec definitions() {
    return CommandLine.Model.CommandSpec.forAnnotatedObject(
        new BenchCommand(() -> KvProgram.DEFAULT_PORT, System.out, System.err));
  }

  private static int complain(CommandLine.ParameterException e, String[] arguments) {
    String message =
        e instanceof CommandLine.MissingParameterException ? WHICH_REPLICAS : e.getMessage();
    e.getCommandLine().getErr().println("rkv bench: " + message + "; see rkv bench --help");
    return BAD_USAGE;
  }

  @Override
  public Integer call() {
    Consumer<String> progressLine = quiet ? line -> {} : err::println;
    try {
      Workload workload = checked();
      List<LoadConnection.Server> servers = servers(workload);
      long answerMillis = Math.round(1000 * timeoutSeconds);
      Bench bench =
          new Bench(workload, pipeline, rate == null ? 0 : rate, answerMillis, progressLine);
      Bench.Result result =
          new BenchRun(workload, servers, answerMillis, progressLine)
              .run(fill, keep, () -> measured(bench, servers));
      if (keep) {
        err.println("rkv bench: the keys begin with " + keyPrefix);
      }
      return result.measurement().errorCount() == 0 ? OK : ERRORS;
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
    } catch (IOException e) {
      err.println("rkv bench: " + e.getMessage());
      return ERRORS;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ERRORS;
    }
  }

  /** Shown before the keys are removed, which may take a while. */
  private Bench.Result measured(Bench bench, List<LoadConnection.Server> servers)
      throws IOException {
    Bench.Result result = bench.run(servers, clients, warmUpSeconds, seconds);
    report.lines(result).forEach(out::println);
    out.flush();
    return result;
  }

  private Workload checked() {
    requireBetween("--clients", clients, 1, 10_000);
    requireBetween("--seconds", seconds, 1, 1_000_000);
    requireBetween("--warm-up", warmUpSeconds, 0, 1_000_000);
    requireBetween("--keys", keys, 1, 100_000_000);
    requireBetween("--value-bytes", valueBytes, 0, KvProgram.MAX_TEXT_BYTES);
    requireBetween("--pipeline", pipeline, 1, 16_384);
    if (rate != null && !(rate >= MIN_RATE && rate <= MAX_RATE)) {
      throw new IllegalArgumentException("--rate must be 0.001 to 10000000, not " + rate);
    }
    if (!(timeoutSeconds >= MIN_SECONDS && timeoutSeconds <= MAX_SECONDS)) {
      throw new IllegalArgumentException(
          "--timeout must be 0.1 to 1000 seconds, not " + timeoutSeconds);
    }
    if (port == null) {
      port = noEnvironment ? KvProgram.DEFAULT_PORT : portOfEnvironment.getAsInt();
    }
    requireBetween("--port", port, 1, 65_535);
    hosts = hosts.stream().filter(host -> !host.isEmpty()).toList(); // as rkv reads "a,,b"
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException(WHICH_REPLICAS);
    }
    hosts.forEach(Endpoint::requirePort);
    OwnMeans.require(clients, pipeline, keyPrefix.length() + valueBytes);
    return new Workload(keyPrefix, Workload.mix(mix), keys, valueBytes);
  }

  /** The replicas, each of which answers and has room. */
  private List<LoadConnection.Server> servers(Workload workload) throws IOException {
    int millis = (int) Math.round(1000 * timeoutSeconds);
    Connector connector =
        new Connector(port, port, Math.min(millis, Connector.DEFAULT_TIMEOUT_MILLIS));
    List<LoadConnection.Server> servers = new ArrayList<>();
    for (String host : hosts) {
      Endpoint replica = Endpoint.parse(host).orAt(port);
      InetSocketAddress address = new InetSocketAddress(replica.host(), replica.port());
      if (address.isUnresolved()) {
        throw new IOException("unknown host: " + host);
      }
      StoreLimits limits = StoreLimits.askedOf(replica.toString(), connector);
      if (fill || workload.percent().getOrDefault(Kind.PUT, 0) > 0) {
        limits.require(workload);
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
