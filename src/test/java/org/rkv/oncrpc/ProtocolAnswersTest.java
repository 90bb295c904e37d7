package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.net.Calls;
import org.rkv.net.Hex;
import org.rkv.net.LogLines;
import org.rkv.net.RawClient;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.slf4j.event.Level;

/**
 * What a server answers, byte for byte, as RFC 5531 section 9 and libtirpc have it. Every message
 * here has the xid 7.
 */
@Timeout(60)
class ProtocolAnswersTest {
  private static final String CALL = "00000007 00000000 00000002 ";
  private static final String KV = "0001e240 00000001 ";
  private static final String AUTH_NONE = "00000000 00000000 ";
  private static final String NO_AUTH = AUTH_NONE + AUTH_NONE;

  private static final String ACCEPTED = "00000007 00000001 00000000 00000000 00000000 ";
  private static final String SUCCESS = ACCEPTED + "00000000";
  private static final String SYSTEM_ERR = ACCEPTED + "00000005";
  private static final String DENIED = "00000007 00000001 00000001 ";

  private WireServer server;
  private RawClient client;

  @BeforeEach
  void connect() throws Exception {
    server = new WireServer();
    client = server.connect();
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    server.close();
  }

  @Test
  void shouldAnswerAPutWithTheBytesOfTheContract() throws Exception {
    client.send(
        "80000038 00000007 00000000 00000002 0001e240 00000001 00000001 00000000 00000000"
            + "00000000 00000000 00000002 61620000 00000003 78797a00");
    assertEquals(SUCCESS + " 00000000", client.receive());
    client.sendRecord(CALL + KV + "00000001" + NO_AUTH + "00000002 61620000 00000003 78797a00");
    assertEquals(SUCCESS + " 00000007", client.receive(), "not unique");
  }

