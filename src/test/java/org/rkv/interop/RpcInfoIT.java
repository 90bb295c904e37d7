package org.rkv.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.LongAgo;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;
import org.rkv.testing.ReplicaProcess;
import org.rkv.testing.RpcInfo;
import org.rkv.testing.Rpcbind;

/** Registration as rpcinfo sees it, with the portmapper that we embed and with the system's own. */
final class RpcInfoIT {
  private static final String HOST = "127.0.0.1";
  private static final String OTHER_HOST = "127.0.0.2";
  private static final String IPV6_HOST = "::1";
  private static final int PORT = ReplicaProcess.PORT;
  private static final int OTHER_PORT = 20999;

  /** The transports at which a replica serves: as rpcinfo -p names them, and its options. */
  private static final List<String> TRANSPORTS = List.of("tcp", "udp");

  private static final List<String> TRANSPORT_OPTIONS = List.of("-t", "-u");
  private static final List<String> NONE = List.of();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  private NetworkNamespace namespace;
  private RpcInfo rpcInfo;

  @BeforeEach
  void openNamespace() throws IOException, InterruptedException {
    namespace = NetworkNamespace.open(directory);
    rpcInfo = new RpcInfo(namespace);
  }

  @AfterEach
  void closeNamespace() throws IOException, InterruptedException {
    if (namespace != null) {
      namespace.close();
    }
  }

  @Test
  void shouldBeListedByThePortmapperThatItEmbeds() throws Exception {
    startReplicas(HOST, OTHER_HOST);
    for (String host : List.of(HOST, OTHER_HOST)) {
      expectReady(host);
      assertEquals(mappingsTo(PORT), rpcInfo.mappings(host));
    }
  }

  @Test
  void shouldTakeTheEmbeddedPortmapperAlongWhenItStops() throws Exception {
    List<ReplicaProcess> replicas = startReplicas(HOST, OTHER_HOST);
    replicas.get(1).terminate();
    assertEquals(1, rpcInfo.list(OTHER_HOST).status());
    expectReady(HOST);
  }

  @Test
  void shouldRegisterWithARunningRpcbindAndLeaveNothingBehind() throws Exception {
    Rpcbind.start(namespace, directory);
    ReplicaProcess replica = startReplicas(HOST).get(0);
    expectReady(HOST);
    assertEquals(mappingsTo(PORT), rpcInfo.mappings(HOST));

    replica.terminate();
    assertEquals(NONE, rpcInfo.mappings(HOST));
  }

  @Test
  void shouldTakeOverTheRegistrationOfADeadReplica() throws Exception {
    Rpcbind.start(namespace, directory);
    startReplicaAtOtherPort().kill();
    assertEquals(mappingsTo(OTHER_PORT), rpcInfo.mappings(HOST), "rpcbind does not notice");

    ReplicaProcess next = startReplicas(HOST).get(0);
    expectReady(HOST);
    assertEquals(mappingsTo(PORT), rpcInfo.mappings(HOST));
    next.terminate();
    assertEquals(NONE, rpcInfo.mappings(HOST));
  }

  @Test
  void shouldLeaveTheRegistrationToALivingReplica() throws Exception {
    Rpcbind.start(namespace, directory);
    ReplicaProcess first = startReplicaAtOtherPort();
    ReplicaProcess second = startReplicas(HOST).get(0);
    second.terminate();
    assertEquals(mappingsTo(OTHER_PORT), rpcInfo.mappings(HOST), "it was never the second one's");
    first.terminate();
    assertEquals(NONE, rpcInfo.mappings(HOST));
  }

  @Test
  void shouldKeepTheRegistrationThatReplicasAtOnePortShare() throws Exception {
    Rpcbind.start(namespace, directory);
    List<ReplicaProcess> replicas = startReplicas(HOST, OTHER_HOST);
    replicas.get(1).terminate();
    assertEquals(mappingsTo(PORT), rpcInfo.mappings(HOST), "the first one still serves there");
    expectReady(HOST);
    replicas.get(0).terminate();
    assertEquals(NONE, rpcInfo.mappings(HOST));
  }

  @Test
  void shouldRegisterAgainAfterRpcbindHasForgotten() throws Exception {
    try (Rpcbind forgetful = Rpcbind.start(namespace, directory)) {
      startReplicas(HOST);
      expectReady(HOST);
    }
    Rpcbind.start(namespace, directory);
    expectReady(HOST);
    assertEquals(mappingsTo(PORT), rpcInfo.mappings(HOST));
  }

