package org.rkv.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.oncrpc.blocking.ScriptedServer;

/** Asking rpcbind over TCP, and through the socket that it has on its own machine. */
@Timeout(20)
class RpcbindClientTest {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final Registration RKV = new Registration(123456, 1, "tcp6", "::1.79.232", "");

  @TempDir private Path directory;

  @Test
  void shouldRegisterLocallyAsTheUserWhoCallsAndOverTcpAsNobody() throws Exception {
    try (FakeRpcbind rpcbind = rpcbind()) {
      rpcbind.setLocalUser("1001");
      List<String> owners = new ArrayList<>();
      InetSocketAddress tcp =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), rpcbind.port());
      for (RpcbindClient client :
          List.of(
              RpcbindClient.locally(socket(), TIMEOUT_MILLIS),
              RpcbindClient.overTcp(tcp, TIMEOUT_MILLIS))) {
        client.ping();
        client.set(RKV);
        Registration there = client.registrations().get(0);
        owners.add(there.owner());
        assertEquals("::1.79.232", there.address());
        client.unset(RKV);
        assertEquals(List.of(), client.registrations(), there.owner());
      }
      assertEquals(List.of("1001", FakeRpcbind.UNKNOWN), owners);
    }
  }

  @Test
  void shouldTellASocketWhereNobodyListensAndNoneAtAll() throws Exception {
    assertThrows(PortmapException.class, RpcbindClient.locally(socket(), TIMEOUT_MILLIS)::ping);
    rpcbind().close();
    assertTrue(Files.exists(socket()));

    PortmapException refused =
        assertThrows(PortmapException.class, RpcbindClient.locally(socket(), TIMEOUT_MILLIS)::ping);
    assertEquals(PortmapException.Reason.REFUSED, refused.reason());
  }

  @Test
  void shouldGiveUpInTimeOnALocalSocketWhereNobodyAnswers() throws Exception {
    try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      silent.bind(UnixDomainSocketAddress.of(socket()), 1);
      PortmapException timedOut =
          assertThrows(PortmapException.class, RpcbindClient.locally(socket(), 200)::ping);
      assertEquals(PortmapException.Reason.TIMED_OUT, timedOut.reason());
    }
  }

  @Test
  void shouldNotWaitForALocalSocketWhoseQueueIsFull() throws Exception {
    try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      silent.bind(UnixDomainSocketAddress.of(socket()), 1);
      List<SocketChannel> waiting = new ArrayList<>();
      assertThrows(
          SocketException.class,
          () -> {
            while (true) {
              waiting.add(SocketChannel.open(StandardProtocolFamily.UNIX));
              SocketChannel last = waiting.get(waiting.size() - 1);
              last.configureBlocking(false);
              last.connect(UnixDomainSocketAddress.of(socket()));
            }
          });

      assertThrows(PortmapException.class, RpcbindClient.locally(socket(), TIMEOUT_MILLIS)::ping);

      for (SocketChannel one : waiting) {
        one.close();
      }
    }
  }

  @Test
  void shouldTellAPortmapperThatKnowsVersionTwoOnly() throws Exception {
    try (ScriptedServer old =
        ScriptedServer.answering(
            "XID 00000001 00000000 00000000 00000000 00000002 00000002 00000002")) {
      PortmapException rejected =
          assertThrows(
              PortmapException.class, RpcbindClient.overTcp(old.address(), TIMEOUT_MILLIS)::ping);
      assertEquals(PortmapException.Reason.REJECTED, rejected.reason());
    }
  }

  private FakeRpcbind rpcbind() throws Exception {
    return new FakeRpcbind(InetAddress.getLoopbackAddress(), socket());
  }

  private Path socket() {
    return directory.resolve("rpcbind.sock");
  }
}
