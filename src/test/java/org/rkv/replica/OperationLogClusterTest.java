package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.TestClient;

/** The operation logs of three replicas, while clients use them. */
class OperationLogClusterTest {
  @TempDir Path directory;
  private Cluster cluster;

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void shouldShowEveryOperationAtEveryReplica() throws Exception {
    cluster = Cluster.serving(directory, 3);
    try (TestClient client = cluster.replica(0).client()) {
      client.put("10", "100");
      client.put("10", "200");
      cluster.awaitEqual();
      client.get("10");
      client.del("10");
      cluster.awaitEqual();
      client.get("10");
      client.put("x".repeat(31), "v");
    }

    assertEquals(
        List.of(
            "PUT: key=\"10\", value=\"100\"",
            "PUT: replication response: succeeded (0)",
            "PUT: replication response: succeeded (0)",
            "PUT: key=\"10\", value=\"200\", old_value=\"100\"",
            "PUT: replication response: succeeded (0)",
            "PUT: replication response: succeeded (0)",
            "GET: key=\"10\", value=\"200\"",
            "DEL: key=\"10\", value=\"200\"",
            "DEL: replication response: succeeded (0)",
            "DEL: replication response: succeeded (0)",
            "GET: key value store is empty",
            "PUT: key is too large"),
        cluster.replica(0).operations());
    for (int i = 1; i < 3; i++) {
      assertEquals(
          List.of(
              "PUT: key=\"10\", value=\"100\"",
              "PUT: key=\"10\", value=\"200\", old_value=\"100\"",
              "DEL: key=\"10\", value=\"200\""),
          cluster.replica(i).operations());
    }
  }

  @Test
  void shouldNameThePeerOnWhoseAccountAnOperationFails() throws Exception {
    cluster = Cluster.serving(directory, 2);
    cluster.replica(1).stop();
    cluster.awaitUnreachable(1);
    try (TestClient client = cluster.replica(0).client()) {
      client.put("10", "100");
      client.get("10");
      client.del("10");
    }
    String failed = "Connection to replica: \"" + cluster.replica(1).host() + "\" failed.";
    assertEquals(
        List.of(
            "PUT: key=\"10\", value=\"100\"",
            failed,
            "GET: key=\"10\", value=\"100\"",
            failed,
            "DEL: key=\"10\", value=\"100\"",
            failed),
        cluster.replica(0).operations());
  }
}