  @Test
  void shouldLeaveItsPortToAnRpcbindThatIsRestarted() throws Exception {
    ReplicaProcess replica;
    try (Rpcbind restarted = Rpcbind.start(namespace, directory)) {
      replica = startReplica(HOST, List.of());
      replica.awaitLog("registered at the portmapper");
    }
    replica.awaitLog("no portmapper answers here: waiting for one");

    Rpcbind.start(namespace, directory);
    rpcInfo.awaitMapped(HOST);
    assertEquals(mappingsTo(PORT), rpcInfo.mappings(HOST));
    assertTrue(isOfRpcbind(rpcInfo.list(HOST)), () -> "not rpcbind's: " + replica.log());
  }

  @Test
  void shouldGiveWayToAnRpcbindThatComesUpAndSayHowItGetsIpv4Back() throws Exception {
    ReplicaProcess replica = startReplicas(HOST).get(0);
    try (Rpcbind withoutIpv4 = Rpcbind.start(namespace, directory)) {
      replica.awaitLog(
          "WARNING: rpcbind came up without IPv4 while we had its port: C clients cannot find this"
              + " replica; restart it (systemctl restart rpcbind.socket rpcbind)");
      assertEquals(1, rpcInfo.list(HOST).status(), "nobody is there now");
      assertEquals(List.of("superuser"), rpcInfo.owners(), "it knows the replica all the same");
    }
    Rpcbind.start(namespace, directory);
    rpcInfo.awaitMapped(HOST);
    expectReady(HOST);
    assertTrue(isOfRpcbind(rpcInfo.list(HOST)), () -> "not rpcbind's: " + replica.log());
  }

  @Test
  void shouldReplaceTheRegistrationThatACServerOfRootHasLeft() throws Exception {
    Path leftBehind = Client.leftBehind();
    Rpcbind.start(namespace, directory);
    Outcome registered = namespace.run(leftBehind.toString(), Integer.toString(OTHER_PORT));
    assertEquals(new Outcome(0, "", ""), registered);
    assertEquals(mappingsTo(OTHER_PORT), rpcInfo.mappings(HOST));
    assertEquals(List.of("superuser"), rpcInfo.owners());

    ReplicaProcess replica = startReplica(HOST, List.of());
    replica.awaitLog("registered at the portmapper");
    expectReady(HOST);
    assertEquals(mappingsTo(PORT), rpcInfo.mappings(HOST));
    replica.terminate();
    assertEquals(NONE, rpcInfo.mappings(HOST));
  }

  @Test
  void shouldBeFoundByCClientsAtAnAddressOfIpv6() throws Exception {
    List<Client> clients = List.of(Client.c().get(0), Client.udp(), Client.java());
    ReplicaProcess embedding = startReplica(IPV6_HOST, List.of("--portmapper", "embedded"));
    embedding.awaitLog("serving as one at port 111");
    expectFoundOverIpv6(clients);
    embedding.terminate();

    Rpcbind.start(namespace, directory);
    ReplicaProcess registered = startReplica(IPV6_HOST, List.of());
    registered.awaitLog("registered at the portmapper");
    expectFoundOverIpv6(clients);
    registered.terminate();
    assertEquals(NONE, rpcInfo.owners());
  }

  private void expectFoundOverIpv6(List<Client> clients) throws Exception {
    for (Client client : clients) {
      client.expect(namespace, IPV6_HOST, ClientCase.put("key", client.name(), 0));
      client.expect(namespace, IPV6_HOST, ClientCase.get("key", client.name()));
      client.expect(namespace, IPV6_HOST, ClientCase.del("key", 0));
    }
    for (String netId : List.of("tcp6", "udp6")) {
      assertTrue(rpcInfo.isReady(netId, IPV6_HOST), netId);
    }
  }

  /** The embedded portmapper does not list its version 4 to those who ask in version 2. */
  private static boolean isOfRpcbind(Outcome listed) {
    return listed.stdout().lines().anyMatch(line -> line.matches(" *100000 +4 +tcp +111 .*"));
  }

  private ReplicaProcess startReplica(String host, List<String> options) throws Exception {
    LongAgo.modified(Files.writeString(directory.resolve("replica"), host + "\n"));
    ReplicaProcess replica = ReplicaProcess.start(namespace, directory, host, PORT, options);
    replica.awaitServing();
    return replica;
  }

  private List<ReplicaProcess> startReplicas(String... hosts) throws Exception {
    return ReplicaProcess.startAll(namespace, directory, List.of(hosts));
  }

  private ReplicaProcess startReplicaAtOtherPort() throws Exception {
    return ReplicaProcess.startAll(namespace, directory, List.of(HOST), OTHER_PORT).get(0);
  }

  private void expectReady(String host) throws Exception {
    for (String option : TRANSPORT_OPTIONS) {
      rpcInfo.awaitReady(option, host);
    }
  }

  private static List<String> mappingsTo(int port) {
    return TRANSPORTS.stream().map(each -> "1 " + each + " " + port).toList();
  }
}
