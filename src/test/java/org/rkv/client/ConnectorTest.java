package org.rkv.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.acplt.oncrpc.OncRpcClientStub;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rkv.oncrpc.blocking.BlockingRpcClient;
import org.rkv.oncrpc.blocking.Deadline;
import org.rkv.oncrpc.blocking.ScriptedServer;
import org.rkv.portmap.Mapping;
import org.rkv.portmap.Portmap;
import org.rkv.portmap.TestPortmapper;
import org.rkv.protocol.KvProgram;
import org.rkv.rpc.kvClient;

/** Finding the replica on a host: the portmapper there, or else the default port. */
@Timeout(60)
class ConnectorTest {
  private static final int TIMEOUT_MILLIS = 1_000;
  private static final String HOST = "127.0.0.1";

  private final InetAddress host = InetAddress.getLoopbackAddress();
  private TestPortmapper portmapper;
  private ScriptedServer replica;
  private int deadPort;

  @BeforeEach
  void start() throws Exception {
    portmapper = new TestPortmapper(host);
    replica = ScriptedServer.answering(ScriptedServer.OK + "00000004");
    deadPort = deadPort();
  }

  @AfterEach
  void stop() {
    portmapper.close();
    replica.close();
  }

  @Test
  void shouldGoWhereThePortmapperSays() throws Exception {
    portmapper.mappings().add(new Mapping(123456, 1, Portmap.UDP, deadPort));
    portmapper.mappings().add(new Mapping(123456, 1, Portmap.TCP, replica.port()));

    assertEquals(4, delThrough(new Connector(deadPort, portmapper.port(), TIMEOUT_MILLIS)));
  }

  @Test
  void shouldTryTheDefaultPortWhereNoPortmapperIs() throws Exception {
    assertEquals(4, delThrough(new Connector(replica.port(), deadPort, TIMEOUT_MILLIS)));
  }

  @Test
  void shouldTryTheDefaultPortWhereThePortmapperHangs() throws Exception {
    try (ScriptedServer hung = ScriptedServer.start(ScriptedServer.Connection::awaitClose)) {
      assertEquals(4, delThrough(new Connector(replica.port(), hung.port(), TIMEOUT_MILLIS)));
    }
  }

  @Test
  void shouldTryTheDefaultPortWhereWhatAnswersIsNoPortmapper() throws Exception {
    try (ScriptedServer broken = ScriptedServer.start(ScriptedServer.Connection::readCall)) {
      assertEquals(4, delThrough(new Connector(replica.port(), broken.port(), TIMEOUT_MILLIS)));
    }
  }

  @Test
  void shouldBelieveAPortmapperThatSaysThatThereIsNoReplica() {
    assertEquals(
        "Program not registered",
        refusal(HOST, new Connector(replica.port(), portmapper.port(), TIMEOUT_MILLIS)));
  }

  @Test
  void shouldSayThatTheConnectionIsRefusedWhereNeitherIs() {
    assertEquals(
        "Remote system error - Connection refused",
        refusal(HOST, new Connector(deadPort, deadPort, TIMEOUT_MILLIS)));
  }

  @Test
  void shouldSayThatTheConnectionIsRefusedWhereTheRegistrationIsOfADeadServer() {
    portmapper.mappings().add(new Mapping(123456, 1, Portmap.TCP, deadPort));

    assertEquals(
        "Remote system error - Connection refused",
        refusal(HOST, new Connector(replica.port(), portmapper.port(), TIMEOUT_MILLIS)));
  }

  @Test
  void shouldSayThatItTimedOutWhereThePortmapperHangsAndNoReplicaIs() throws Exception {
    try (ScriptedServer hung = ScriptedServer.start(ScriptedServer.Connection::awaitClose)) {
      assertEquals(
          "Timed out", refusal(HOST, new Connector(deadPort, hung.port(), TIMEOUT_MILLIS)));
    }
  }

  @Test
  void shouldSayWhatThePortmapperRefuses() throws Exception {
    String programUnavailable = "XID 00000001 00000000 00000000 00000000 00000001";
    try (ScriptedServer other = ScriptedServer.answering(programUnavailable)) {
      String message = refusal(HOST, new Connector(replica.port(), other.port(), TIMEOUT_MILLIS));

      assertTrue(message.startsWith("Port mapper failure - "), message);
    }
  }

  @Test
  void shouldSayThatNobodyKnowsTheHost() {
    Connector connector = new Connector(replica.port(), deadPort, TIMEOUT_MILLIS);

    assertEquals("Unknown host", refusal("no.such.host.invalid", connector));
    assertEquals("Unknown host", refusal("", connector));
  }

  private static int delThrough(Connector connector) throws Exception {
    kvClient stub = connector.connect(HOST, ConnectorTest::stub);
    try {
      return stub.DEL_1("k");
    } finally {
      ((OncRpcClientStub) stub).close();
    }
  }

  private static kvClient stub(InetSocketAddress replica, int timeoutMillis) throws IOException {
    Deadline deadline = Deadline.afterMillis(timeoutMillis);
    try {
      return new kvClient(BlockingRpcClient.connect(replica, null, deadline, KvProgram.PROGRAM));
    } catch (OncRpcException e) {
      throw new IOException(e);
    }
  }

  private static String refusal(String where, Connector connector) {
    return assertThrows(
            ConnectFailedException.class, () -> connector.connect(where, ConnectorTest::stub))
        .reason();
  }

  /** A port that nobody listens at, below those that the system gives away. */
  private int deadPort() throws Exception {
    for (int port = 11_500; ; port++) {
      try (ServerSocket free = new ServerSocket()) {
        free.bind(new InetSocketAddress(host, port));
        return port;
      } catch (BindException e) {
        continue;
      }
    }
  }
}
