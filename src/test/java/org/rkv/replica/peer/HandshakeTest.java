package org.rkv.replica.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.acplt.oncrpc.XdrAble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.net.ChannelInMemory;
import org.rkv.net.HandMovedTimers;
import org.rkv.net.NetworkInMemory;
import org.rkv.oncrpc.XdrInput;
import org.rkv.oncrpc.XdrOutput;
import org.rkv.oncrpc.Xids;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Hello;
import org.rkv.rpc.Names;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.kv;
import org.rkv.store.Limits;

/** What is sent on one connection to a peer, whose answers come when a test says so. */
class HandshakeTest {
  private static final long AGAIN_MILLIS = 50;
  private static final long TIMEOUT_MILLIS = 60_000;
  private static final int XID = 0;
  private static final int PROCEDURE = 20;
  private static final int ARGUMENTS = 40;
  private static final int[] SUCCESS = {1, 0, 0, 0, 0};

  private static final Opening FIRST = new Opening(5, 1, 6);
  private static final Opening RESTARTED = new Opening(5, 2, 7);
  private static final Opening OF_ANOTHER = new Opening(8, 3, 9);

  private final HandMovedTimers timers = new HandMovedTimers();
  private final NetworkInMemory network = new NetworkInMemory();
  private final Openings openings = new Openings(1, 2, List.of(FIRST));
  private final Content content = new Content();
  private Handshake handshake;
  private ChannelInMemory channel;
  private int answered;

  @BeforeEach
  void ask() throws Exception {
    LocalReplica self =
        new LocalReplica(
            "alpha",
            "alpha:7",
            List.of(),
            7,
            1,
            new EpochHistory(2),
            Limits.ofTheCSystem(),
            LocalReplica.MIN_BYTES,
            Secret.NONE,
            ClusterName.given("test"),
            openings,
            null);
    self.setContents(() -> PeerMessages.nothing().contents);
    handshake =
        new Handshake(
            content,
            self,
            new ReplicaAddress("beta", "beta", List.of(), 7),
            new Xids(),
            () -> List.of(self.listing()),
            network,
            timers,
            TIMEOUT_MILLIS);
    handshake.link().open();
    connect();
  }

  private void connect() throws Exception {
    channel = network.accept();
    answer(0, greeting());
  }

  /** What is asked already has been said before that was known. */
  @Test
  void shouldTellAtOnceWhatIsRememberedWhileAnAnswerIsAwaited() throws Exception {
    openings.remember(RESTARTED);
    handshake.tell();
    openings.remember(OF_ANOTHER);
    handshake.tell();

    assertEquals(
        List.of(List.of(FIRST), List.of(RESTARTED), List.of(RESTARTED, OF_ANOTHER)), told());
  }

  @Test
  void shouldTellNobodyWhoIsNotKnownYet() throws Exception {
    channel.end("cut");
    handshake.tell();
    timers.pass(AGAIN_MILLIS);
    channel = network.accept();
    handshake.tell();

    assertEquals(List.of(), told());
    answer(0, greeting());
    assertEquals(1, told().size());
  }

  /** The answer that was awaited may be about what was so before. */
  @Test
  void shouldAskOnceMoreWhenAllIsAnsweredThatWasAsked() throws Exception {
    handshake.tell();
    handshake.ask();
    handshake.ask();
    assertEquals(2, told().size());

    content.accepts = true;
    answer(1, admission());
    assertEquals(2, told().size());
    answer(2, admission());
    assertEquals(3, told().size());
    answer(3, admission());
    assertEquals(3, told().size());
    assertTrue(handshake.isDone());
  }

  /** Each time it is asked for another reason, there is an answer after which to ask again. */
  @Test
  void shouldGoOnAskingAtOnePaceHoweverOftenItWasAskedMeanwhile() throws Exception {
    answerAll();
    for (int i = 0; i < 5; i++) {
      timers.pass(AGAIN_MILLIS / 10);
      handshake.ask();
      answerAll();
      timers.pass(AGAIN_MILLIS / 10);
      handshake.tell();
      handshake.tell();
      answerAll();
    }
    int before = told().size();

    for (int i = 0; i < 10 * AGAIN_MILLIS; i++) {
      timers.pass(1);
      answerAll();
    }

    assertEquals(before + 10, told().size());
  }

  @Test
  void shouldAskNoMoreOverAConnectionThatHasEnded() throws Exception {
    answer(1, admission());
    channel.end("cut");

    assertEquals(1, timers.scheduled(), "to connect again, and not to ask again");
    timers.pass(AGAIN_MILLIS);
    connect();
    timers.pass(10 * AGAIN_MILLIS);
    assertEquals(1, told().size(), "nothing was answered yet");
    assertFalse(handshake.isDone());
  }

  /** What each RADMIT told of openings. */
  private List<List<Opening>> told() throws Exception {
    List<List<Opening>> told = new ArrayList<>();
    for (byte[] call : channel.sent) {
      if (ByteBuffer.wrap(call).getInt(PROCEDURE) == kv.RADMIT_1) {
        Particulars particulars = new Particulars();
        particulars.xdrDecode(new XdrInput().wrap(call, ARGUMENTS, call.length - ARGUMENTS));
        told.add(PeerMessages.openings(particulars));
      }
    }
    return told;
  }

  /** The peer, which admits nobody, answers all that it was asked. */
  private void answerAll() throws Exception {
    while (answered < told().size()) {
      answered++;
      answer(answered, admission());
    }
  }

  /** The peer answers a call: its greeting is the first, number 0. */
  private void answer(int call, XdrAble result) throws Exception {
    XdrOutput reply = new XdrOutput(1024);
    reply.xdrEncodeInt(ByteBuffer.wrap(channel.sent.get(call)).getInt(XID));
    for (int word : SUCCESS) {
      reply.xdrEncodeInt(word);
    }
    result.xdrEncode(reply);
    channel.receive(HexFormat.of().formatHex(Arrays.copyOf(reply.buffer(), reply.size())));
  }

  private static Hello greeting() {
    Hello greeting = new Hello();
    greeting.protocol = kv.PEER_PROTOCOL;
    greeting.names = new Names();
    greeting.names.name = "beta:7";
    greeting.names.meant = "";
    greeting.names.nonce = new Bytes(Secret.nonce());
    return greeting;
  }

  private static Admission admission() {
    Admission admission = new Admission();
    admission.code = kv.ADMIT_NOT_YET;
    admission.callee = PeerMessages.nothing();
    return admission;
  }

  /** Asks whoever it is, and again until it is told to accept. */
  private static final class Content implements Handshake.Listener {
    private boolean accepts;

    @Override
    public void connected(InetSocketAddress remoteAddress) {}

    @Override
    public void met(Handshake by, Names callee) {
      by.ask();
    }

    @Override
    public void answered(Handshake by, Admission admission, long askedNanos) {
      if (accepts) {
        by.accept();
      } else {
        by.askAgain(AGAIN_MILLIS);
      }
    }

    @Override
    public void refused(Handshake by, String reason) {
      throw new AssertionError(reason);
    }

    @Override
    public void disconnected(Handshake by, String reason) {}
  }
}
