package org.rkv.oncrpc.blocking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rkv.oncrpc.blocking.ScriptedServer.Script;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.GetReply;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;
import org.rkv.rpc.Value;
import org.rkv.rpc.kvClient;

@Timeout(20)
class BlockingRpcClientTest {
  private static final String CALL_HEADER =
      "XID 00000000 00000002 0001e240 00000001 0000000P 00000000 00000000 00000000 00000000 ";
  private static final String XYZ = "00000000 00000003 78797a00";

  @Test
  void shouldSendAndReadTheBytesOfTheContract() throws Exception {
    try (ScriptedServer server =
        ScriptedServer.start(
            connection -> {
              connection.readCall();
              connection.send("8000001c XID 00000001 00000000 00000000 00000000 00000000 00000000");
              connection.readCall();
              connection.reply(ScriptedServer.OK + XYZ);
              connection.readCall();
              connection.reply(ScriptedServer.OK + "00000004");
              connection.awaitClose();
            })) {
      kvClient client = connect(server);
      assertEquals(0, client.PUT_1(pair("ab", "xyz")));
      GetReply reply = client.GET_1("ab");
      assertEquals(0, reply.code);
      assertEquals("xyz", reply.value.value);
      assertEquals(4, client.DEL_1("ab"));
      client.close();
      assertEquals(
          List.of(
              call(1, "00000002 61620000 00000003 78797a00"),
              call(2, "00000002 61620000"),
              call(3, "00000002 61620000")),
          server.calls());
    }
  }

  @Test
  void shouldCarryEveryByteUnchanged() throws Exception {
    try (ScriptedServer server =
        ScriptedServer.answering(ScriptedServer.OK + "00000000 00000004 00ff0a80")) {
      kvClient client = connect(server);
      assertEquals("\u0000\u00ff\n\u0080", client.GET_1("\u00e9\u0000\u0080").value.value);
      client.close();
      assertEquals(List.of(call(2, "00000003 e9008000")), server.calls());
    }
  }

  @Test
  void shouldJoinFragmentsAndSplitReads() throws Exception {
    try (ScriptedServer server =
        ScriptedServer.start(
            connection -> {
              connection.readCall();
              for (String word : "XID 00000001 00000000 00000000 00000000 00000000".split(" ")) {
                connection.send("00000004" + word);
              }
              connection.send("00000000 00");
              connection.send("000008 000000");
              connection.send("00 000000");
              connection.send("03 80000004 7879");
              connection.send("7a00");
              connection.awaitClose();
            })) {
      kvClient client = connect(server);
      assertEquals("xyz", client.GET_1("ab").value.value);
      client.close();
    }
  }

  @Test
  void shouldPassOverWhatIsNotTheAnswer() throws Exception {
    try (ScriptedServer server =
        ScriptedServer.start(
            connection -> {
              connection.readCall();
              connection.send("80000000");
              connection.reply("61626364");
              connection.reply("XID 00000000 00000000");
              connection.reply(
                  "00000007 00000001 00000000 00000000 00000000 00000000"
                      + "00000000 00000003 61626300");
              connection.reply(ScriptedServer.OK + XYZ + "aaaaaaaa");
              connection.readCall();
              connection.reply(ScriptedServer.OK + "00000004 00000000");
              connection.awaitClose();
            })) {
      kvClient client = connect(server);
      assertEquals("xyz", client.GET_1("ab").value.value);
      assertEquals(4, client.GET_1("ab").code);
      client.close();
    }
  }

  @Test
  void shouldNotTakeALateAnswerForTheNext() throws Exception {
    try (ScriptedServer server =
        ScriptedServer.start(
            connection -> {
              connection.readCall();
              String late = connection.withXid(ScriptedServer.OK + "00000001");
              connection.readCall();
              connection.reply(late);
              connection.reply(ScriptedServer.OK + "00000007");
              connection.awaitClose();
            })) {
      kvClient client = connect(server);
      client.getClient().setTimeout(50);
      assertEquals("Timed out", failure(() -> client.DEL_1("a")).getMessage());
      client.getClient().setTimeout(10_000);
      assertEquals(7, client.DEL_1("a"));
      client.close();
    }
  }

  @Test
  void shouldSayConnectionResetWhenTheConnectionEnds() throws Exception {
    Script half =
        connection -> {
          connection.readCall();
          connection.send("80000024 XID 00000001 00");
        };
    Script nothing = connection -> connection.readCall();
    Script reset =
        connection -> {
          connection.readCall();
          connection.reset();
        };
    for (Script script : List.of(half, nothing, reset)) {
      try (ScriptedServer server = ScriptedServer.start(script)) {
        kvClient client = connect(server);
        CallException e = failure(() -> client.GET_1("ab"));
        assertEquals("Unable to receive; errno = Connection reset by peer", e.getMessage());
        assertEquals(OncRpcException.RPC_CANTRECV, e.getReason());
        assertInstanceOf(IOException.class, e.getCause());
        assertEquals(
            "Unable to send; errno = Broken pipe", failure(() -> client.GET_1("ab")).getMessage());
      }
    }
  }