  @Test
  void shouldAnswerAGetWithTheBytesOfTheContract() throws Exception {
    client.sendRecord(CALL + KV + "00000002" + NO_AUTH + "00000002 61620000");
    assertEquals(SUCCESS + " 00000004 00000000", client.receive());
    client.sendRecord(Calls.put(7, "ab", "xyz"));
    client.receive();
    client.sendRecord(CALL + KV + "00000002" + NO_AUTH + "00000002 61620000");
    assertEquals(SUCCESS + " 00000000 00000003 78797a00", client.receive());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "NULL             , 0001e240 00000001 00000000, 00000000",
    "PROG_UNAVAIL     , 0001e241 00000001 00000000, 00000001",
    "PROG_UNAVAIL first, 000186a0 00000063 00000063, 00000001",
    "PROG_MISMATCH 0  , 0001e240 00000000 00000000, 00000002 00000001 00000001",
    "PROG_MISMATCH 2  , 0001e240 00000002 00000000, 00000002 00000001 00000001",
    "PROC_UNAVAIL 12  , 0001e240 00000001 0000000c, 00000003",
    "PROC_UNAVAIL -1  , 0001e240 00000001 ffffffff, 00000003",
    "GARBAGE_ARGS     , 0001e240 00000001 00000002, 00000004"
  })
  void shouldAnswer(String name, String called, String status) throws Exception {
    client.sendRecord(CALL + called + NO_AUTH);
    assertEquals(ACCEPTED + status, client.receive());
    expectToBeServed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000002 6162",
        "00000003 616263",
        "ffffffff",
        "7fffffff 61",
        "40000000 61616161"
      })
  void shouldAnswerGarbageArgs(String arguments) throws Exception {
    client.sendRecord(CALL + KV + "00000003" + NO_AUTH + arguments);
    assertEquals(ACCEPTED + "00000004", client.receive());
    assertEquals(0, server.executed());
    expectToBeServed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000", "00000001", "00000003", "ffffffff"})
  void shouldAnswerRpcMismatch(String rpcVersion) throws Exception {
    client.sendRecord("00000007 00000000" + rpcVersion);
    assertEquals(DENIED + "00000000 00000002 00000002", client.receive());
    expectToBeServed();
  }

  @ParameterizedTest
  @CsvSource({
    "00000002 00000004 12345678, 00000002", // AUTH_SHORT, which we never gave out
    "00000003 00000000         , 00000002", // AUTH_DH
    "0000002a 00000000         , 00000002",
    "00000001 00000004 00000000, 00000001" // AUTH_SYS that is none
  })
  void shouldAnswerAuthError(String credential, String status) throws Exception {
    client.sendRecord(CALL + KV + "00000000" + credential + AUTH_NONE);
    assertEquals(DENIED + "00000001 " + status, client.receive());
    expectToBeServed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000 00000004 deadbeef", // AUTH_NONE with a body
        "00000001 00000018 5f5e1000 00000004 686f7374 000003e8 000003e8 00000000"
      })
  void shouldServeTheCredential(String credential) throws Exception {
    client.sendRecord(CALL + KV + "00000000" + credential + AUTH_NONE);
    assertEquals(SUCCESS, client.receive());
  }

  @Test
  void shouldAnswerSystemErrAndLogOnceWhyAProcedureFailed() throws Exception {
    client.sendRecord(Calls.get(7, KvDispatcher.FAIL));
    assertEquals(SYSTEM_ERR, client.receive());
    assertEquals(1, server.log.lines().size());
    LogLines.Line line = server.log.lines().get(0);
    assertEquals(Level.ERROR, line.level());
    assertSame(server.procedures.failure, line.cause());
    assertTrue(line.text().contains(client.localAddress().toString()), line::text);
    expectToBeServed();
  }

  @Test
  void shouldAnswerSystemErrToResultsThatCannotBeEncoded() throws Exception {
    client.sendRecord(Calls.get(7, KvDispatcher.HALF));
    assertEquals(SYSTEM_ERR, client.receive());
    assertEquals(1, server.log.lines().size());
    expectToBeServed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000007 00000001 00000000 00000000 00000000 00000000", // a reply
        "00000007 00000002 00000002",
        "00000007 00000000",
        "",
        "00000007 00000000 00000002 0001e240 00000001 00000000 00000000 80000000",
        "00000007 00000000 00000002 0001e240 00000001 00000000 00000000 00000191"
      })
  void shouldCloseAConnectionThatCarriesNoCallsAndNameTheSender(String message) throws Exception {
    client.sendRecord(message);
    assertTrue(client.isEnded());
    assertEquals(
        List.of(client.localAddress() + " sent something that is no RPC call"),
        server.log.texts(Level.WARN));
    assertEquals(1, server.log.lines().size());
    try (RawClient next = server.connect()) {
      next.sendRecord(Calls.nothing(7));
      assertEquals(SUCCESS, next.receive(), "others are served");
    }
  }

  @Test
  void shouldCloseAConnectionWithTooLongARecord() throws Exception {
    client.send("80100001");
    assertTrue(client.isEnded());
  }

  @Test
  void shouldAnswerPipelinedCallsInTheirOrder() throws Exception {
    int calls = 500;
    byte[][] records = new byte[calls][];
    for (int i = 0; i < calls; i++) {
      records[i] = Calls.record(Calls.put(i, "key " + i, "value"));
    }
    client.send(Calls.join(records));
    for (int i = 0; i < calls; i++) {
      assertEquals(i, XdrInput.getInt(client.receiveBytes(), 0));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 43})
  void shouldAnswerACallInFragments(int fragmentBytes) throws Exception {
    client.send(Calls.record(Calls.put(7, "ab", "xyz"), fragmentBytes));
    assertEquals(SUCCESS + " 00000000", client.receive());
  }

  @Test
  void shouldAcceptPaddingThatIsNotZeroAndBytesAfterTheArguments() throws Exception {
    client.sendRecord(
        CALL + KV + "00000001" + NO_AUTH + "00000002 6162eeff 00000003 78797aff 01020304 05");
    assertEquals(SUCCESS + " 00000000", client.receive());
    client.sendRecord(Calls.get(7, "ab"));
    assertEquals(SUCCESS + " 00000000 00000003 78797a00", client.receive());
  }

  @Test
  void shouldKeepEveryByteOfKeyAndValue() throws Exception {
    StringBuilder all = new StringBuilder();
    for (char each = 0; each < 256; each++) {
      all.append(each);
    }
    client.sendRecord(Calls.put(7, all.toString(), all.toString()));
    client.receive();
    byte[] call = Calls.get(7, all.toString());
    client.sendRecord(call);
    String string = Hex.words(call).substring(10 * 9);
    assertEquals(SUCCESS + " 00000000 " + string, client.receive());
  }

  @Test
  void shouldAnswerADeferredCallWhenItsAnswerIsThere() throws Exception {
    client.sendRecord(Calls.get(7, KvDispatcher.LATER));
    client.sendRecord(Calls.nothing(8));
    assertEquals(8, XdrInput.getInt(client.receiveBytes(), 0), "nobody waits for it");
    assertEquals(1, server.callsUnderWay());
    server.answerDeferred("now");
    assertEquals(SUCCESS + " 00000000 00000003 6e6f7700", client.receive());
    assertEquals(0, server.callsUnderWay());
  }

  @Test
  void shouldAnswerOnlyWhatIsUnderWayOnceItDrains() throws Exception {
    client.sendRecord(Calls.get(7, KvDispatcher.LATER));
    Eventually.holds("it is under way", () -> server.callsUnderWay() == 1);
    server.drainBut(kv.GET_1);
    client.sendRecord(Calls.nothing(8));
    server.answerDeferred("");
    assertEquals(SUCCESS + " 00000000 00000000", client.receive());
    assertEquals(1, server.executed());
  }

  @Test
  void shouldTakeSomeCallsWhileItDrains() throws Exception {
    server.drainBut(0);
    client.sendRecord(Calls.get(8, "k"));
    client.sendRecord(Calls.nothing(7));
    assertEquals(SUCCESS, client.receive());
    assertEquals(1, server.executed());
  }

  private void expectToBeServed() throws Exception {
    client.sendRecord(Calls.nothing(7));
    assertEquals(SUCCESS, client.receive());
  }
}
