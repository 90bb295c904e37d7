package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.protocol.ResponseText;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.kv;
import org.rkv.testing.TestClient;

/** One replica without peers. */
class SingleReplicaTest {
  @TempDir Path directory;
  private Cluster cluster;
  private TestReplica replica;

  @BeforeEach
  void start() throws Exception {
    cluster = Cluster.serving(directory, 1);
    replica = cluster.replica(0);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void shouldAnswerTheSessionOfTheCSystemLineForLine() throws Exception {
    String longKey = "a".repeat(53);
    String longValue = "b".repeat(49);
    assertSession(
        "GET 10",
        "GET: server response: key value store is empty (5)",
        "PUT 10 100",
        "PUT: server response: succeeded (0)",
        "DEL 100",
        "DEL: server response: key is not found (4)",
        "DEL 10",
        "DEL: server response: succeeded (0)",
        "DEL 10",
        "DEL: server response: key value store is empty (5)",
        "PUT abc ABC",
        "PUT: server response: succeeded (0)",
        "PUT " + longKey + " b",
        "PUT: server response: key is too large (3)",
        "PUT a " + longValue,
        "PUT: server response: value is too large (5)",
        "PUT abc XYZ",
        "PUT: server response: key is not unique; value is reset (7)",
        "GET what",
        "GET: server response: key is not found (4)",
        "GET abc",
        "GET: server response: succeeded (0); value=\"XYZ\"",
        "DEL what",
        "DEL: server response: key is not found (4)",
        "DEL abc",
        "DEL: server response: succeeded (0)",
        "DEL abc",
        "DEL: server response: key value store is empty (5)");
  }

  @Test
  void shouldServeAtOnceSinceThereIsNobodyToAsk() {
    assertTrue(replica.log().contain("INFO: serving at " + at() + " (there are no peers)"));
    assertTrue(replica.log().contain("listening at " + at() + ", peers: none"));
  }

  @Test
  void shouldTakeEverythingForSettled() throws Exception {
    try (TestClient client = replica.client()) {
      client.put("a", "1");
      client.put("b", "1");
      client.del("b");
    }
    cluster.awaitEqual();
  }

  @Test
  void shouldListItselfAlone() throws Exception {
    try (TestClient client = replica.client()) {
      var list = client.stub().REPLICAS_1().value;
      assertEquals(1, list.length);
      assertEquals(replica.shown(), list[0].name);
      assertTrue(list[0].reachable);
    }
  }

  @Test
  void shouldBeEmptyAfterARestart() throws Exception {
    try (TestClient client = replica.client()) {
      assertEquals(kv.PUT_OK, client.put("a", "1"));
    }
    long origin = replica.origin();
    replica.stop();
    replica.start();
    cluster.awaitLinked();

    try (TestClient client = replica.client()) {
      assertEquals("5", client.get("a"));
    }
    assertTrue(origin != replica.origin(), "a life has an origin of its own");
  }

  @Test
  void shouldServeTheProceduresOfClientsOverUdpToo() throws Exception {
    try (TestClient client = TestClient.overUdpFrom(null, replica.address())) {
      assertEquals(kv.PUT_OK, client.put("a", "1"));
      assertEquals("=1", client.get("a"));
      assertEquals(kv.DEL_OK, client.del("a"));
    }
  }

  private String at() {
    return replica.host() + ":" + replica.address().getPort();
  }

  private void assertSession(String... commandsAndAnswers) throws Exception {
    try (TestClient client = replica.client()) {
      for (int i = 0; i < commandsAndAnswers.length; i += 2) {
        String command = commandsAndAnswers[i];
        assertEquals(commandsAndAnswers[i + 1], answer(client, command), command);
      }
    }
  }

  private static String answer(TestClient client, String command) throws Exception {
    String[] words = command.split(" ", -1);
    String start = words[0].toUpperCase(Locale.ROOT) + ": server response: ";
    switch (words[0]) {
      case "PUT":
        return start + ResponseText.ofPut(client.put(words[1], words[2]));
      case "DEL":
        return start + ResponseText.ofGetOrDel(client.del(words[1]));
      default:
        GetReply reply = client.stub().GET_1(words[1]);
        String text = start + ResponseText.ofGetOrDel(reply.code);
        return reply.code == kv.GET_OK ? text + "; value=\"" + reply.value.value + "\"" : text;
    }
  }
}
