package org.rkv.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.client.Connector;
import org.rkv.oncrpc.XdrOutput;
import org.rkv.oncrpc.blocking.ScriptedServer;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;
import org.rkv.testing.FreePort;

/** What DIGEST concludes from what replicas say. */
@Timeout(60)
final class DigestCommandTest {
  private static final String DIGEST_CALL = "0001e240000000010000000d";
  private static final String STATUS_CALL = "0001e240000000010000000c";
  private static final String NO_PROCEDURE = "XID 00000001 00000000 00000000 00000000 00000003";

  /** Of a release that said less. */
  private static final String OF_AN_OLD_RELEASE = ScriptedServer.OK + "00000000";

  private static final String SILENCE = "";

  private Options options = Options.NONE;
  private Printed printed;
  private String gone;

  @BeforeEach
  void findAPortWhereNobodyListens() throws IOException {
    gone = "127.0.0.1:" + FreePort.find();
  }

  private int run(ScriptedServer host) throws IOException {
    printed = new Printed(options);
    Connector connector = new Connector(1, 1, 5_000);
    ReplicaCache nothing = new ReplicaCache(null);
    return new DigestCommand(new Session("rkv", 1, options, connector, nothing, printed.console()))
        .run(nameOf(host));
  }

  private String lastLine() {
    return printed.out().lines().reduce((before, last) -> last).orElseThrow();
  }

  /** A replica that names these, itself first, serves, and holds what has this digest. */
  private static ScriptedServer replica(CompletableFuture<List<String>> names, String digest)
      throws IOException {
    String serves = status(kv.REPLICA_SERVING, 1);
    return replica(names, digest, serves, serves);
  }

  /** The same, which answers STATUS so before it has told its digest, and behind. */
  private static ScriptedServer replica(
      CompletableFuture<List<String>> names, String digest, String before, String behind)
      throws IOException {
    CompletableFuture<ScriptedServer> itself = new CompletableFuture<>();
    ScriptedServer server =
        ScriptedServer.start(
            connection -> {
              while (connection.readCall()) {
                List<String> calls = itself.join().calls();
                String call = calls.get(calls.size() - 1);
                String reply;
                if (call.contains(DIGEST_CALL)) {
                  reply =
                      ScriptedServer.OK
                          + ("00000001 00000000 00000000 00000004" + digest + "00000000");
                } else if (call.contains(STATUS_CALL)) {
                  boolean hasTold = calls.stream().anyMatch(each -> each.contains(DIGEST_CALL));
                  reply = hasTold ? behind : before;
                } else {
                  reply = ScriptedServer.OK + list(names.join());
                }
                if (!reply.equals(SILENCE)) {
                  connection.reply(reply);
                }
              }
            });
    itself.complete(server);
    return server;
  }

  private static String status(int state, long start) {
    Status status = StatusReplyTest.status();
    status.state = state;
    status.origin = start;
    XdrOutput out = new XdrOutput(1024);
    try {
      status.xdrEncode(out);
    } catch (OncRpcException | IOException e) {
      throw new AssertionError("cannot be encoded", e);
    }
    return ScriptedServer.OK + HexFormat.of().formatHex(Arrays.copyOf(out.buffer(), out.size()));
  }

  private static String list(List<String> names) {
    StringBuilder list = new StringBuilder(String.format("%08x", names.size()));
    for (String name : names) {
      String padded = name + "\0".repeat((4 - name.length() % 4) % 4);
      list.append(String.format("%08x", name.length()));
      list.append(HexFormat.of().formatHex(padded.getBytes())).append("00000001");
    }
    return list.toString();
  }

  private static String nameOf(ScriptedServer server) {
    return "127.0.0.1:" + server.port();
  }

  @Test
  void shouldTellOneThatDoesNotAnswerFromOneThatDiffers() throws IOException {
    CompletableFuture<List<String>> names = new CompletableFuture<>();
    try (ScriptedServer first = replica(names, "aaaaaaaa");
        ScriptedServer same = replica(names, "aaaaaaaa")) {
      names.complete(List.of(nameOf(first), nameOf(same), gone));
      assertEquals(1, run(first));
      assertEquals(gone + " does not answer; the others hold the same", lastLine());
      options = new Options(0, 5_000, true, false, true, true);
      assertEquals(1, run(first));
      assertTrue(
          printed.out().startsWith("{\"command\":\"DIGEST\",\"equal\":false,\"differ\":false,"),
          printed.out());
    }
  }

  @Test
  void shouldSayThatTwoDifferWhoeverElseIsSilent() throws IOException {
    CompletableFuture<List<String>> names = new CompletableFuture<>();
    try (ScriptedServer first = replica(names, "aaaaaaaa");
        ScriptedServer other = replica(names, "bbbbbbbb")) {
      names.complete(List.of(nameOf(first), nameOf(other), gone));
      assertEquals(1, run(first));
      assertEquals(gone + " does not answer; the others do not hold the same", lastLine());
      options = new Options(0, 5_000, true, false, true, true);
      assertEquals(6, run(first));
      assertTrue(
          printed.out().startsWith("{\"command\":\"DIGEST\",\"equal\":false,\"differ\":true,"),
          printed.out());
    }
  }

  private void assertNotCompared(String why, String before, String behind) throws IOException {
    CompletableFuture<List<String>> names = new CompletableFuture<>();
    try (ScriptedServer first = replica(names, "aaaaaaaa");
        ScriptedServer other = replica(names, "bbbbbbbb", before, behind)) {
      names.complete(List.of(nameOf(first), nameOf(other)));
      assertEquals(1, run(first));
      assertEquals(nameOf(other) + " " + why + "; the others hold the same", lastLine());
    }
  }

  @Test
  void shouldNotCompareWhatOneToldBeforeItWasDoneWithCatchingUp() throws IOException {
    assertNotCompared(
        "does not serve yet", status(kv.REPLICA_CATCHING_UP, 1), status(kv.REPLICA_SERVING, 1));
  }

  @Test
  void shouldNotCompareWhatOneToldThatHasBegunAnewMeanwhile() throws IOException {
    assertNotCompared(
        "does not serve yet", status(kv.REPLICA_SERVING, 1), status(kv.REPLICA_CATCHING_UP, 2));
    assertNotCompared(
        "does not serve yet", status(kv.REPLICA_SERVING, 1), status(kv.REPLICA_SERVING, 2));
  }

  @Test
  void shouldTakeOneThatDoesNotSayWhetherItServesForSilent() throws IOException {
    options = new Options(0, 500, false, false, false, true);
    assertNotCompared("does not answer", SILENCE, status(kv.REPLICA_SERVING, 1));
    assertNotCompared("does not answer", status(kv.REPLICA_SERVING, 1), SILENCE);
  }

  @Test
  void shouldCompareWithOneThatCannotSayWhetherItServes() throws IOException {
    for (String status : List.of(NO_PROCEDURE, OF_AN_OLD_RELEASE)) {
      CompletableFuture<List<String>> names = new CompletableFuture<>();
      try (ScriptedServer first = replica(names, "aaaaaaaa");
          ScriptedServer other = replica(names, "aaaaaaaa", status, status)) {
        names.complete(List.of(nameOf(first), nameOf(other)));
        assertEquals(0, run(first));
        assertEquals("all replicas hold the same", lastLine());
      }
    }
  }
}