  @Test
  void shouldGiveUpAtTheDeadlineThoughBytesKeepComing() throws Exception {
    try (ScriptedServer server =
        ScriptedServer.start(
            connection -> {
              connection.readCall();
              while (true) {
                connection.reply("00000001");
              }
            })) {
      kvClient client = connect(server);
      client.getClient().setTimeout(200);
      CallException e = failure(() -> client.GET_1("ab"));
      assertEquals("Timed out", e.getMessage());
      assertEquals(OncRpcException.RPC_TIMEDOUT, e.getReason());
      client.close();
    }
  }

  @Test
  void shouldGiveUpWritingAtTheDeadline() throws Exception {
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      kvClient client = connect((InetSocketAddress) deaf.getLocalSocketAddress());
      client.getClient().setTimeout(200);
      String large = "v".repeat(32 << 20);
      assertEquals("Timed out", failure(() -> client.PUT_1(pair("k", large))).getMessage());
      assertEquals(
          "Unable to send; errno = Broken pipe", failure(() -> client.GET_1("k")).getMessage());
    }
  }

  @Test
  void shouldRefuseARecordOfTwoGigabytes() throws Exception {
    try (ScriptedServer server =
        ScriptedServer.start(
            connection -> {
              connection.readCall();
              connection.send("ffffffff XID");
              connection.awaitClose();
            })) {
      kvClient client = connect(server);
      assertEquals(OncRpcException.RPC_CANTRECV, failure(() -> client.GET_1("ab")).getReason());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "00000000",
    "00000000 ffffffff",
    "00000000 7fffffff",
    "00000000 00000005 78797a00",
    "''"
  })
  void shouldNotDecodeAnAnswerThatDoesNotHoldWhatItDeclares(String results) throws Exception {
    try (ScriptedServer server = ScriptedServer.answering(ScriptedServer.OK + results)) {
      kvClient client = connect(server);
      CallException e = failure(() -> client.GET_1("ab"));
      assertEquals("Can't decode result", e.getMessage());
      assertEquals(OncRpcException.RPC_CANTDECODERES, e.getReason());
      client.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 00000000 00000000 00000001 | Program unavailable",
        "0 00000000 00000000 00000002 00000003 00000007"
            + "| Program/version mismatch; low version = 3, high version = 7",
        "0 00000000 00000000 00000003 | Procedure unavailable",
        "0 00000001 00000003 61626300 00000004 | Server can't decode arguments",
        "0 00000000 00000000 00000005 | Remote system error",
        "0 00000000 00000000 00000063 | Failed (unspecified error)",
        "1 00000000 00000002 00000002"
            + "| Incompatible versions of RPC; low version = 2, high version = 2",
        "1 00000001 00000001 | Authentication error; why = Invalid client credential",
        "1 00000001 00000005 | Authentication error; why = Client credential too weak",
        "1 00000001 00000008 | Authentication error; why = (unknown authentication error - 8)",
      })
  void shouldSayWhyTheServerRefusedAsLibtirpcDoes(String status, String text) throws Exception {
    try (ScriptedServer server = ScriptedServer.answering("XID 00000001 0000000" + status)) {
      kvClient client = connect(server);
      assertEquals(text, failure(() -> client.GET_1("ab")).getMessage());
      client.close();
    }
  }

  @Test
  void shouldThrowWhatTheSocketSaysWhenNobodyListens() throws Exception {
    InetSocketAddress nobody;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      nobody = (InetSocketAddress) closed.getLocalSocketAddress();
    }
    ConnectException e = assertThrows(ConnectException.class, () -> connect(nobody));
    assertEquals(SocketErrors.REFUSED, SocketErrors.text(e));
  }

  private interface Call {
    void run() throws Exception;
  }

  private static CallException failure(Call call) {
    return assertThrows(CallException.class, call::run);
  }

  private static String call(int procedure, String arguments) {
    return (CALL_HEADER.replace("P", "" + procedure) + arguments).replace(" ", "");
  }

  private static KeyValue pair(String key, String value) {
    KeyValue pair = new KeyValue();
    pair.key = new Key(key);
    pair.value = new Value(value);
    return pair;
  }

  private static kvClient connect(ScriptedServer server) throws Exception {
    return connect(server.address());
  }

  private static kvClient connect(InetSocketAddress server) throws Exception {
    return new kvClient(
        BlockingRpcClient.connect(server, null, Deadline.afterMillis(5_000), KvProgram.PROGRAM));
  }
}
