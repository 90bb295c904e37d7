package org.rkv.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.rkv.interop.ClientCase.notConnected;
import static org.rkv.interop.ClientCase.unanswered;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rkv.testing.Eventually;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;
import org.rkv.testing.ReplicaProcess;
import org.rkv.testing.Rpcbind;

/** What the clients say when they are called wrongly, or when there is nobody to answer them. */
@TestInstance(Lifecycle.PER_CLASS)
final class ClientFailureIT {
  private static final String NOBODY = "127.0.0.99";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private static Path directory;

  private NetworkNamespace namespace;
  private List<Client> clients;

  @BeforeAll
  void openNamespace() throws IOException, InterruptedException {
    clients = Client.all();
    namespace = NetworkNamespace.open(directory);
  }

  @AfterAll
  void closeNamespace() throws IOException, InterruptedException {
    if (namespace != null) {
      namespace.close();
    }
  }

  List<Client> clients() {
    return clients;
  }

  @ParameterizedTest
  @MethodSource("clients")
  void shouldCheckItsArgumentsBeforeAnythingElse(Client client) throws Exception {
    client.expect(namespace, NOBODY, ClientTable.usageErrors());
  }

  @ParameterizedTest
  @MethodSource("clients")
  void shouldNameItselfAsItWasCalled(Client client) throws Exception {
    Path link = directory.resolve("kv client " + clients.indexOf(client));
    Files.createSymbolicLink(link, client.executable());
    Client renamed = new Client(client.name(), link, client.environment());
    renamed.expect(namespace, NOBODY, ClientCase.usage());
  }

  @ParameterizedTest
  @MethodSource("clients")
  void shouldSayWhyItCannotConnect(Client client) throws Exception {
    assertEquals(
        new Outcome(0, "", ""),
        namespace.run("ip", "route", "replace", "unreachable", "198.51.100.0/24"));

    client.expect(namespace, NOBODY, notConnected("Remote system error - Connection refused"));
    client.expect(namespace, "no.such.host.invalid", notConnected("Unknown host"));
    client.expect(namespace, "127.0.0.1.1", notConnected("Unknown host"));
    client.expect(
        namespace, "192.0.2.1", notConnected("Remote system error - Network is unreachable"));
    client.expect(
        namespace, "198.51.100.1", notConnected("Remote system error - No route to host"));
  }

  @Test
  void shouldSayThatThePortmapperKnowsNoReplica() throws Exception {
    try (Rpcbind portmapper = Rpcbind.start(namespace, directory)) {
      for (Client client : clients) {
        client.expect(namespace, "127.0.0.1", notConnected("Program not registered"));
      }
    }
  }

  @Test
  void shouldSayThatARegisteredReplicaIsGone() throws Exception {
    try (Rpcbind portmapper = Rpcbind.start(namespace, directory)) {
      ReplicaProcess replica =
          ReplicaProcess.startAll(namespace, directory.resolve("gone"), List.of("127.0.0.1"))
              .get(0);
      replica.kill();
      for (Client client : clients) {
        client.expect(
            namespace, "127.0.0.1", notConnected("Remote system error - Connection refused"));
      }
    }
  }

  @Test
  void shouldSayThatTheConnectionWasReset() throws Exception {
    String host = faultyServer("127.0.0.21", "reset");
    String reason = "Unable to receive; errno = Connection reset by peer";
    for (Client client : clients) {
      client.expect(
          namespace,
          host,
          List.of(
              unanswered(reason, "PUT", "key", "value"),
              unanswered(reason, "GET", "key"),
              unanswered(reason, "DEL", "key")));
    }
  }

  /** Takes the 25 s that a call of the C client waits; all wait at the same time. */
  @Test
  void shouldGiveUpWaitingForAnAnswer() throws Exception {
    String host = faultyServer("127.0.0.22", "silent");
    List<Callable<Void>> calls = new ArrayList<>();
    for (Client client : clients) {
      for (ClientCase each :
          List.of(
              unanswered("Timed out", "PUT", "key", "value"),
              unanswered("Timed out", "GET", "key"),
              unanswered("Timed out", "DEL", "key"))) {
        calls.add(
            () -> {
              client.expect(namespace, host, each);
              return null;
            });
      }
    }
    ExecutorService threads = Executors.newFixedThreadPool(calls.size());
    try {
      for (Future<Void> call : threads.invokeAll(calls, 60, TimeUnit.SECONDS)) {
        call.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private String faultyServer(String host, String fault) throws Exception {
    Path log = directory.resolve(fault + ".log");
    Process server =
        namespace.start(
            directory,
            log,
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Path.of("target/test-classes").toAbsolutePath().toString(),
                FaultyServer.class.getName(),
                host,
                fault));
    Eventually.until(
        Duration.ofSeconds(10),
        () -> !server.isAlive() || log.toFile().length() > 0,
        () -> "the faulty server does not start; see " + log);
    assertEquals("ready\n", Files.readString(log));
    return host;
  }
}
