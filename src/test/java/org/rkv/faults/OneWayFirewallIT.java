package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;
import org.rkv.testing.Requirements;
import org.rkv.testing.ShellCluster;

/**
 * A rule that lets one host reach another and not the reverse. All replicas serve then, and are
 * reached by whoever asks for their state; only writes at one of them fail.
 */
class OneWayFirewallIT {
  private static final List<String> HOSTS = List.of("127.0.1.1", "127.0.1.2", "127.0.1.3");
  private static final int PORT = 20456;
  private static final Duration SEEN = Duration.ofSeconds(30);

  @TempDir Path scratch;

  private NetworkNamespace namespace;
  private ShellCluster cluster;

  @BeforeEach
  void start() throws Exception {
    Requirements.commands("iptables", "flock", "setsid");
    namespace = NetworkNamespace.open(scratch);
    cluster =
        ShellCluster.install(
            namespace,
            Files.createDirectories(scratch.resolve("replicas")),
            HOSTS,
            PORT,
            "--peer-timeout 500");
    cluster.start();
  }

  @AfterEach
  void leaveNothing() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
    if (namespace != null) {
      namespace.close();
    }
  }

  @Test
  void shouldShowWhereWritesFailThoughAllServeAndNotCallThatWell() throws Exception {
    awaitStatus(0, "ok");
    firewall("-A");

    awaitStatus(1, HOSTS.get(1));
    RemoteClient client = new RemoteClient(namespace);
    assertEquals(
        "PUT: server response: failed (1)\n", client.call(HOSTS.get(0), "PUT", "key", "1"));

    firewall("-D");
    awaitStatus(0, "ok");
  }

  /** Until the table has ended so, all serve, and the first one's writes are so. */
  private void awaitStatus(int exitStatus, String writes) {
    Eventually.until(
        SEEN,
        () -> {
          Outcome table = cluster.statusOutcome();
          return table.status() == exitStatus
              && HOSTS.stream().allMatch(host -> cells(table, host).get(3).equals("serving"))
              && cells(table, HOSTS.get(0)).get(7).equals(writes);
        },
        () -> cluster.statusOutcome().toString());
  }

  private static List<String> cells(Outcome table, String host) {
    return table
        .stdout()
        .lines()
        .filter(line -> line.startsWith(host + " "))
        .map(line -> List.of(line.split(" +")))
        .findFirst()
        .orElseThrow();
  }

  /** What the first one says on its own links to the second does not come there. */
  private void firewall(String change) throws Exception {
    Outcome outcome =
        namespace.run(
            "iptables",
            change,
            "INPUT",
            "-p",
            "tcp",
            "-s",
            HOSTS.get(0),
            "-d",
            HOSTS.get(1),
            "--dport",
            Integer.toString(PORT),
            "-j",
            "DROP");
    assertEquals(0, outcome.status(), outcome::toString);
  }
}
