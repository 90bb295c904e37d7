package org.rkv.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.rkv.protocol.KvProgram;
import org.rkv.replica.DataPlace;
import org.rkv.replica.EffectiveOptions;
import org.rkv.replica.Main;
import org.rkv.replica.ReplicaName;

/**
 * What an operator sets in the environment of {@code kv_r.sh}, or in the file {@code rkv.env},
 * which the script reads and exports. An empty variable counts as one that is not set, but for
 * {@code RKV_JAVA_OPTS}: then the JVM gets no flags. Immutable.
 */
final class ControlSettings {
  private static final List<String> FOR_OTHER_MACHINES =
      List.of(
          "RKV_PORT", "RKV_OPTS", "RKV_JAVA_OPTS", "RKV_DATA", "RKV_START_SECONDS", "RKV_RUN_DIR");

  /** By which the script tells what it has from the file. */
  private static final String IN_FILE = "RKV_IN_FILE";

  private static final String DEFAULT_SSH =
      "ssh -o BatchMode=yes -o ConnectTimeout=5 -o ServerAliveInterval=5";
  private static final int DEFAULT_START_SECONDS = 30;
  private static final int MOST_START_SECONDS = 99_999;

  private final Path directory;
  private final Map<String, String> environment;
  private final int defaultPort;
  private final int startSeconds;

  /**
   * Reads them.
   *
   * @param directory of the script, without symbolic links
   * @throws Refusal if a number is none
   */
  ControlSettings(Path directory, Map<String, String> environment) throws Refusal {
    this.directory = directory;
    this.environment = Map.copyOf(environment);
    this.defaultPort = number("RKV_PORT", "a port", 1, 65_535, portAmongTheOptions());
    this.startSeconds =
        number("RKV_START_SECONDS", "a number", 0, MOST_START_SECONDS, DEFAULT_START_SECONDS);
  }

  /** The unit's file has it there. */
  private int portAmongTheOptions() {
    String port = EffectiveOptions.last("--port", words(get("RKV_OPTS", "")));
    int number = port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
    return number < 1 || number > 65_535 ? KvProgram.DEFAULT_PORT : number;
  }

  private int number(String variable, String what, int least, int most, int otherwise)
      throws Refusal {
    String value = get(variable, Integer.toString(otherwise));
    int number = value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : -1;
    if (number < least || number > most) {
      throw Refusal.badUsage(
          "%s is not %s from %d to %d: %s".formatted(variable, what, least, most, value));
    }
    return number;
  }

  private String get(String variable, String otherwise) {
    String value = environment.getOrDefault(variable, "");
    return value.isEmpty() ? otherwise : value;
  }

  /** Of a replica whose entry has no port. */
  int defaultPort() {
    return defaultPort;
  }

  /** Host and port of a replica. */
  String addressOf(ReplicaName name) {
    int port = name.port() == 0 ? defaultPort : name.port();
    return new ReplicaName(name.host(), port).toString();
  }

  /** How long a replica may take until it serves. */
  int startSeconds() {
    return startSeconds;
  }

  /** A replica of this machine, with its files where the script keeps them. */
  LocalReplica replica(ReplicaName name) {
    RunFiles files = RunFiles.of(runDirectory(), name, defaultPort);
    return new LocalReplica(name, addressOf(name), files, directory);
  }

  /** Those that are of this machine. */
  List<LocalReplica> local(Choice choice) {
    return choice.local().stream().map(this::replica).toList();
  }

  /**
   * The flags of the JVMs of replicas, with white space between them.
   *
   * @param ofThisMachine counts those that share its memory; asked only where no flags are set
   */
  String javaFlags(IntSupplier ofThisMachine) {
    String flags = environment.get("RKV_JAVA_OPTS");
    if (flags != null) {
      return flags;
    }
    Java java = new Java(java());
    long memoryBytes = ThisMachine.memoryBytes();
    int replicas = Math.max(1, ofThisMachine.getAsInt());
    return JvmFlags.of(get("RKV_OPTS", ""), memoryBytes / replicas, java::takes);
  }

  /**
   * The options of a replica. Where all is on this machine nobody waits for an rpcbind to come up.
   */
  List<String> optionsOf(ReplicaName name) {
    List<String> options = new ArrayList<>();
    List<String> given = words(get("RKV_OPTS", ""));
    boolean isLoopback = name.host().matches("127\\..*|::1|localhost");
    if (isLoopback && given.stream().noneMatch(word -> word.startsWith("--portmapper"))) {
      options.addAll(List.of("--portmapper", "embedded"));
    }
    options.addAll(given);
    return options;
  }

