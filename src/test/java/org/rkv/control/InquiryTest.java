package org.rkv.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rkv.oncrpc.XdrOutput;
import org.rkv.oncrpc.blocking.ScriptedServer;
import org.rkv.rpc.DataStatus;
import org.rkv.rpc.FailureCount;
import org.rkv.rpc.PeerStatus;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;

/** What the table of {@code kv_r.sh status} learns from replicas that are well, and from others. */
@Timeout(60)
final class InquiryTest {
  private static final int LONG = 30_000;
  private static final int SHORT = 2_000;
  private static final AnsweringProcess PROCESS =
      new AnsweringProcess(7, 8, "/home/rkv", "--capacity 1000", 9);
  private static final Answer SERVING =
      new Answer(
          "serving",
          "7",
          "2",
          "3/4",
          "peer2",
          "1m5s",
          "-",
          "-",
          "1.1.0",
          KeptData.IN_MEMORY,
          List.of(),
          List.of(),
          PROCESS);

  @Test
  void shouldTellHowAServingReplicaIs() throws Exception {
    try (ScriptedServer server = ScriptedServer.answering(reply(serving()))) {
      assertEquals(List.of(SERVING), Inquiry.ask(List.of(address(server)), LONG));
    }
  }

  @Test
  void shouldTellWhatACatchingUpReplicaWaitsFor() throws Exception {
    Status status = serving();
    status.state = kv.REPLICA_CATCHING_UP;
    status.waiting_for = "replica 10.0.0.5";
    try (ScriptedServer server = ScriptedServer.answering(reply(status))) {
      assertEquals(
          List.of(catchingUp("replica 10.0.0.5")), Inquiry.ask(List.of(address(server)), LONG));
    }
  }

  @Test
  void shouldTellOnlyOfAClockThatLeadsByMoreThanASecond() throws Exception {
    Status status = serving();
    status.clock_lead_millis = 1000;
    try (ScriptedServer server = ScriptedServer.answering(reply(status))) {
      assertEquals(List.of(SERVING), Inquiry.ask(List.of(address(server)), LONG));
    }
    status.clock_lead_millis = 600_500;
    try (ScriptedServer server = ScriptedServer.answering(reply(status))) {
      assertEquals(
          List.of(
              new Answer(
                  "serving",
                  "7",
                  "2",
                  "3/4",
                  "peer2",
                  "1m5s",
                  "-",
                  "10m0s",
                  "1.1.0",
                  KeptData.IN_MEMORY,
                  List.of(),
                  List.of(),
                  PROCESS)),
          Inquiry.ask(List.of(address(server)), LONG));
    }
  }

  @Test
  void shouldPrintNothingThatATerminalWouldObey() throws Exception {
    Status status = serving();
    status.state = kv.REPLICA_CATCHING_UP;
    status.waiting_for = "\u001b[2J\t\n" + "x".repeat(1000);
    status.peers[2].name = "\u001b[2J";
    status.peers[2].trouble = "\n" + "y".repeat(1000);
    Answer expected =
        new Answer(
            "catching-up",
            "7",
            "2",
            "3/4",
            "-",
            "1m5s",
            "?[2J??" + "x".repeat(394) + "...",
            "-",
            "1.1.0",
            KeptData.IN_MEMORY,
            List.of("?[2J: ?" + "y".repeat(393) + "..."),
            List.of(),
            PROCESS);
    try (ScriptedServer server = ScriptedServer.answering(reply(status))) {
      assertEquals(List.of(expected), Inquiry.ask(List.of(address(server)), LONG));
    }
  }

  @Test
  void shouldTellThatOneServesAndAnswersNobodyAndWhomItHasTroubleWith() throws Exception {
    Status status = serving();
    status.waiting_for = "replica peer2 to list us again";
    status.peers[2].trouble = "it has taken us out";
    try (ScriptedServer server = ScriptedServer.answering(reply(status))) {
      assertEquals(
          List.of(
              new Answer(
                  "not-answering",
                  "7",
                  "2",
                  "3/4",
                  "-",
                  "1m5s",
                  "replica peer2 to list us again",
                  "-",
                  "1.1.0",
                  KeptData.IN_MEMORY,
                  List.of("peer2: it has taken us out"),
                  List.of(),
                  PROCESS)),
          Inquiry.ask(List.of(address(server)), LONG));
    }
  }

  @Test
  void shouldTellOfNoMorePeersThanAReplicaCanHave() throws Exception {
    Status status = serving();
    PeerStatus many = status.peers[2];
    many.trouble = "unknown host";
    status.peers = Collections.nCopies(1000, many).toArray(new PeerStatus[0]);
    try (ScriptedServer server = ScriptedServer.answering(reply(status))) {
      Answer answer = Inquiry.ask(List.of(address(server)), LONG).get(0);
      assertEquals(63, answer.troubles().size());
    }
  }

