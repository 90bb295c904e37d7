package org.rkv.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.ReplicaFile;
import org.rkv.replica.ReplicaName;

/**
 * The steps of {@code kv_r.sh} that are done in Java. Not for people: the script calls it, in the
 * directory of the replica file, and what it prints for the script are lines of fields with tabs
 * between them.
 *
 * <ul>
 *   <li>{@code choose [--here] [--flags JAVA] [NAME...]}: of each replica that is meant, {@code
 *       local} or {@code remote}, and its name; and {@code flags}, with those for the JVM
 *   <li>{@code await SECONDS NAME...}: waits until these, of this machine, serve
 *   <li>{@code row NAME=PID...}: of each of these, of this machine, its {@link Row}
 *   <li>{@code table NAME[=PID]...}: the table for people; a name without a process id is another
 *       machine's, whose rows are read from standard input
 * </ul>
 *
 * <p>Where the script found no process, the process id is {@code -}. From the environment come
 * {@code RKV_PORT}, {@code RKV_OPTS} and {@code RKV_RUN_DIR}, which the script always sets. Exit
 * status 0 if all is well, 1 if not, 2 for bad usage.
 */
public final class Control {
  private static final int STATUS_TIMEOUT_MILLIS = 2000;

  private final Path replicaFile;
  private final Path runDirectory;
  private final int defaultPort;
  private final String serverOptions;
  private final InputStream in;
  private final PrintStream out;
  private final Complaints complaints;

  Control(
      Path replicaFile,
      Map<String, String> environment,
      InputStream in,
      PrintStream out,
      PrintStream err) {
    this.replicaFile = replicaFile;
    this.runDirectory = Path.of(environment.get("RKV_RUN_DIR"));
    String port = environment.getOrDefault("RKV_PORT", "");
    this.defaultPort = port.isEmpty() ? KvProgram.DEFAULT_PORT : Integer.parseInt(port);
    this.serverOptions = environment.getOrDefault("RKV_OPTS", "");
    this.in = in;
    this.out = out;
    this.complaints = new Complaints(err);
  }

  /** Does one step. */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    PrintStream err = new PrintStream(System.err, true, UTF_8);
    Control control = new Control(Path.of("replica"), System.getenv(), System.in, out, err);
    System.exit(control.run(List.of(arguments))); // a thread may still be resolving a name
  }

  /** Does one step, and returns the exit status. */
  int run(List<String> arguments) throws InterruptedException {
    List<String> rest = new ArrayList<>(arguments);
    try {
      String step = rest.isEmpty() ? "" : rest.remove(0);
      return switch (step) {
        case "choose" -> choose(rest);
        case "await" -> await(Integer.parseInt(rest.remove(0)), rest);
        case "row" -> row(pidsByName(rest));
        case "table" -> table(pidsByName(rest));
        default -> throw Refusal.badUsage("no such step: " + step);
      };
    } catch (Refusal e) {
      complaints.say(e.getMessage());
      return e.exitStatus();
    } catch (IOException e) {
      complaints.say(e.getMessage());
      return 1;
    }
  }

  private int choose(List<String> words) throws IOException, Refusal {
    boolean onlyHere = words.remove("--here");
    int flags = words.indexOf("--flags");
    String java = null;
    if (flags >= 0) {
      words.remove(flags);
      java = words.remove(flags);
    }
    for (Choice.Chosen chosen : choice(words, onlyHere).replicas()) {
      out.println((chosen.isLocal() ? "local" : "remote") + "\t" + chosen.name());
    }
    if (java != null) {
      Java executable = new Java(java);
      out.println("flags\t" + JvmFlags.of(serverOptions, executable::takes));
    }
    return 0;
  }

  private int await(int timeoutSeconds, List<String> names) throws InterruptedException {
    List<RunFiles> replicas = names.stream().map(this::filesOf).toList();
    return new ServingWait(replicas, timeoutSeconds, complaints).await() ? 0 : 1;
  }

  private int row(Map<String, String> pids) throws IOException, Refusal {
    for (Choice.Chosen chosen : choice(List.copyOf(pids.keySet()), true).replicas()) {
      String pid = pids.getOrDefault(chosen.name().toString(), Row.UNKNOWN);
      out.println(localRow(chosen.name(), pid).line());
    }
    return 0;
  }

  private int table(Map<String, String> pids) throws IOException, InterruptedException {
    Map<ReplicaName, Row> rows = new LinkedHashMap<>();
    for (ReplicaName name : ReplicaFile.parse(String.join(" ", pids.keySet())).names()) {
      String pid = pids.get(name.toString());
      rows.put(
          name,
          pid.isEmpty() ? Row.ofState(name, addressOf(name), "unknown") : localRow(name, pid));
    }
    // At the addresses known here: the other machines tell theirs meanwhile.
    List<Answer> answers =
        Inquiry.ask(rows.values().stream().map(Row::address).toList(), STATUS_TIMEOUT_MILLIS);
    readRemoteRows(rows);
    StatusTable table = new StatusTable();
    int index = 0;
    for (Row row : rows.values()) {
      table.add(row, answers.get(index++));
    }
    table.lines().forEach(out::println);
    return table.allServe() ? 0 : 1;
  }

  private void readRemoteRows(Map<ReplicaName, Row> rows) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      for (ReplicaName name : rows.keySet()) {
        Row row = Row.parse(line, name, addressOf(name));
        if (row != null) {
          rows.put(name, row);
        }
      }
    }
  }

  private Choice choice(List<String> words, boolean onlyHere) throws IOException, Refusal {
    return Choice.of(ReplicaFile.read(replicaFile), words, onlyHere, ThisMachine::hasName);
  }

  private Row localRow(ReplicaName name, String pid) {
    return Row.ofFiles(filesOf(name.toString()), pid, addressOf(name));
  }

  private RunFiles filesOf(String name) {
    return new RunFiles(runDirectory, name);
  }

  private String addressOf(ReplicaName name) {
    int port = name.port() == 0 ? defaultPort : name.port();
    return new ReplicaName(name.host(), port).toString();
  }

  /** Of words NAME=PID or NAME, which has an empty one. */
  private static Map<String, String> pidsByName(List<String> words) {
    Map<String, String> pids = new LinkedHashMap<>();
    for (String word : words) {
      String[] nameAndPid = word.split("=", 2);
      pids.put(nameAndPid[0], nameAndPid.length == 2 ? nameAndPid[1] : "");
    }
    return pids;
  }
}
