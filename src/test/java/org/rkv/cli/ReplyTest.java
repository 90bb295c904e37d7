package org.rkv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rkv.client.KnownReplica;

final class ReplyTest {
  @ParameterizedTest
  @CsvSource({
    "PUT, 0, 0",
    "PUT, 7, 0",
    "PUT, 1, 5",
    "PUT, 3, 4",
    "PUT, 5, 4",
    "PUT, 8, 4",
    "PUT, 4, 4",
    "GET, 0, 0",
    "GET, 1, 5",
    "GET, 4, 2",
    "GET, 5, 2",
    "GET, 3, 4",
    "GET, 2, 4",
    "DEL, 0, 0",
    "DEL, 1, 5",
    "DEL, 4, 2",
    "DEL, 5, 2",
    "DEL, 3, 4"
  })
  void shouldTellByItsExitStatusWhatWasAnswered(String command, int code, int status) {
    assertEquals(status, new KeyReply(command, "k", code, null).exitStatus());
  }

  @Test
  void shouldBeShownAsJson() {
    assertEquals(
        "{\"command\":\"GET\",\"key\":\"k\u00c3\u00bc\",\"code\":0,\"text\":\"succeeded\","
            + "\"value\":\"a\\\"\\\\\\n\"}",
        new KeyReply("GET", "k\u00c3\u00bc", 0, "a\"\\\n").json());
    assertEquals(
        "{\"command\":\"GET\",\"keyBase64\":\"/w==\",\"code\":4,\"text\":\"key is not found\"}",
        new KeyReply("GET", "\u00ff", 4, null).json());
  }

  @Test
  void shouldListReplicasOneALine() {
    ReplicasReply reply =
        new ReplicasReply(List.of(new KnownReplica("db1", true), new KnownReplica("db2", false)));
    assertEquals("db1 reachable\ndb2 not reachable", reply.text());
    assertEquals("db1\ndb2\n", reply.value());
    assertEquals(
        "{\"command\":\"REPLICAS\",\"replicas\":[{\"name\":\"db1\",\"reachable\":true},"
            + "{\"name\":\"db2\",\"reachable\":false}]}",
        reply.json());
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "0, 2, 2", "2, 4, 4", "4, 5, 5", "5, 1, 1", "1, 3, 3"})
  void shouldKeepTheWorstStatusOfMany(int one, int other, int worse) {
    assertEquals(worse, ExitStatus.worse(one, other));
    assertEquals(worse, ExitStatus.worse(other, one));
  }
}
