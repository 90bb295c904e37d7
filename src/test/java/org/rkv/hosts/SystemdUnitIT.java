package org.rkv.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;
import org.rkv.testing.LongAgo;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Requirements;

/** What can be told of {@code src/main/dist/rkv.service} where systemd does not run. */
final class SystemdUnitIT {
  private static final Path UNIT = Path.of("src/main/dist/rkv.service").toAbsolutePath();
  private static final Path SCRIPT = Path.of("src/main/dist/rkv-replica");
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @TempDir private Path scratch;

  @Test
  void shouldBeAcceptedBySystemd() throws Exception {
    Files.copy(SCRIPT, scratch.resolve("rkv-replica"));
    Path unit = scratch.resolve("rkv.service");
    Files.writeString(unit, Files.readString(UNIT).replace("/usr/share/rkv", scratch.toString()));
    String said = run(0, "systemd-analyze", "verify", "--man=no", unit.toString());
    assertFalse(said.contains("rkv"), said);
  }

  /** 0 is no exposure and 10 all; an ordinary unit has 9.6. */
  @Test
  void shouldLeaveTheReplicaLittleToDoHarmWith() throws Exception {
    run(
        0,
        "systemd-analyze",
        "security",
        "--offline=yes",
        "--no-pager",
        "--threshold=20",
        UNIT.toString());
  }

  /** The same command line, user and capabilities as the unit gives, by setpriv instead. */
  @Test
  void shouldBindThePortmappersPortWithNoOtherPrivilege() throws Exception {
    Requirements.commands("setpriv", "rpcinfo");
    Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.copy(Path.of("target/rkv.jar"), scratch.resolve("rkv.jar"));
    Files.copy(SCRIPT, scratch.resolve("rkv-replica"));
    LongAgo.modified(Files.writeString(scratch.resolve("replica"), "127.0.0.7\n"));
    Files.writeString(
        scratch.resolve("rkv.env"),
        "JAVA_HOME=" + System.getProperty("java.home") + "\nRKV_OPTS=\"--portmapper embedded\"\n");
    try (NetworkNamespace namespace = NetworkNamespace.open(scratch)) {
      Path log = scratch.resolve("log");
      Process replica = namespace.start(scratch, log, privileged(commandOfUnit()));
      Eventually.until(
          DEADLINE,
          () -> Files.readString(log).contains("serving as one at port 111"),
          () -> Files.readString(log));
      assertTrue(namespace.run("rpcinfo", "-t", "127.0.0.7", "123456").stdout().contains("ready"));
      assertEquals(
          Set.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"),
          capabilitiesThatAre("0000000000000400", replica.pid()),
          "CAP_NET_BIND_SERVICE is bit 10");
      replica.destroy();
      assertEquals(0, replica.waitFor(), () -> "exit status after SIGTERM");
    }
  }

  private List<String> commandOfUnit() throws IOException {
    String line =
        Files.readAllLines(UNIT).stream()
            .filter(each -> each.startsWith("ExecStart="))
            .findFirst()
            .orElseThrow()
            .substring("ExecStart=".length());
    String here = scratch.toString();
    return List.of(line.replace("/usr/share/rkv", here).replace("/etc/rkv", here).split(" "));
  }

  private static List<String> privileged(List<String> command) {
    String capability = "-all,+net_bind_service";
    List<String> all =
        new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
    all.add("--inh-caps=" + capability);
    all.add("--ambient-caps=" + capability);
    all.add("--bounding-set=" + capability);
    all.add("--no-new-privs");
    all.addAll(command);
    return all;
  }

  private static Set<String> capabilitiesThatAre(String mask, long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("Cap") && line.endsWith(mask))
        .map(line -> line.substring(0, line.indexOf(':')))
        .collect(Collectors.toSet());
  }

  private static String run(int status, String... command) throws Exception {
    Requirements.commands(command[0]);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertEquals(status, process.waitFor(), said);
    return said;
  }
}
