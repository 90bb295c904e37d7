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
import org.rkv.testing.Digests;
import org.rkv.testing.Eventually;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;
import org.rkv.testing.Requirements;
import org.rkv.testing.ShellCluster;

/**
 * A write that the operating system still holds when its replica has given it up. TCP sends it
 * again and again, ever more seldom; a cut that ends in between lets it arrive long after.
 */
class LateWriteIT {
  private static final List<String> HOSTS = List.of("127.0.1.1", "127.0.1.2", "127.0.1.3");
  private static final int PORT = 20456;
  private static final int GRACE_MILLIS = 1500;
  private static final Duration FORGOTTEN = Duration.ofSeconds(10);

  @TempDir Path scratch;

  private NetworkNamespace namespace;
  private ShellCluster cluster;
  private RemoteClient client;

  @BeforeEach
  void start() throws Exception {
    Requirements.commands("iptables", "ss", "flock", "setsid");
    namespace = NetworkNamespace.open(scratch);
    cluster =
        ShellCluster.install(
            namespace,
            Files.createDirectories(scratch.resolve("replicas")),
            HOSTS,
            PORT,
            "--peer-timeout 500 --tombstone-grace " + GRACE_MILLIS);
    cluster.start();
    client = new RemoteClient(namespace);
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
  void shouldNotBringBackWhatWasDeleted() throws Exception {
    assertEquals(
        "PUT: server response: succeeded (0)\n", client.call(HOSTS.get(2), "PUT", "a", "1"));
    iptables("-A");
    assertEquals("PUT: server response: failed (1)\n", client.call(HOSTS.get(0), "PUT", "k", "v"));
    awaitAnswer(HOSTS.get(2), "GET: server response: succeeded (0); value=\"v\"\n");
    assertEquals("DEL: server response: succeeded (0)\n", client.call(HOSTS.get(2), "DEL", "k"));
    // All forget the tombstone, and then the link is whole again.
    Eventually.until(
        FORGOTTEN,
        () -> areForgotten(client.digests(PORT, HOSTS)),
        () -> "there are still tombstones");
    iptables("-D");

    // Whatever the first replica's system had to say to the second has been said, or dropped.
    Eventually.until(
        Duration.ofSeconds(60),
        () -> namespace.run("ss", "-Htn", "state", "fin-wait-1").stdout().isEmpty(),
        () -> namespace.run("ss", "-tn").stdout());
    for (String host : HOSTS) {
      awaitAnswer(host, "GET: server response: key is not found (4)\n");
    }
  }

  private static boolean areForgotten(Digests digests) {
    return digests.lines().stream().allMatch(line -> line.contains(" 0 tombstones"));
  }

  private void awaitAnswer(String host, String line) throws Exception {
    Eventually.until(
        Duration.ofSeconds(5),
        () -> client.call(host, "GET", "k").equals(line),
        () -> client.call(host, "GET", "k"));
  }

  /** Begins or ends the cut between the first and the second. */
  private void iptables(String change) throws Exception {
    for (int from = 0; from < 2; from++) {
      Outcome outcome =
          namespace.run(
              "iptables",
              change,
              "INPUT",
              "-s",
              HOSTS.get(from),
              "-d",
              HOSTS.get(1 - from),
              "-j",
              "DROP");
      assertEquals(0, outcome.status(), outcome::toString);
    }
  }
}