  @Test
  void shouldTellOfAnotherReleaseWhatIsAtTheFrontOfItsStatus() throws Exception {
    try (ScriptedServer server = ScriptedServer.answering(replyOfRelease100())) {
      assertEquals(
          List.of(
              new Answer(
                  "serving",
                  "7",
                  "2",
                  "-",
                  "-",
                  "1m5s",
                  "-",
                  "-",
                  "1.0.0",
                  KeptData.UNKNOWN,
                  List.of(),
                  List.of(),
                  AnsweringProcess.UNKNOWN)),
          Inquiry.ask(List.of(address(server)), LONG));
    }
  }

  @Test
  void shouldNotWaitForTheFrozenLongerThanSaidNorLoseTheOthers() throws Exception {
    try (ScriptedServer server = ScriptedServer.answering(reply(serving()));
        ServerSocket frozen = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
      assertEquals(
          List.of(
              Answer.none("silent"), SERVING, Answer.none("refused"), Answer.none("unreachable")),
          Inquiry.ask(
              List.of(
                  "127.0.0.1:" + frozen.getLocalPort(),
                  address(server),
                  nobody(),
                  "no.such.host.invalid:1"),
              SHORT));
    }
  }

  @Test
  void shouldCallSilentWhoTalksNonsenseOrHangsUp() throws Exception {
    try (ScriptedServer nonsense = ScriptedServer.answering(ScriptedServer.OK + "7fffffff");
        ScriptedServer hangsUp = ScriptedServer.start(connection -> connection.readCall())) {
      assertEquals(
          List.of(Answer.none("silent"), Answer.none("silent")),
          Inquiry.ask(List.of(address(nonsense), address(hangsUp)), LONG));
    }
  }

  @Test
  void shouldTellWhoDoesNotLetUsAskFromWhoIsSilent() throws Exception {
    try (ScriptedServer closed = ScriptedServer.answering(ScriptedServer.TOO_WEAK)) {
      assertEquals(
          List.of(Answer.none("not-permitted")), Inquiry.ask(List.of(address(closed)), LONG));
    }
  }

  @Test
  void shouldCallUnreachableWhatIsNoAddress() throws Exception {
    assertEquals(
        List.of(Answer.none("unreachable"), Answer.none("unreachable"), Answer.none("unreachable")),
        Inquiry.ask(List.of("noon", "127.0.0.1:http", "127.0.0.1:99999"), LONG));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0s",
    "59,59s",
    "60,1m0s",
    "3599,59m59s",
    "3600,1h0m",
    "86399,23h59m",
    "90000,1d1h"
  })
  void shouldShowTheTwoLargestUnitsOfADuration(long seconds, String shown) {
    assertEquals(shown, Answer.duration(seconds));
  }

  static Status serving() {
    Status status = new Status();
    status.name = "alpha";
    status.release = "1.1.0";
    status.state = kv.REPLICA_SERVING;
    status.waiting_for = "";
    status.uptime_millis = 65_999;
    status.pid = 7;
    status.start_ticks = 8;
    status.options_hash = 9;
    status.directory = "/home/rkv";
    status.options = "--capacity 1000";
    status.data = new DataStatus();
    status.data.directory = "";
    status.entries = 7;
    status.unsettled = 2;
    status.calls = new long[14];
    status.failures = new FailureCount[0];
    status.peers = new PeerStatus[4];
    for (int i = 0; i < status.peers.length; i++) {
      status.peers[i] = new PeerStatus();
      status.peers[i].trouble = "";
      status.peers[i].name = "peer" + i;
      status.peers[i].reachable = i != 2;
    }
    return status;
  }

  static String reply(Status status) throws IOException, OncRpcException {
    XdrOutput out = new XdrOutput(1 << 17);
    status.xdrEncode(out);
    return ScriptedServer.OK + HexFormat.of().formatHex(Arrays.copyOf(out.buffer(), out.size()));
  }

  /** It said neither the troubles of its peers nor how far its clock leads. */
  static String replyOfRelease100() throws IOException, OncRpcException {
    Status status = serving();
    status.release = "1.0.0";
    PeerStatus[] peers = status.peers;
    status.peers = new PeerStatus[0];
    XdrOutput out = new XdrOutput(4096);
    status.xdrEncode(out);
    ByteBuffer old = ByteBuffer.allocate(4096);
    old.put(out.buffer(), 0, out.size() - Integer.BYTES - Long.BYTES).putInt(peers.length);
    for (PeerStatus peer : peers) {
      XdrOutput each = new XdrOutput(256);
      peer.xdrEncode(each);
      old.put(each.buffer(), 0, each.size() - Integer.BYTES);
    }
    return ScriptedServer.OK + HexFormat.of().formatHex(old.array(), 0, old.position());
  }

  private static Answer catchingUp(String waitingFor) {
    return new Answer(
        "catching-up",
        "7",
        "2",
        "3/4",
        "-",
        "1m5s",
        waitingFor,
        "-",
        "1.1.0",
        KeptData.IN_MEMORY,
        List.of(),
        List.of(),
        PROCESS);
  }

  static String address(ScriptedServer server) {
    return "127.0.0.1:" + server.address().getPort();
  }

  static String nobody() throws IOException {
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return "127.0.0.1:" + closed.getLocalPort();
    }
  }
}
