package org.rkv.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.rkv.interop.ClientCase.del;
import static org.rkv.interop.ClientCase.get;
import static org.rkv.interop.ClientCase.put;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.ReplicaProcess;

/**
 * The C clients, unmodified, against our replicas; and the Java rkv beside them, which must not be
 * told from them. All find the replica through the portmapper that it embeds.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class CInteropIT {
  private static final List<String> FIVE =
      List.of("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5");
  private static final String SINGLE = "127.0.0.11";
  private static final int CAPACITY = 256;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private static Path directory;

  private NetworkNamespace namespace;
  private List<Client> clients;

  @BeforeAll
  void startReplicas() throws Exception {
    clients = Client.all();
    namespace = NetworkNamespace.open(directory);
    ReplicaProcess.startAll(namespace, directory.resolve("single"), List.of(SINGLE));
    ReplicaProcess.startAll(namespace, directory.resolve("five"), FIVE);
  }

  @AfterAll
  void stopReplicas() throws IOException, InterruptedException {
    if (namespace != null) {
      namespace.close();
    }
  }

  List<Client> clients() {
    return clients;
  }

  @ParameterizedTest
  @MethodSource("clients")
  void shouldHoldTheSessionOfTheOriginalSystem(Client client) throws Exception {
    client.expect(namespace, SINGLE, ClientTable.session());
  }

  @ParameterizedTest
  @MethodSource("clients")
  void shouldCheckSizesInTheOriginalOrder(Client client) throws Exception {
    client.expect(namespace, SINGLE, ClientTable.sizes());
  }

  @ParameterizedTest
  @MethodSource("clients")
  void shouldGiveBackTheVeryBytesThatWerePut(Client client) throws Exception {
    client.expect(namespace, SINGLE, ClientTable.anyBytes());
    client.expect(namespace, SINGLE, ClientTable.everyByte());
  }

  @Test
  void shouldGiveBackTheVeryBytesInAnyLocaleOfTheJavaClient() throws Exception {
    Client.java("C").expect(namespace, SINGLE, ClientTable.anyBytes());
    Client.java("C").expect(namespace, SINGLE, ClientTable.everyByte());
  }

  @Test
  void shouldServeEveryClientWhatAnotherOnePut() throws Exception {
    String key = Client.utf8("schlüssel\n");
    String value = Client.utf8("%s \"日本\"") + "\u00ff";
    for (Client writer : clients) {
      writer.expect(namespace, SINGLE, put(key, value, 0));
      for (Client reader : clients) {
        reader.expect(namespace, SINGLE, get(key, value));
      }
      writer.expect(namespace, SINGLE, del(key, 0));
    }
  }

  @Test
  void shouldRefuseTheFirstFreshKeyBeyondTheCapacityButStillOverwrite() throws Exception {
    assertEquals("PUT: server response: succeeded (0)\n".repeat(CAPACITY), forEachKey("PUT", "v"));
    for (Client client : clients) {
      client.expect(
          namespace,
          SINGLE,
          List.of(
              put("fresh", "v", 8),
              get("fresh", 4),
              put("key1", client.name(), 7),
              get("key1", client.name()),
              del("key256", 0),
              put("fresh", "v", 0),
              put("key256", "v", 8),
              del("fresh", 0),
              put("key256", "v", 0)));
    }
    assertEquals("DEL: server response: succeeded (0)\n".repeat(CAPACITY), forEachKey("DEL"));
    clients.get(0).expect(namespace, SINGLE, get("key1", 5));
  }

  /** One shell, 256 calls of a C client; returns what they printed. */
  private String forEachKey(String command, String... value)
      throws IOException, InterruptedException {
    String loop =
        "for i in $(seq %d); do \"$0\" %s %s key$i %s; done"
            .formatted(CAPACITY, SINGLE, command, String.join("", value));
    List<String> words = List.of("sh", "-c", loop, clients.get(0).executable().toString());
    return namespace.run(Duration.ofSeconds(60), Map.of(), words).stdout();
  }

  @ParameterizedTest
  @MethodSource("clients")
  void shouldShowEveryReplicaWhatWasDoneThroughAnother(Client client) throws Exception {
    client.expect(namespace, FIVE.get(0), put("abc", "ABC", 0));
    expectFromAll(client, get("abc", "ABC"));
    client.expect(namespace, FIVE.get(1), put("abc", "XYZ", 7));
    expectFromAll(client, get("abc", "XYZ"));
    expectFromAll(client, get("what", 4));
    client.expect(namespace, FIVE.get(2), del("abc", 0));
    expectFromAll(client, get("abc", 5));
    expectFromAll(client, del("abc", 5));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void shouldTreatAllReplicasAlike(Client client) throws Exception {
    for (int first = 0; first < FIVE.size(); first++) {
      client.expect(namespace, replica(first), get("k", 5));
      client.expect(namespace, replica(first), put("k", "one", 0));
      client.expect(namespace, replica(first + 1), get("k", "one"));
      client.expect(namespace, replica(first + 2), put("k", "two", 7));
      client.expect(namespace, replica(first + 3), get("k", "two"));
      client.expect(namespace, replica(first + 4), put("", "", 0));
      client.expect(namespace, replica(first + 1), del("k", 0));
      client.expect(namespace, replica(first + 3), del("k", 4));
      client.expect(namespace, replica(first), del("", 0));
    }
  }

  @ParameterizedTest
  @MethodSource("clients")
  void shouldHoldTheSessionThroughEachOfFiveReplicasInTurn(Client client) throws Exception {
    int line = 0;
    for (ClientCase each : ClientTable.session()) {
      client.expect(namespace, replica(line++), each);
    }
  }

  private static String replica(int number) {
    return FIVE.get(number % FIVE.size());
  }

  private void expectFromAll(Client client, ClientCase one)
      throws IOException, InterruptedException {
    for (String host : FIVE) {
      client.expect(namespace, host, one);
    }
  }
}
