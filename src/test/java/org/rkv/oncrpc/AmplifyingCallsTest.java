package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.net.ChannelInMemory;
import org.rkv.net.Hex;
import org.rkv.net.LogLines;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.kv;

/** Who gets long answers: whoever forges a sender over UDP could have others flooded with them. */
class AmplifyingCallsTest {
  private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("203.0.113.77", 700);
  private static final InetSocketAddress HERE = new InetSocketAddress("127.0.0.1", 700);
  private static final String TOO_WEAK = "00000007 00000001 00000001 00000001 00000005";

  /** What the dispatcher of the tests answers to all but the procedures of clients. */
  private static final String EXECUTED = "00000007 00000001 00000000 00000000 00000000 00000003";

  private final RpcServer server =
      new RpcServer(KvProgram.PROGRAM, new KvDispatcher(), new LogLines());

  @ParameterizedTest
  @ValueSource(ints = {kv.REPLICAS_1, kv.STATUS_1, kv.DIGEST_1})
  void shouldBeRefusedOverUdpFromElsewhere(int procedure) {
    assertEquals(TOO_WEAK, answer(ELSEWHERE, false, procedure));
  }

  @ParameterizedTest
  @ValueSource(ints = {kv.REPLICAS_1, kv.STATUS_1, kv.DIGEST_1})
  void shouldBeExecutedOverUdpFromThisHost(int procedure) {
    assertEquals(EXECUTED, answer(HERE, false, procedure));
  }

  @Test
  void shouldBeExecutedForWhoIsConnected() {
    assertEquals(EXECUTED, answer(ELSEWHERE, true, kv.STATUS_1));
  }

  @Test
  void shouldLeaveShortAnswersToEverybody() {
    assertEquals(
        "00000007 00000001 00000000 00000000 00000000 00000000", answer(ELSEWHERE, false, 0));
  }

  private String answer(InetSocketAddress caller, boolean isConnection, int procedure) {
    ChannelInMemory channel = new ChannelInMemory(caller, server);
    channel.isConnection = isConnection;
    channel.receive(
        String.format("00000007 00000000 00000002 0001e240 00000001 %08x", procedure)
            + "00000000 00000000 00000000 00000000");
    return Hex.words(channel.sent.get(0));
  }
}
