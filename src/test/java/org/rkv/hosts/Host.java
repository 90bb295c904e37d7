package org.rkv.hosts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rkv.testing.Eventually;
import org.rkv.testing.Outcome;

/**
 * A host on the {@link Lan}: it has its own name, address, processes, {@code /run}, rpcbind and
 * sshd, and its own directory where all hosts have theirs. For the rest it shares this machine's
 * files. It ends with all its processes when its first one does, and that when the test's JVM does.
 */
final class Host implements AutoCloseable {
  private static final Duration BOOT = Duration.ofSeconds(20);
  private static final Duration COMMAND = Duration.ofSeconds(90);

  /**
   * Each JVM has a file in /tmp/hsperfdata_root that is named by its pid, which others have too.
   */
  private static final String BOOT_SCRIPT =
      """
      set -e
      hostname "$1"
      mount -t tmpfs tmpfs /run
      mkdir /run/rpcbind /run/sshd
      mkdir -p /tmp/hsperfdata_root
      mount -t tmpfs -o mode=0755 tmpfs /tmp/hsperfdata_root
      mount --bind "$2" "$3"
      mount --bind "$4" /etc/hosts
      mount --bind "$5" /etc/shadow
      ip link set lo up
      echo ready
      read -r plugged
      ip addr add "$6/24" dev eth0
      ip link set eth0 up
      rpcbind -f &
      /usr/sbin/sshd -D -e -f "$7" &
      cat
      """;

  private final HostNetwork network;
  private final String name;
  private final Path log;
  private final Process holder;
  private final long init;

  private Host(HostNetwork network, String name, Path log, Process holder, long init) {
    this.network = network;
    this.name = name;
    this.log = log;
    this.holder = holder;
    this.init = init;
  }

  /** Boots a host with this directory, and waits until it can be logged in to. */
  static Host boot(HostNetwork network, String name, Path directory) throws Exception {
    Path log = Files.createTempFile(network.scratch(), name, ".log");
    List<String> command =
        new ArrayList<>(List.of("unshare", "-m", "-u", "-n", "-p", "--fork", "--kill-child"));
    command.addAll(List.of("--mount-proc", "sh", "-c", BOOT_SCRIPT, "boot", name));
    command.addAll(List.of(directory.toString(), network.commonDirectory().toString()));
    command.addAll(List.of(network.hostsFile().toString(), network.shadowFile().toString()));
    command.add(network.address(name));
    command.add(network.keys().serverConfiguration(name).toString());
    Process holder = network.lan().enter(command).redirectError(log.toFile()).start();
    assertEquals(
        "ready",
        holder.inputReader(ISO_8859_1).readLine(),
        () -> name + " does not boot: " + read(log));
    long init = holder.children().findFirst().orElseThrow().pid();
    Host host = new Host(network, name, log, holder, init);
    network.lan().plug(init, network.hardwareAddress(name));
    holder.getOutputStream().write("plugged\n".getBytes(ISO_8859_1));
    holder.getOutputStream().flush();
    return host;
  }

  /** Waits until it can be logged in to and its rpcbind answers. */
  void awaitUp() throws Exception {
    String both =
        network.keys().sshCommand() + " " + name + " true && rpcinfo -p " + name + " >/dev/null";
    Eventually.until(BOOT, () -> run(both).status() == 0, () -> run(both) + read(log));
  }

  String name() {
    return name;
  }

  /** Runs a line of shell in the host's directory, to its end. */
  Outcome run(String line) throws IOException, InterruptedException {
    Path stdout = Files.createTempFile(network.scratch(), "run", ".out");
    Path stderr = Files.createTempFile(network.scratch(), "run", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(
            "nsenter",
            "-t",
            Long.toString(init),
            "-m",
            "-u",
            "-n",
            "-p",
            "sh",
            "-c",
            "cd " + network.commonDirectory() + " && " + line);
    builder.environment().keySet().removeIf(variable -> variable.startsWith("RKV_"));
    builder.environment().put("RKV_SSH", network.keys().sshCommand());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("RKV_JAVA_OPTS", "-XX:+UseSerialGC -Xmx128m -XX:TieredStopAtLevel=1");
    builder.environment().put("LC_ALL", "C");
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(stdout.toFile()).redirectError(stderr.toFile());
    Process process = builder.start();
    if (!process.waitFor(COMMAND.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(name + ": still running: " + line + read(stdout) + read(stderr));
    }
    Outcome outcome = new Outcome(process.exitValue(), read(stdout), read(stderr));
    Files.delete(stdout);
    Files.delete(stderr);
    return outcome;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The command lines of all its processes, but for those that it was booted with. */
  List<String> processes() throws IOException {
    Path own = Path.of("/proc/" + init + "/ns/pid");
    List<String> lines = new ArrayList<>();
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      Path proc = Path.of("/proc/" + process.pid());
      try {
        if (Files.readSymbolicLink(proc.resolve("ns/pid")).equals(Files.readSymbolicLink(own))) {
          lines.add(Files.readString(proc.resolve("cmdline"), ISO_8859_1).replace('\0', ' '));
        }
      } catch (IOException e) {
        continue; // it has ended meanwhile
      }
    }
    lines.removeIf(
        line -> line.matches("|sh -c set -e(?s:.*)|cat |rpcbind -f |sshd: .*listener.*"));
    return lines;
  }

  /** As when its power fails: nobody is told. */
  void cutPower() throws InterruptedException {
    holder.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    cutPower();
  }
}
