package org.rkv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.client.Connector;
import org.rkv.client.RkvClient;
import org.rkv.portmap.Portmap;
import org.rkv.replica.Cluster;
import org.rkv.store.Limits;

/** STATUS and DIGEST of replicas in this JVM. */
class HostCommandTest {
  @TempDir private Path directory;
  private Cluster replicas;
  private Printed printed;

  @BeforeEach
  void startReplicas() throws Exception {
    replicas = Cluster.serving(directory, 3, Limits.ofTheCSystem());
    try (RkvClient client = RkvClient.connect(replicas.name(0))) {
      client.put("a", "1");
      client.put("b", "2");
      client.del("b");
    }
  }

  @AfterEach
  void stopReplicas() throws InterruptedException {
    replicas.close();
  }

  private int run(boolean json, HostCommand command, int index) throws Exception {
    Options options = new Options(replicas.port(), 5000, json, false, false, true);
    printed = new Printed(options);
    return command.run(session(options), replicas.host(index));
  }

  private Session session(Options options) {
    return new Session(
        "rkv",
        replicas.port(),
        options,
        new Connector(replicas.port(), Portmap.PORT, 1000),
        new ReplicaCache(directory.resolve("known")),
        printed.console());
  }

  @Test
  void shouldShowHowAReplicaIs() throws Exception {
    assertEquals(0, run(false, HostCommand.STATUS, 0));

    List<String> lines = printed.out().lines().toList();
    assertEquals("name: " + replicas.host(0), lines.get(0));
    assertEquals("state: serving", lines.get(1));
    assertTrue(lines.contains("entries: 1 of 256"), printed.out());
    assertTrue(lines.contains("tombstones: 1"), printed.out());
    assertTrue(
        lines.stream().anyMatch(line -> line.matches("calls: .*PUT 2, .*DEL 1, .*STATUS 1")),
        printed.out());
    String peer = "peer " + replicas.host(2) + ": reachable, serving, round trip ";
    assertTrue(lines.stream().anyMatch(line -> line.startsWith(peer)), printed.out());
  }

  @Test
  void shouldShowItAsJson() throws Exception {
    replicas.stop(1);
    assertEquals(0, run(true, HostCommand.STATUS, 0));

    JsonObject status = JsonParser.parseString(printed.out()).getAsJsonObject();
    assertEquals("STATUS", status.get("command").getAsString());
    assertEquals("serving", status.get("state").getAsString());
    assertEquals(2, status.getAsJsonObject("calls").get("PUT").getAsInt());
    assertEquals(2, status.getAsJsonArray("peers").size());
  }

  @Test
  void shouldKnowThemInABatchWhenTheirTurnHasCome() throws Exception {
    assertEquals(0, run(false, HostCommand.STATUS, 0));
    try (ReplicaInUse replica =
        new ReplicaInUse(
            RkvClient.connect(replicas.name(1)), givenUp -> null, printed.console(), 5000)) {
      String input = "PUT c 3\nDIGEST\nstatus\nreplicas\n";
      ByteArrayInputStream in = new ByteArrayInputStream(input.getBytes());
      printed = new Printed(Options.NONE);
      Session session = session(Options.NONE);
      Progress progress = new Progress(printed.console(), false);
      assertEquals(0, new Batch(replica, in, session, progress).run());
    }
    List<String> lines = printed.out().lines().toList();
    assertEquals("PUT: server response: succeeded (0)", lines.get(0));
    assertTrue(lines.get(1).contains(": 2 entries "), printed.out());
    assertEquals("all replicas hold the same", lines.get(4));
    assertEquals("name: " + replicas.host(1), lines.get(5));
    assertEquals(replicas.name(2) + " reachable", lines.get(lines.size() - 1));
  }

  @Test
  void shouldNotShowHowAnotherReplicaIs() throws Exception {
    assertEquals(0, run(false, HostCommand.REPLICAS, 0));
    replicas.stop(0);

    assertEquals(1, run(false, HostCommand.STATUS, 0));
    assertEquals("client create failed\n", printed.out());
  }

  @Test
  void shouldSayThatAllHoldTheSame() throws Exception {
    assertEquals(0, run(false, HostCommand.DIGEST, 1));

    List<String> lines = printed.out().lines().toList();
    assertEquals(4, lines.size(), printed.out());
    assertTrue(lines.get(0).startsWith(replicas.host(1)), lines.get(0));
    assertEquals("all replicas hold the same", lines.get(3));
    String digest = lines.get(0).replaceAll(".*: 1 entries ([0-9a-f]{32}), .*", "$1");
    assertEquals(3, lines.stream().filter(line -> line.contains(digest)).count(), printed.out());
  }

  @Test
  void shouldNotTakeForTheSameWhatTheyHoldBeforeTheyServe() throws Exception {
    for (int each = 0; each < 3; each++) {
      replicas.stop(each);
    }
    replicas.start(0);
    replicas.start(1);

    assertEquals(1, run(false, HostCommand.DIGEST, 0));

    assertEquals(
        List.of(
            "%s does not answer; %s, %s do not serve yet"
                .formatted(replicas.name(2), replicas.name(0), replicas.name(1))),
        printed.out().lines().skip(3).toList());
    assertTrue(printed.out().contains(" unsettled, not serving\n"), printed.out());
    assertEquals(1, run(true, HostCommand.DIGEST, 0));
    assertTrue(printed.out().contains("\"equal\":false,\"differ\":false"), printed.out());
    assertTrue(printed.out().contains("\"serving\":false"), printed.out());
  }

  @Test
  void shouldSayWhoDoesNotAnswer() throws Exception {
    replicas.stop(2);

    assertEquals(1, run(false, HostCommand.DIGEST, 0));
    String silent = replicas.host(2) + ":" + replicas.port();
    assertTrue(
        printed.out().endsWith(silent + " does not answer; the others hold the same\n"),
        printed.out());
    assertTrue(printed.out().contains(silent + ": Remote system"), printed.out());
    assertEquals(1, run(true, HostCommand.DIGEST, 0));
    assertTrue(printed.out().startsWith("{\"command\":\"DIGEST\",\"equal\":false,"), printed.out());
  }
}
