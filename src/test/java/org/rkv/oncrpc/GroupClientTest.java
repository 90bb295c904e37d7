package org.rkv.oncrpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;
import org.acplt.oncrpc.XdrInt;
import org.acplt.oncrpc.XdrString;
import org.acplt.oncrpc.XdrVoid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rkv.net.ChannelInMemory;
import org.rkv.net.HandMovedTimers;
import org.rkv.net.Hex;
import org.rkv.net.NetworkInMemory;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.Key;
import org.rkv.rpc.KeyValue;

class GroupClientTest {
  private static final int DEL = 3;
  private static final int PUT = 1;

  private final HandMovedTimers timers = new HandMovedTimers();
  private final NetworkInMemory network = new NetworkInMemory();
  private final List<Link> links = new ArrayList<>();
  private final List<ChannelInMemory> channels = new ArrayList<>();
  private final AnswerLines answers = new AnswerLines();
  private GroupClient client;

  @BeforeEach
  void connectThreeServers() throws Exception {
    client = new GroupClient(KvProgram.PROGRAM, new Xids(), false);
    for (int i = 0; i < 3; i++) {
      Link link = new Link("host" + i, 1, network, timers, 1000, new Unheard());
      link.open();
      channels.add(network.accept());
      link.admit();
      links.add(link);
    }
  }

  @Test
  void shouldSendTheSameBytesToAllServers() throws Exception {
    delete("ab");
    byte[] call = channels.get(0).sent.get(0);
    assertEquals(
        "00000000 00000002 0001e240 00000001 00000003 00000000 00000000 00000000 00000000"
            + " 00000002 61620000",
        Hex.words(Arrays.copyOfRange(call, 4, call.length)));
    for (ChannelInMemory channel : channels) {
      assertEquals(1, channel.sent.size());
      assertEquals(Hex.words(call), Hex.words(channel.sent.get(0)));
    }
    assertEquals(List.of(), answers.lines, "nobody has answered yet");
  }

  @Test
  void shouldReportEachAnswerWithTheIndexOfItsServer() throws Exception {
    delete("ab");
    answer(2, 4);
    answer(0, 0);
    answer(1, 1);
    assertEquals(List.of("2: 4", "0: 0", "1: 1"), answers.lines);
  }

  @Test
  void shouldGiveEveryCallAnXidOfItsOwn() throws Exception {
    delete("a");
    delete("b");
    assertNotEquals(xid(0, 0), xid(0, 1));
  }

  @Test
  void shouldReportUnreachableServersAfterTheCallIsOnItsWayToTheOthers() throws Exception {
    channels.get(0).end("gone");
    channels.get(1).queuedBytes = Link.MAX_QUEUED_BYTES;
    List<Integer> sentBefore = new ArrayList<>();
    client
        .to(
            links,
            new ReplyCollector() {
              @Override
              public void answered(int index, XdrAble result) {
                throw new AssertionError("nobody has answered");
              }

              @Override
              public void failed(int index, String reason) {
                answers.failed(index, reason);
                sentBefore.add(channels.get(2).sent.size());
              }
            })
        .call(DEL, 1, new XdrString("ab"), new XdrInt());
    assertEquals(
        List.of("0: " + GroupClient.NOT_SENT, "1: " + GroupClient.NOT_SENT), answers.lines);
    assertEquals(List.of(1, 1), sentBefore);
  }

  @Test
  void shouldSendNothingOfACallThatCannotBeEncoded() throws Exception {
    KeyValue halfFilled = new KeyValue();
    halfFilled.key = new Key("key");
    assertThrows(
        NullPointerException.class,
        () -> client.to(links, answers).call(PUT, 1, halfFilled, new XdrInt()));
    delete("ab");
    for (ChannelInMemory channel : channels) {
      assertEquals(1, channel.sent.size());
      assertEquals(48, channel.sent.get(0).length);
    }
  }

  @Test
  void shouldGreetOnlyWithTheClientMadeForIt() throws Exception {
    channels.get(0).end("gone");
    timers.pass(50);
    channels.set(0, network.accept());
    delete("ab");
    assertEquals(List.of("0: " + GroupClient.NOT_SENT), answers.lines);

    new GroupClient(KvProgram.PROGRAM, new Xids(), true)
        .to(links.subList(0, 1), answers)
        .call(0, 1, XdrVoid.XDR_VOID, XdrVoid.XDR_VOID);
    assertEquals(1, channels.get(0).sent.size());
  }

  @Test
  void shouldRefuseAResultThatDeclaresMoreThanItHas() throws Exception {
    int get = 2;
    client.to(links.subList(0, 1), answers).call(get, 1, new XdrString("ab"), new XdrString());
    channels
        .get(0)
        .receive(
            String.format("%08x", xid(0, 0))
                + "00000001 00000000 00000000 00000000 00000000 00000000 7fffffff 61616161");
    assertEquals(List.of("0: Can't decode result"), answers.lines);
  }

  private void delete(String key) throws OncRpcException {
    client.to(links, answers).call(DEL, 1, new XdrString(key), new XdrInt());
  }

  private void answer(int server, int result) {
    channels
        .get(server)
        .receive(
            String.format(
                "%08x 00000001 00000000 00000000 00000000 00000000 %08x", xid(server, 0), result));
  }

  private int xid(int server, int call) {
    return XdrInput.getInt(channels.get(server).sent.get(call), 0);
  }

  private static final class Unheard implements Link.Listener {
    @Override
    public void connected() {}

    @Override
    public void disconnected(String reason) {}
  }
}