  /**
   * A hash of the options that a replica would be started with now, as STATUS has it; {@code -} if
   * they are not to be understood.
   */
  String optionsHashOf(ReplicaName name) {
    try {
      return Long.toHexString(Main.optionsOf(optionsOf(name)).hash());
    } catch (IllegalArgumentException e) {
      return Row.UNKNOWN;
    }
  }

  static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("[ \t\n]+"));
  }

  /** What runs the JVMs of replicas on this machine. */
  String java() {
    String home = get("JAVA_HOME", "");
    return home.isEmpty() ? "java" : home + "/bin/java";
  }

  /**
   * All words of the server for a replica.
   *
   * @throws IOException with one clear line if it cannot be told which data directory is its own
   */
  List<String> wordsOf(ReplicaName name) throws IOException {
    List<String> words = new ArrayList<>(List.of("--host", name.toString()));
    String port = get("RKV_PORT", "");
    if (!port.isEmpty()) {
      words.addAll(List.of("--port", port));
    }
    String data = dataOf(name);
    if (!data.isEmpty()) {
      words.addAll(List.of("--data", data));
    }
    words.addAll(optionsOf(name));
    return words;
  }

  /**
   * The data directory of a replica, seen from the script; empty if it is not below {@code
   * RKV_DATA}.
   *
   * @throws IOException with one clear line if it cannot be told which it is
   */
  String dataOf(ReplicaName name) throws IOException {
    if (!keepsData()) {
      return "";
    }
    String parent = get("RKV_DATA", "");
    return parent + "/" + new DataPlace(directory.resolve(parent)).directoryOf(name, defaultPort);
  }

  /**
   * The data directory that a replica would be started with now; empty if it would keep all in
   * memory only.
   *
   * @throws IOException with one clear line if it cannot be told which it is
   */
  Optional<Path> dataDirectoryOf(ReplicaName name) throws IOException {
    String below = dataOf(name);
    String data =
        below.isEmpty() ? EffectiveOptions.last("--data", words(get("RKV_OPTS", ""))) : below;
    return data.isEmpty() ? Optional.empty() : Optional.of(directory.resolve(data).normalize());
  }

  /** The same as {@link KeptData#directory} has it; {@code -} if that cannot be told. */
  String shownDataOf(ReplicaName name) {
    try {
      return dataDirectoryOf(name).map(Path::toString).orElse(KeptData.MEMORY);
    } catch (IOException e) {
      return Row.UNKNOWN;
    }
  }

  /**
   * What is wrong with the options; empty if a replica would serve with them, as far as can be told
   * here.
   */
  Optional<String> faultOfOptions() {
    try {
      Main.requireServing(words(get("RKV_OPTS", "")));
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of("RKV_OPTS: " + e.getMessage());
    }
  }

  /** Whether what replicas hold is there again after all have ended. */
  boolean keepsData() {
    return !get("RKV_DATA", "").isEmpty();
  }

  /** Where the files of this machine's replicas are. */
  Path runDirectory() {
    return Path.of(get("RKV_RUN_DIR", "target/run"));
  }

  /** What a replica that is started now runs with: another such text, and it is another program. */
  String fingerprint(Path jar) throws IOException {
    return String.join(
        " ",
        Files.getLastModifiedTime(jar).toString(),
        Long.toString(Files.size(jar)),
        Integer.toHexString(
            List.of(
                    get("RKV_OPTS", ""),
                    environment.getOrDefault("RKV_JAVA_OPTS", "-"),
                    get("RKV_PORT", ""),
                    get("RKV_DATA", ""),
                    java())
                .hashCode()));
  }

  /** The words that a host and a command are added to. */
  List<String> ssh() {
    return words(get("RKV_SSH", DEFAULT_SSH));
  }

  /** Of the script on other machines, seen from the login there. */
  String remoteDirectory() {
    return get("RKV_DIR", directory.toString());
  }

  /** What holds on the other machines as well: each of them has a file of its own. */
  Stream<Map.Entry<String, String>> forOtherMachines() {
    List<String> inFile = words(get(IN_FILE, ""));
    return FOR_OTHER_MACHINES.stream()
        .filter(environment::containsKey)
        .filter(variable -> !inFile.contains(variable))
        .map(variable -> Map.entry(variable, environment.get(variable)));
  }
}
