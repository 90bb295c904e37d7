package org.rkv.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.rkv.interop.ClientCase.del;
import static org.rkv.interop.ClientCase.get;
import static org.rkv.interop.ClientCase.put;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;
import org.rkv.testing.ReplicaProcess;
import org.rkv.testing.Requirements;

/** A C client that calls over UDP gets the same answers, also when the network loses them. */
final class UdpIT {
  private static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2", "127.0.0.3");
  private static final String FIRST = HOSTS.get(0);
  private static final int CAPACITY = 256;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private NetworkNamespace namespace;
  private Client client;
  private List<ReplicaProcess> replicas;

  @BeforeEach
  void startReplicas() throws Exception {
    client = Client.udp();
    namespace = NetworkNamespace.open(directory);
    replicas = ReplicaProcess.startAll(namespace, directory.resolve("three"), HOSTS);
  }

  @AfterEach
  void stopReplicas() throws IOException, InterruptedException {
    if (namespace != null) {
      namespace.close();
    }
  }

  @Test
  void shouldGiveEveryAnswerThatTcpGives() throws Exception {
    client.expect(namespace, FIRST, ClientTable.usageErrors());
    client.expect(namespace, FIRST, ClientTable.session());
    client.expect(namespace, FIRST, ClientTable.sizes());
    client.expect(namespace, FIRST, ClientTable.anyBytes());

    fill();
    client.expect(namespace, FIRST, put("fresh", "v", 8));
    client.expect(namespace, HOSTS.get(1), get("key1", "v"));

    replicas.get(2).kill();
    client.expect(namespace, FIRST, List.of(put("key1", "w", 1), del("key2", 1), get("key1", 1)));
  }

  private void fill() throws IOException, InterruptedException {
    String loop = "for i in $(seq %d); do \"$0\" %s PUT key$i v; done".formatted(CAPACITY, FIRST);
    List<String> words = List.of("sh", "-c", loop, client.executable().toString());
    assertEquals(
        "PUT: server response: succeeded (0)\n".repeat(CAPACITY),
        namespace.run(Duration.ofSeconds(60), Map.of(), words).stdout());
  }

  /** The client calls a second time then; that must not be a second operation. */
  @Test
  void shouldRunACallOnceWhoseFirstReplyIsLost() throws Exception {
    Requirements.commands("iptables");
    loseEveryOtherReply();
    List<ClientCase> cases =
        List.of(
            put("k", "one", 0),
            get("k", "one"),
            put("k", "two", 7),
            del("k", 0),
            get("k", 5),
            put("k", "three", 0),
            del("k", 0),
            del("k", 5));
    for (String host : HOSTS) {
      client.expect(namespace, host, cases);
    }
    long lost = lostReplies();
    assertTrue(lost >= (long) cases.size() * HOSTS.size(), () -> "only " + lost + " were lost");
  }

  private void loseEveryOtherReply() throws IOException, InterruptedException {
    for (String host : HOSTS) {
      Outcome outcome =
          namespace.run(
              ("iptables -A INPUT -p udp -s " + host + " --sport " + ReplicaProcess.PORT)
                  .concat(" -m statistic --mode nth --every 2 --packet 0 -j DROP")
                  .split(" "));
      assertEquals(0, outcome.status(), outcome::toString);
    }
  }

  private long lostReplies() throws IOException, InterruptedException {
    return namespace
        .run("iptables", "-L", "INPUT", "-vxn")
        .stdout()
        .lines()
        .filter(line -> line.contains("DROP"))
        .mapToLong(line -> Long.parseLong(line.trim().split("\\s+")[0]))
        .sum();
  }
}
