package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.kv;
import org.rkv.testing.Digests;
import org.rkv.testing.Eventually;
import org.rkv.testing.FreePort;
import org.rkv.testing.ReplicaProcess;
import org.rkv.testing.TestClient;

/** Memory is filled by legal PUTs at five replicas, one of which has a quarter of the heap. */
@Tag("alone")
class FullHeapIT {
  private static final List<String> HOSTS =
      List.of("127.26.0.1", "127.26.0.2", "127.26.0.3", "127.26.0.4", "127.26.0.5");
  private static final int SMALLEST = 4;
  private static final String VALUE = "v".repeat(60_000);
  private static final int CLIENT_MILLIS = 25_000;
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;

  private final List<ReplicaProcess> replicas = new ArrayList<>();
  private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
  private volatile boolean over;
  private int port;

  @BeforeEach
  void start() throws Exception {
    port = FreePort.find();
    Files.writeString(directory.resolve("replica"), String.join("\n", HOSTS) + "\n");
    for (int i = 0; i < HOSTS.size(); i++) {
      replicas.add(start(i));
    }
    for (ReplicaProcess replica : replicas) {
      replica.awaitServing();
    }
  }

  private ReplicaProcess start(int index) throws Exception {
    return ReplicaProcess.start(
        directory,
        HOSTS.get(index),
        port,
        List.of(index == SMALLEST ? "-Xmx128m" : "-Xmx512m"),
        List.of("--capacity", "1000000", "--max-length", "65536"),
        Map.of());
  }

  @AfterEach
  void end() throws Exception {
    over = true;
    for (ReplicaProcess replica : replicas) {
      replica.kill();
    }
  }

  /** They ended together, and everything was lost. */
  @Test
  void shouldBeFullEverywhereAndLoseNothingWhenTheSmallestHeapIsFull() throws Exception {
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < HOSTS.size(); i++) {
      writers.add(writer(i));
    }
    for (Thread writer : writers) {
      writer.join();
    }

    assertTrue(acknowledged.size() > 100, acknowledged.size() + " entries of 60 KB");
    for (int i = 0; i < HOSTS.size(); i++) {
      assertTrue(replicas.get(i).isAlive(), replicas.get(i).log());
      assertHasAll(i);
    }

    Thread load = loadThatIsRefused();
    replicas.get(SMALLEST).kill();
    replicas.set(SMALLEST, start(SMALLEST));
    Eventually.until(SOON, () -> digests().areEqual(), () -> digests().toString());
    assertHasAll(SMALLEST);
    over = true;
    load.join();

    try (TestClient client = client(0)) {
      // Each of the writers' last PUTs was judged before the others' had come.
      for (int i = 0; i < HOSTS.size() + 1; i++) {
        assertEquals(kv.DEL_OK, client.del(acknowledged.remove()));
      }
      assertEquals(kv.PUT_OK, client.put("one more", VALUE));
    }
    for (ReplicaProcess replica : replicas) {
      assertTrue(replica.isAlive(), replica.log());
    }
  }

  /** Writes keys of its own until that replica is full. */
  private Thread writer(int index) {
    Thread writer =
        new Thread(
            () -> {
              try (TestClient client = client(index)) {
                for (int i = 0; ; i++) {
                  String key = "k" + index + "-" + i;
                  int code = client.put(key, VALUE);
                  if (code == kv.PUT_KVSTORE_OUT_OF_CAPACITY) {
                    return;
                  }
                  if (code == kv.PUT_OK) {
                    acknowledged.add(key);
                  }
                }
              } catch (Exception e) {
                throw new IllegalStateException("replica " + index, e);
              }
            });
    writer.start();
    return writer;
  }

  /** Asks for more all the while; each is refused. */
  private Thread loadThatIsRefused() {
    Thread load =
        new Thread(
            () -> {
              try (TestClient client = client(0)) {
                while (!over) {
                  client.put("too much", VALUE);
                }
              } catch (Exception e) {
                throw new IllegalStateException("the load", e);
              }
            });
    load.start();
    return load;
  }

  private void assertHasAll(int index) throws Exception {
    try (TestClient client = client(index)) {
      for (String key : acknowledged) {
        assertEquals("=" + VALUE, client.get(key), HOSTS.get(index) + " has " + key);
      }
    }
  }

  private TestClient client(int index) throws Exception {
    return TestClient.connect(address(index), CLIENT_MILLIS).timeoutMillis(CLIENT_MILLIS);
  }

  private InetSocketAddress address(int index) {
    return new InetSocketAddress(HOSTS.get(index), port);
  }

  private Digests digests() {
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (int i = 0; i < HOSTS.size(); i++) {
      addresses.add(address(i));
    }
    return Digests.of(addresses, false);
  }
}
