package org.rkv.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.oncrpc.blocking.ScriptedServer;

@Timeout(20)
class PortmapClientTest {
  private static final int TIMEOUT_MILLIS = 10_000;

  @Test
  void shouldAskForAPort() throws Exception {
    try (ScriptedServer portmapper = ScriptedServer.answering(ScriptedServer.OK + "00004fe8")) {
      assertEquals(20456, client(portmapper).getPort(123456, 1, Portmap.TCP));
      assertEquals(List.of(call(3, "0001e240 00000001 00000006 00000000")), portmapper.calls());
    }
  }

  @Test
  void shouldSetAndUnset() throws Exception {
    try (ScriptedServer portmapper = ScriptedServer.answering(ScriptedServer.OK + "00000001")) {
      assertTrue(client(portmapper).set(new Mapping(123456, 1, Portmap.UDP, 20456)));
      assertTrue(client(portmapper).unset(123456, 1));
      assertEquals(
          List.of(
              call(1, "0001e240 00000001 00000011 00004fe8"),
              call(2, "0001e240 00000001 00000000 00000000")),
          portmapper.calls());
    }
  }

  @Test
  void shouldTellThatAMappingWasNotTaken() throws Exception {
    try (ScriptedServer portmapper = ScriptedServer.answering(ScriptedServer.OK + "00000000")) {
      assertFalse(client(portmapper).set(new Mapping(123456, 1, Portmap.TCP, 20456)));
      assertEquals(0, client(portmapper).getPort(123456, 1, Portmap.TCP));
    }
  }

  @Test
  void shouldTellRefusedFromSilentFromBroken() throws Exception {
    InetSocketAddress nobody;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      nobody = (InetSocketAddress) closed.getLocalSocketAddress();
    }
    PortmapException refused = failure(new PortmapClient(nobody, TIMEOUT_MILLIS));
    assertEquals(PortmapException.Reason.REFUSED, refused.reason());
    assertEquals("Remote system error - Connection refused", refused.getMessage());
    assertInstanceOf(IOException.class, refused.getCause());

    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      InetSocketAddress address = (InetSocketAddress) silent.getLocalSocketAddress();
      PortmapException timedOut = failure(new PortmapClient(address, 100));
      assertEquals(PortmapException.Reason.TIMED_OUT, timedOut.reason());
      assertEquals("Timed out", timedOut.getMessage());
    }

    try (ScriptedServer hangsUp = ScriptedServer.start(connection -> connection.readCall())) {
      PortmapException broken = failure(client(hangsUp));
      assertEquals(PortmapException.Reason.BROKEN, broken.reason());
      assertEquals("Unable to receive", broken.getMessage());
    }
  }

  @Test
  void shouldTellAServerThatIsNoPortmapper() throws Exception {
    try (ScriptedServer other =
        ScriptedServer.answering(
            "XID 00000001 00000000 00000000 00000000 00000002 00000003 00000004")) {
      PortmapException e = failure(client(other));
      assertEquals(PortmapException.Reason.REJECTED, e.reason());
      assertEquals("Port mapper failure - Program/version mismatch", e.getMessage());
    }
  }

  @Test
  void shouldHaveOneDeadlineThoughBytesKeepComing() throws Exception {
    try (ScriptedServer slow =
        ScriptedServer.start(
            connection -> {
              connection.readCall();
              while (true) {
                connection.reply("00000001");
              }
            })) {
      PortmapException e = failure(new PortmapClient(slow.address(), 200));
      assertEquals(PortmapException.Reason.TIMED_OUT, e.reason());
    }
  }

  private static PortmapClient client(ScriptedServer portmapper) {
    return new PortmapClient(portmapper.address(), TIMEOUT_MILLIS);
  }

  private static PortmapException failure(PortmapClient client) {
    return assertThrows(PortmapException.class, () -> client.getPort(123456, 1, Portmap.TCP));
  }

  private static String call(int procedure, String arguments) {
    return ("XID 00000000 00000002 000186a0 00000002 0000000"
            + procedure
            + "00000000 00000000 00000000 00000000"
            + arguments)
        .replace(" ", "");
  }
}
