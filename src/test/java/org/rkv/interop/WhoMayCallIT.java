package org.rkv.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.rkv.interop.ClientCase.del;
import static org.rkv.interop.ClientCase.get;
import static org.rkv.interop.ClientCase.put;
import static org.rkv.interop.ClientCase.unanswered;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;
import org.rkv.testing.ReplicaProcess;
import org.rkv.testing.RpcInfo;

/**
 * What the clients say to replicas that do not let them read, or write. They call from 127.0.0.1.
 */
final class WhoMayCallIT {
  private static final List<String> HOSTS = List.of("127.0.0.11", "127.0.0.12");
  private static final String FIRST = HOSTS.get(0);
  private static final String SECOND = HOSTS.get(1);
  private static final String WHY = "Authentication error; why = Client credential too weak";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private final List<ReplicaProcess> replicas = new ArrayList<>();
  private NetworkNamespace namespace;

  @BeforeEach
  void openNamespace() throws IOException, InterruptedException {
    namespace = NetworkNamespace.open(directory);
  }

  @AfterEach
  void stopReplicas() throws IOException, InterruptedException {
    if (namespace != null) {
      namespace.close();
    }
  }

  private void start(String clients) throws Exception {
    listSays(clients);
    Files.writeString(directory.resolve("replica"), String.join("\n", HOSTS) + "\n");
    List<String> options = List.of("--portmapper", "embedded", "--clients", "clients");
    for (String host : HOSTS) {
      replicas.add(ReplicaProcess.start(namespace, directory, host, ReplicaProcess.PORT, options));
    }
    for (ReplicaProcess replica : replicas) {
      replica.awaitServing();
    }
    for (String host : HOSTS) {
      new RpcInfo(namespace).awaitMapped(host);
    }
  }

  private void listSays(String clients) throws IOException {
    Path next = Files.writeString(directory.resolve("clients.next"), clients);
    Files.move(next, directory.resolve("clients"), StandardCopyOption.REPLACE_EXISTING);
  }

  private Outcome java(String... words) throws IOException, InterruptedException {
    return Client.java().run(namespace, List.of(words));
  }

  @Test
  void shouldServeEachClientAsTheListHasItAndSayWhyNot() throws Exception {
    start("127.0.0.1 rw\n");
    List<Client> clients = new ArrayList<>(Client.c());
    clients.add(Client.udp());
    for (Client client : clients) {
      client.expect(namespace, FIRST, List.of(put("k", "v", 0), del("k", 0)));
    }
    clients.get(0).expect(namespace, FIRST, put("k", "v", 0));

    listSays("127.0.0.1 ro\n");
    for (ReplicaProcess replica : replicas) {
      awaitEntriesTwice(replica);
    }
    for (Client client : clients) {
      client.expect(
          namespace,
          SECOND,
          List.of(get("k", "v"), unanswered(WHY, "PUT", "k", "w"), unanswered(WHY, "DEL", "k")));
    }
    assertEquals(
        new Outcome(
            1, "", "PUT: rpc error: RPC: " + WHY + "\nrkv: " + FIRST + " does not let us write\n"),
        java(FIRST, "PUT", "k", "w"));
    assertEquals(0, java("--no-env", FIRST, "LIST").status());

    listSays("# nobody\n");
    for (ReplicaProcess replica : replicas) {
      replica.awaitLog("clients names no client: nobody but replicas may call");
    }
    for (Client client : clients) {
      client.expect(namespace, FIRST, unanswered(WHY, "GET", "k"));
    }
    for (String command : List.of("STATUS", "DIGEST", "REPLICAS", "LIST")) {
      Outcome refused = java("--no-env", FIRST, command);
      assertEquals(1, refused.status(), command);
      assertTrue(refused.stderr().contains("rkv: " + FIRST + " does not let us read\n"), command);
    }
    listSays("* rw\n");
    Eventually.until(
        "the store is as it was",
        () -> java(FIRST, "GET", "k").stdout().contains("value=\"v\""),
        () -> replicas.get(0).log());
  }

  private static void awaitEntriesTwice(ReplicaProcess replica) {
    Eventually.until(
        "the new list holds",
        () -> replica.log().split("who may call is what clients says: 1 entries", -1).length == 3,
        replica::log);
  }

  @Test
  void shouldNotStartWithAListThatHasAFault() throws Exception {
    Files.writeString(directory.resolve("replica"), FIRST + "\n" + SECOND + "\n");
    listSays("10.0.0.0/8 rw\n010.0.0.1 rw\n");
    List<String> command = ReplicaProcess.command(FIRST, ReplicaProcess.PORT);
    command.addAll(List.of("--no-portmapper", "--clients", "clients"));
    Path log = directory.resolve("log");
    assertEquals(1, namespace.start(directory, log, command).waitFor());
    List<String> lines = Files.readAllLines(log);
    assertEquals(1, lines.size(), lines::toString);
    assertTrue(
        lines.get(0).contains("cannot start: clients: line 2: \"010.0.0.1\" is no address"),
        lines::toString);
  }
}
