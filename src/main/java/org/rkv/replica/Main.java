package org.rkv.replica;

import java.io.IOException;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.acplt.oncrpc.OncRpcException;
import org.jline.utils.Signals;
import org.rkv.disk.GoneException;
import org.rkv.net.ConnectionLimits;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.core.Settling;
import org.rkv.replica.data.UnreadableException;
import org.rkv.replica.peer.ClusterName;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Secret;
import org.rkv.store.HeapBudget;
import org.rkv.store.Limits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The server program. Without arguments it serves the replica file of the working directory. */
@Command(
    name = "org.rkv.replica.Main",
    description = {
      "Serves one replica of the replicated key-value store until it is ended by SIGTERM.",
      "Exit status: 0 stopped, 1 cannot start or a fault in the file checked, 2 bad usage, or a"
          + " data directory that no other start would read either."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionLine.class,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class Main implements Callable<Integer> {
  /** What a check of all that finds no fault prints: an exit status of 0 has other causes too. */
  public static final String NOTHING_WRONG = "rkv check: nothing is wrong";

  private static final Set<String> SERVING_NOTHING = Set.of("--check", "--all-at-once");
  private static final long MAX_SYNC_MILLIS = 60_000;
  private static final long STOP_TIMEOUT_MILLIS = 4500;

  /** For the last lines, when whoever reads them does not, or is slow. */
  private static final long LAST_LINES_MILLIS = 1000;

  static {
    // Texts and numbers are the same on every machine: people search for them.
    Locale.setDefault(Locale.ROOT);
    // The JDK would keep a wrong answer of a name service for 30 seconds, and none for 10.
    Security.setProperty("networkaddress.cache.ttl", "1");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
  }

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "the name of this replica, HOST or HOST:PORT, an address of this machine; default: the"
              + " one in the replica file that is an address of this machine, or its host name, or"
              + " leads to it")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      description =
          "TCP port of this replica, unless --host has one, and of all that have none in the"
              + " replica file; default: ${DEFAULT-VALUE}")
  private int port = KvProgram.DEFAULT_PORT;

  @Option(
      names = "--replica-file",
      paramLabel = "FILE",
      description = "names all replicas; default: ${DEFAULT-VALUE}")
  private Path replicaFile = Path.of("replica");

  @Option(
      names = "--check",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "FILE",
      description =
          "serve nothing: say what is wrong with this replica file, as this machine sees it;"
              + " without FILE, what would keep this replica from starting with these options, or"
              + " those that run from admitting it; exit status 1 if there is something")
  private Path checkedFile;

  @Option(
      names = "--all-at-once",
      description = "with --check: ask no other replica, since all are to be started anew")
  private boolean allAtOnce;

  @Option(
      names = "--peer-timeout",
      paramLabel = "MILLIS",
      description =
          "how long a peer may take for an answer before it counts as down, the same on all"
              + " replicas; default:"
              + " ${DEFAULT-VALUE}")
  private long peerTimeoutMillis = Settings.DEFAULT_PEER_TIMEOUT_MILLIS;

  @Option(
      names = "--capacity",
      paramLabel = "N",
      description = "entries held, the same on all replicas; default: ${DEFAULT-VALUE}")
  private int capacity = Limits.DEFAULT_CAPACITY;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "a key or value of N - 1 bytes or more is too large, the same on all replicas; default:"
              + " ${DEFAULT-VALUE}")
  private int maxLength = Limits.DEFAULT_MAX_LENGTH;

  @Option(
      names = "--max-bytes",
      paramLabel = "BYTES",
      description =
          "how much memory entries and deletes may take before the store is full; the least of all"
              + " replicas holds for all; default: what the heap can take")
  private long maxBytes;

  @Option(
      names = "--tombstone-grace",
      paramLabel = "MILLIS",
      description =
          "how long a delete is remembered once all know it, at least 3 peer timeouts; default:"
              + " ${DEFAULT-VALUE}")
  private long tombstoneGraceMillis = Settings.DEFAULT_TOMBSTONE_GRACE_MILLIS;

  @Option(
      names = "--secret-file",
      paramLabel = "FILE",
      description =
          "what all replicas know and nobody else: only who proves to know it is a replica;"
              + " default: none, the addresses in the replica file decide")
  private Path secretFile;

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description =
          "the name of the cluster: replicas with other names never work together, whatever their"
              + " files say; default: that of the first replica met which has one")
  private String cluster;

  @Option(
      names = "--clients",
      paramLabel = "FILE",
      description =
          "says who may call, in lines of a network, address or host and ro or rw; all others but"
              + " replicas are refused, and a change of it holds at once; default: none, all may"
              + " call everything")
  private Path clients;

  @Option(
      names = "--max-record",
      paramLabel = "BYTES",
      description =
          "the longest record that is taken whole; default: what the longest call needs, 1 MiB at"
              + " least")
  private int maxRecordBytes;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      description =
          "of clients; when there are more, the one idle longest is closed; default:"
              + " ${DEFAULT-VALUE}")
  private int maxConnections = ConnectionLimits.DEFAULT_MAX_CONNECTIONS;

  @Option(
      names = "--idle-timeout",
      paramLabel = "MILLIS",
      description =
          "a connection that for so long is silent, and takes no answers, is closed; default:"
              + " ${DEFAULT-VALUE}")
  private long idleTimeoutMillis = ConnectionLimits.DEFAULT_IDLE_TIMEOUT_MILLIS;

  @Option(
      names = "--log-operations",
      description = "write a line for each operation to standard output, as the C server does")
  private boolean logOperations;

  @Option(
      names = "--no-udp",
      description = "serve TCP only; C clients that call over UDP are not answered then")
  private boolean noUdp;

  @Option(
      names = "--portmapper",
      paramLabel = "USE",
      description =
          "what is done where no portmapper answers at port 111: auto, serve as one when none has"
              + " been there for half a minute, and nothing tells that this machine has an rpcbind;"
              + " embedded, at once; none, as --no-portmapper; default: auto")
  private String portmapper = "auto";

  @Option(
      names = "--no-portmapper",
      description = "do not register at port 111; the C client cannot find this replica then")
  private boolean noPortmapper;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "keep all entries in this directory, which is made if there is none: they are there again"
              + " after a restart of all replicas; default: in memory only")
  private Path data;

  @Option(
      names = "--sync",
      paramLabel = "WHEN",
      description =
          "with --data: always, a write is on the disk of every replica before it is acknowledged;"
              + " or so many milliseconds later, which a power cut of all replicas can lose, but no"
              + " DEL;"
              + " default: ${DEFAULT-VALUE}")
  private String sync = "always";

  @Option(
      names = "--http",
      paramLabel = "[ADDRESS:]PORT",
      description =
          "tell over HTTP, at this address, how the replica is: / for people, /metrics for"
              + " Prometheus, /health, /ready, /status.json; without ADDRESS at loopback only;"
              + " default: nowhere")
  private String http;

  @Option(
      names = "--http-host",
      paramLabel = "NAME",
      description =
          "with --http: a name that it may be asked for by, beside addresses and localhost; may be"
              + " given several times")
  private List<String> httpHosts = List.of();

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private final ReplicaLog log;

  private Main(ReplicaLog log) {
    this.log = log;
  }

  /** Runs the server. */
  public static void main(String[] arguments) {
    ReplicaLog log = ReplicaLog.install();
    atTheEnd("last lines", () -> log.awaitWritten(lastLinesDeadlineNanos()));
    Signals.register("HUP", () -> {}); // there is nothing to reopen, and it ends no server
    System.exit(commandLine(log).execute(arguments));
  }

  /** Of a wrong word one line says what is wrong: it may be in the log of each of five replicas. */
  private static CommandLine commandLine(ReplicaLog log) {
    CommandLine command = new CommandLine(new Main(log));
    return command.setParameterExceptionHandler(
        (exception, arguments) -> {
          command.getErr().println(exception.getMessage() + "; --help tells what there is");
          return CommandLine.ExitCode.USAGE;
        });
  }

  /**
   * The options that would hold for a replica that is given these words. Begins nothing.
   *
   * @throws IllegalArgumentException with one clear line if they are not to be understood
   */
  public static EffectiveOptions optionsOf(List<String> words) {
    CommandLine command = new CommandLine(new Main(null));
    try {
      command.parseArgs(words.toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return EffectiveOptions.of(command.getCommandSpec());
  }

  /** Its options. */
  public static CommandLine.Model.CommandSpec definitions() {
    return CommandLine.Model.CommandSpec.forAnnotatedObject(new Main(null));
  }

  /**
   * Refuses options that are given to every replica, where none would serve with them.
   *
   * @throws IllegalArgumentException with one clear line
   */
  public static void requireServing(List<String> words) {
    CommandLine.ParseResult parsed;
    try {
      parsed = new CommandLine(new Main(null)).parseArgs(words.toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    for (CommandLine.Model.OptionSpec option : parsed.matchedOptions()) {
      if (option.usageHelp()
          || option.versionHelp()
          || SERVING_NOTHING.contains(option.longestName())) {
        throw new IllegalArgumentException("with " + option.longestName() + " it would not serve");
      }
    }
  }

  /** What a shutdown hook does. */
  private interface LastTask {
    void run() throws InterruptedException;
  }

  private static void atTheEnd(String name, LastTask task) {
    Runnable hook =
        () -> {
          try {
            task.run();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    Runtime.getRuntime().addShutdownHook(new Thread(hook, name));
  }

  private static long lastLinesDeadlineNanos() {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_LINES_MILLIS);
  }

  @Override
  public Integer call() {
    if (checkedFile != null) {
      return check();
    }
    MemoryWatchdog watchdog = MemoryWatchdog.begin(logName());
    ReplicaServer server;
    try {
      server = new ReplicaServer(settings());
      server.onOutOfMemory(watchdog::trip);
    } catch (IOException | OncRpcException e) {
      LoggerFactory.getLogger(logName()).error("cannot start: {}", e.getMessage());
      return e instanceof UnreadableException ? CommandLine.ExitCode.USAGE : 1;
    }
    atTheEnd("stop", () -> stop(server));
    server.onDiskFailure(this::halt);
    server.start();
    try {
      server.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return statusOfItsOwnEnd(server);
  }

  /** Without hooks: nothing may be written, or acknowledged, any more. */
  private void halt(Throwable diskFailure) {
    try {
      Logger last = LoggerFactory.getLogger(logName());
      if (diskFailure instanceof GoneException) {
        last.error("{}: the replica ends", diskFailure.getMessage());
      } else {
        last.error(
            "the disk has failed, and what it holds is not known: the replica ends", diskFailure);
      }
      log.awaitWritten(lastLinesDeadlineNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Runtime.getRuntime().halt(1);
    }
  }

  /** The replica may not know its own name yet. */
  private String logName() {
    return host == null ? "rkv" : host;
  }

  private int check() {
    return checkedFile.toString().isEmpty() ? checkAll() : checkFile();
  }

  private int checkAll() {
    List<String> faults;
    try {
      faults = new StartCheck(settings()).faults(!allAtOnce);
    } catch (IOException e) {
      faults = List.of(e.getMessage());
    }
    faults.forEach(System.out::println);
    if (faults.isEmpty()) {
      System.out.println(NOTHING_WRONG);
    }
    return faults.isEmpty() ? 0 : 1;
  }

  private int checkFile() {
    FileCheck check = FileCheck.of(checkedFile, port);
    check.faults().forEach(System.out::println);
    check.remarks().forEach(System.out::println);
    return check.faults().isEmpty() ? 0 : 1;
  }

  private Settings settings() throws IOException {
    try {
      Limits limits = new Limits(capacity, maxLength);
      requireBetween("--port", port, 1, 65_535);
      requireBetween("--peer-timeout", peerTimeoutMillis, 1, 8000);
      long mostBytes = HeapBudget.clientBytes(Runtime.getRuntime().maxMemory());
      if (maxBytes != 0) {
        requireBetween("--max-bytes", maxBytes, LocalReplica.MIN_BYTES, mostBytes);
      }
      long leastGraceMillis = Settling.leastGraceMillis(peerTimeoutMillis);
      requireBetween(
          "--tombstone-grace", tombstoneGraceMillis, leastGraceMillis, Integer.MAX_VALUE);
      requireBetween("--max-connections", maxConnections, 10, 1_000_000);
      requireBetween("--idle-timeout", idleTimeoutMillis, 1000, Integer.MAX_VALUE);
      ClusterName.given(cluster);
      int recordBytes = Settings.defaultMaxRecordBytes(limits);
      if (maxRecordBytes != 0) {
        requireBetween("--max-record", maxRecordBytes, 2 * maxLength + 1024, 64 << 20);
        recordBytes = Math.max(maxRecordBytes, KvProgram.MOST_BYTES_OF_SECTIONS_ASKED);
      }
      ConnectionLimits defaults = ConnectionLimits.forRecords(recordBytes);
      return new Settings(
          hostAndPort(),
          port,
          replicaFile,
          peerTimeoutMillis,
          limits,
          maxBytes == 0 ? mostBytes : maxBytes,
          tombstoneGraceMillis,
          secretFile == null ? Secret.NONE : Secret.read(secretFile),
          cluster,
          clients,
          new ConnectionLimits(
              maxConnections,
              recordBytes,
              idleTimeoutMillis,
              defaults.stalledTimeoutMillis(),
              defaults.maxBufferedBytes()),
          logOperations,
          !noUdp,
          portmapperUse(),
          data,
          syncMillis(),
          HttpSettings.parse(http, httpHosts),
          EffectiveOptions.of(spec));
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  /** A port that is given wins over that of the replica file, one within --host over both. */
  private String hostAndPort() {
    boolean isPortGiven = spec.commandLine().getParseResult().hasMatchedOption("--port");
    return host == null || !isPortGiven ? host : Identity.withPort(host, port);
  }

  private long syncMillis() {
    if (sync.equals("always")) {
      return 0;
    }
    long millis;
    try {
      millis = Long.parseLong(sync);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--sync must be always, or milliseconds, not " + sync, e);
    }
    requireBetween("--sync", millis, 1, MAX_SYNC_MILLIS);
    return millis;
  }

  private PortmapperUse portmapperUse() {
    if (noPortmapper) {
      return PortmapperUse.NONE;
    }
    return switch (portmapper) {
      case "auto" -> PortmapperUse.AUTO;
      case "embedded" -> PortmapperUse.EMBEDDED;
      case "none" -> PortmapperUse.NONE;
      default ->
          throw new IllegalArgumentException(
              "--portmapper must be auto, embedded or none, not " + portmapper);
    };
  }

  private static void requireBetween(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          option + " must be " + least + " to " + most + ", not " + value);
    }
  }

  /** A process that is told to stop, and does, has not failed: hence its own exit status. */
  private void stop(ReplicaServer server) throws InterruptedException {
    boolean done = server.stop(STOP_TIMEOUT_MILLIS);
    long deadlineNanos = lastLinesDeadlineNanos();
    server.awaitOperationLog(deadlineNanos);
    log.awaitWritten(deadlineNanos);
    Runtime.getRuntime().halt(done ? 0 : statusOfItsOwnEnd(server));
  }

  /** The loop ended by itself, and has said why. */
  private static int statusOfItsOwnEnd(ReplicaServer server) {
    return server.hasGivenWay() ? CommandLine.ExitCode.USAGE : 1;
  }

  /** For --version. */
  static final class VersionLine implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"rkv " + Version.get()};
    }
  }
}
