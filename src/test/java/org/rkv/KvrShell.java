package org.rkv;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.rkv.testing.FreePort;
import org.rkv.testing.LongAgo;
import org.rkv.testing.OtherProcess;
import org.rkv.testing.ProjectCopy;
import org.rkv.testing.ShellCluster;

/** A directory with {@code kv_r.sh}, {@code replica} and the built jar, to run the script in. */
final class KvrShell {
  private static final int SCRIPT_TIMEOUT_SECONDS = 60;
  private static final int CONNECT_TIMEOUT_MILLIS = 2000;

  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();

  private KvrShell(Path directory) {
    this.directory = directory;
  }

  /** What a run of the script ended with. */
  record Outcome(int status, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }

    /** The cells of a replica in the table. */
    List<String> row(String replica) {
      return lines().stream()
          .filter(line -> line.startsWith(replica + " "))
          .map(line -> List.of(line.split(" +", 12)))
          .findFirst()
          .orElseGet(() -> fail("no row of " + replica + " in " + this));
    }
  }

  /** Makes such a directory, for replicas at a free port that leave the portmapper alone. */
  static KvrShell install(Path directory) throws IOException {
    assertTrue(Files.exists(Path.of("target/rkv.jar")), "package first: target/rkv.jar");
    KvrShell shell = new KvrShell(directory);
    ProjectCopy.make(directory, List.of("kv_r.sh", "replica", "target/rkv.jar"));
    shell.environment("RKV_PORT", Integer.toString(FreePort.find()));
    shell.environment("RKV_OPTS", "--no-portmapper");
    shell.environment("RKV_JAVA_OPTS", ShellCluster.SOON_STARTED);
    return shell;
  }

  Path directory() {
    return directory;
  }

  Path script() {
    return directory.resolve("kv_r.sh");
  }

  int port() {
    return Integer.parseInt(environment.get("RKV_PORT"));
  }

  void environment(String name, String value) {
    environment.put(name, value);
  }

  /** Leaves it to the settings file, or the default. */
  void unset(String name) {
    environment.remove(name);
  }

  void writeSettings(String text) throws IOException {
    Files.writeString(settingsFile(), text);
    Files.setPosixFilePermissions(settingsFile(), PosixFilePermissions.fromString("rw-r--r--"));
  }

  Path settingsFile() {
    return directory.resolve("rkv.env");
  }

  void writeReplicaFile(String text) throws IOException {
    LongAgo.modified(Files.writeString(directory.resolve("replica"), text));
  }

  Path runFile(String name) {
    return directory.resolve("target/run").resolve(name);
  }

  void writeRunFile(String name, String text) throws IOException {
    Files.createDirectories(directory.resolve("target/run"));
    Files.writeString(runFile(name), text);
  }

  /** Puts sources beside the script, older than the jar, and a mvn that only takes notes. */
  void installSourcesAndMaven(int mavenStatus) throws IOException {
    Path source = directory.resolve("src/main/java/New.java");
    Files.createDirectories(source.getParent());
    for (Path file : List.of(source, directory.resolve("pom.xml"), directory.resolve("kv.x"))) {
      Files.createFile(file);
      Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    }
    installMaven(
        "printf %s \"$*\" >mvn.calls; cp target/rkv.jar.old target/rkv.jar; exit " + mavenStatus);
  }

  /** A mvn that does this. */
  void installMaven(String text) throws IOException {
    Path maven = Files.createDirectories(directory.resolve("bin")).resolve("mvn");
    Files.writeString(maven, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
    environment("PATH", maven.getParent() + ":" + System.getenv("PATH"));
  }

  /** Instead of ssh, a script that gets its arguments and runs in the directory of kv_r.sh. */
  void installSsh(String text) throws IOException {
    Path ssh = directory.resolve("ssh.sh");
    Files.writeString(ssh, text + "\n");
    environment("RKV_SSH", "sh " + ssh.getFileName());
  }

  String mavenCalls() throws IOException {
    return Files.readString(directory.resolve("mvn.calls"));
  }

  /** Runs the script to its end, from another directory. */
  Outcome run(String... words) throws Exception {
    return await(begin(words));
  }

  /** Runs the script with the redirections of a shell. */
  Outcome runWith(String redirections, String... words) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "exec \"$0\" \"$@\" " + redirections));
    command.add(script().toString());
    command.addAll(List.of(words));
    return await(begin(command));
  }

  Process begin(String... words) throws IOException {
    return beginAs(script(), words);
  }

  Process beginAs(Path script, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(words));
    return begin(command);
  }

  private Process begin(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(OtherProcess.interruptible(command));
    builder.directory(Path.of("/").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("RKV_"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Ends only when nobody holds the script's output any more: so a replica must not hold it. */
  static Outcome await(Process process) throws Exception {
    CompletableFuture<String> err =
        CompletableFuture.supplyAsync(() -> readAll(process.errorReader(StandardCharsets.UTF_8)));
    CompletableFuture<String> out =
        CompletableFuture.supplyAsync(() -> readAll(process.inputReader(StandardCharsets.UTF_8)));
    try {
      assertTrue(process.waitFor(SCRIPT_TIMEOUT_SECONDS, TimeUnit.SECONDS), "it does not end");
      return new Outcome(
          process.exitValue(), out.get(5, TimeUnit.SECONDS), err.get(5, TimeUnit.SECONDS));
    } finally {
      process.destroyForcibly();
    }
  }

  private static String readAll(BufferedReader reader) {
    StringBuilder text = new StringBuilder();
    reader.lines().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  /** Reads the output of a process up to a line that contains a text. */
  static void awaitLine(Process process, String text) throws Exception {
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    CompletableFuture.runAsync(
            () -> assertTrue(reader.lines().anyMatch(line -> line.contains(text)), text))
        .get(SCRIPT_TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  long pid(String replica) throws IOException {
    return Long.parseLong(Files.readString(runFile(replica + ".pid")).strip());
  }

  List<Long> pids(List<String> replicas) throws IOException {
    List<Long> pids = new ArrayList<>();
    for (String replica : replicas) {
      pids.add(pid(replica));
    }
    return pids;
  }

  /** The session of a process (proc(5), stat): the fourth word after its name in brackets. */
  static long sessionOf(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3]);
  }

  /** All replicas that run in this directory, whoever started them. */
  List<Long> replicaProcesses() {
    return OtherProcess.replicasIn(directory);
  }

  void connect(String replica) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(replica, port()), CONNECT_TIMEOUT_MILLIS);
    }
  }

  /** Kills a replica, and returns when it is gone. */
  void kill(String replica) throws Exception {
    long pid = pid(replica);
    assertFalse(OtherProcess.hasEnded(pid), replica + " is not there to be killed");
    OtherProcess.kill(List.of(pid));
  }

  /** Kills what is left. */
  void killAll() throws Exception {
    OtherProcess.kill(replicaProcesses());
  }
}
