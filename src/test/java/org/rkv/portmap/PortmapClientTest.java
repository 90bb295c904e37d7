package org.rkv.portmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramSocket;
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
  void shouldPing() throws Exception {
    try (ScriptedServer portmapper = ScriptedServer.answering(ScriptedServer.OK)) {
      client(portmapper).ping();
      assertEquals(List.of(call(0, "")), portmapper.calls());
    }
  }

  @Test
  void shouldListMappings() throws Exception {
    try (ScriptedServer portmapper =
        ScriptedServer.answering(
            ScriptedServer.OK
                + "00000001 000186a0 00000002 00000006 0000006f"
                + "00000001 0001e240 00000001 00000006 00004fe8 00000000")) {
      assertEquals(
          List.of(
              new Mapping(100000, 2, Portmap.TCP, 111), new Mapping(123456, 1, Portmap.TCP, 20456)),
          client(portmapper).dump());
    }
  }

  @Test
  void shouldNotBelieveAListWithoutAnEnd() throws Exception {
    String mapping = "00000001 000186a0 00000002 00000006 0000006f";
    String tooMany = mapping.repeat(MappingList.MAX_MAPPINGS + 1) + "00000000";
    for (String list : List.of(mapping, mapping + "00000001", tooMany)) {
      try (ScriptedServer portmapper = ScriptedServer.answering(ScriptedServer.OK + list)) {
        PortmapException e = assertThrows(PortmapException.class, () -> client(portmapper).dump());
        assertEquals(PortmapException.Kind.BROKEN, e.kind());
      }
    }
  }

  @Test
  void shouldTellRefusedFromSilentFromBroken() throws Exception {
    InetSocketAddress nobody;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      nobody = (InetSocketAddress) closed.getLocalSocketAddress();
    }
    PortmapException refused = failure(PortmapClient.tcp(nobody, TIMEOUT_MILLIS));
    assertEquals(PortmapException.Kind.REFUSED, refused.kind());
    assertEquals("Remote system error - Connection refused", refused.getMessage());
    assertInstanceOf(IOException.class, refused.getCause());

    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      InetSocketAddress address = (InetSocketAddress) silent.getLocalSocketAddress();
      PortmapException timedOut = failure(PortmapClient.tcp(address, 100));
      assertEquals(PortmapException.Kind.TIMED_OUT, timedOut.kind());
      assertEquals("Timed out", timedOut.getMessage());
    }

    try (ScriptedServer hangsUp = ScriptedServer.start(connection -> connection.readCall())) {
      PortmapException broken = failure(client(hangsUp));
      assertEquals(PortmapException.Kind.BROKEN, broken.kind());
      assertEquals("Unable to receive", broken.getMessage());
    }
  }

  @Test
  void shouldTellAServerThatIsNoPortmapper() throws Exception {
    try (ScriptedServer other =
        ScriptedServer.answering(
            "XID 00000001 00000000 00000000 00000000 00000002 00000003 00000004")) {
      PortmapException e = failure(client(other));
      assertEquals(PortmapException.Kind.REJECTED, e.kind());
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
      PortmapException e = failure(PortmapClient.tcp(slow.address(), 200));
      assertEquals(PortmapException.Kind.TIMED_OUT, e.kind());
    }
  }

  @Test
  void shouldTellOverUdpThatNobodyListens() throws Exception {
    InetSocketAddress nobody;
    try (DatagramSocket closed = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
      nobody = (InetSocketAddress) closed.getLocalSocketAddress();
    }
    PortmapException e = failure(PortmapClient.udp(nobody, TIMEOUT_MILLIS));
    assertEquals(PortmapException.Kind.REFUSED, e.kind());
  }

  @Test
  void shouldCallFromTheAddressGiven() throws Exception {
    InetAddress local = InetAddress.getByName("127.0.0.9");
    try (ScriptedServer portmapper = ScriptedServer.answering(ScriptedServer.OK)) {
      client(portmapper).from(local).ping();
      assertEquals(1, portmapper.calls().size());
      assertEquals(local, portmapper.lastClient());
    }
  }

  private static PortmapClient client(ScriptedServer portmapper) {
    return PortmapClient.tcp(portmapper.address(), TIMEOUT_MILLIS);
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
