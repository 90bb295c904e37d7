package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.net.Calls;
import org.rkv.net.ConnectionLimits;
import org.rkv.net.RawClient;
import org.rkv.testing.Eventually;

/** A server that has more calls under way than it takes. */
@Timeout(60)
class RpcServerTest {
  private static final int CALLS_A_CLIENT = 1024;

  private WireServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = new WireServer(ConnectionLimits.forRecords(1024));
  }

  @AfterEach
  void closeServer() throws InterruptedException {
    server.close();
  }

  @Test
  void shouldRefuseCallsWhenTooManyAreDeferredInAll() throws Exception {
    int floods = RpcServer.MAX_CALLS_UNDER_WAY / CALLS_A_CLIENT;
    List<RawClient> clients = new ArrayList<>();
    try (RawClient other = server.connect()) {
      for (int i = 0; i < floods; i++) {
        RawClient flood = server.connect();
        clients.add(flood);
        flood.send(later());
      }
      Eventually.holds(
          "all are under way", () -> server.callsUnderWay() == RpcServer.MAX_CALLS_UNDER_WAY);
      other.sendRecord(Calls.get(7, "k"));
      assertEquals("00000007 00000001 00000000 00000000 00000000 00000005", other.receive());
      server.answerDeferred("");
      other.sendRecord(Calls.nothing(99));
      assertEquals("00000063 00000001 00000000 00000000 00000000 00000000", other.receive());
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  /** What others are to be told by, and replicas find each other with, has room of its own. */
  @Test
  void shouldAnswerWhatIsAnsweredAtOnceHoweverManyCallsWaitForTheirAnswers() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        RawClient flood = server.connect();
        clients.add(flood);
        flood.send(later());
      }
      Eventually.holds(
          "no more are taken", () -> server.callsUnderWay() >= RpcServer.MAX_CALLS_UNDER_WAY);
      try (RawClient other = server.connect()) {
        other.sendRecord(Calls.nothing(7));
        assertEquals("00000007 00000001 00000000 00000000 00000000 00000000", other.receive());
        other.sendRecord(Calls.get(8, "k"));
        assertEquals("00000008 00000001 00000000 00000000 00000000 00000005", other.receive());
        other.sendRecord(Calls.put(9, "k", "v"));
        assertEquals(
            "00000009 00000001 00000000 00000000 00000000 00000000 00000000",
            other.receive(),
            "reads are refused first");
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  /** Nobody is told to fail who only has to wait for a moment. */
  @Test
  void shouldLetCallsWaitBeforeItRefusesThem() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try (RawClient other = server.connect()) {
      for (int i = 0; i < 40; i++) {
        RawClient flood = server.connect();
        clients.add(flood);
        flood.send(later());
      }
      Eventually.holds("many are under way", () -> server.callsUnderWay() >= CALLS_A_CLIENT);
      other.sendRecord(Calls.get(7, "k"));
      CompletableFuture<String> reply = CompletableFuture.supplyAsync(() -> receive(other));
      while (!reply.isDone()) {
        server.answerAllDeferred("");
      }
      assertEquals(
          "00000007 00000001 00000000 00000000 00000000 00000000 00000004 00000000", reply.join());
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  private static String receive(RawClient client) {
    try {
      return client.receive();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] later() {
    byte[][] records = new byte[CALLS_A_CLIENT][];
    for (int i = 0; i < CALLS_A_CLIENT; i++) {
      records[i] = Calls.record(Calls.get(i, KvDispatcher.LATER));
    }
    return Calls.join(records);
  }
}
