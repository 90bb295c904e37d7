package org.rkv.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.replica.Cluster;
import org.rkv.rpc.kv;
import org.rkv.store.Limits;
import org.rkv.testing.TestClient;

/** The entries of the store as a stream. */
@Timeout(120)
class ListingTest {
  private static final int ENTRIES = 5_000;

  @TempDir private Path directory;
  private Cluster replicas;

  @BeforeEach
  void startReplicas() throws Exception {
    replicas = Cluster.serving(directory, 2, new Limits(100_000, 1_000));
    try (RkvClient client = RkvClient.connect(replicas.name(0))) {
      List<CompletableFuture<PutResult>> writes = new ArrayList<>();
      for (int i = 0; i < ENTRIES; i++) {
        writes.add(client.putAsync(String.format("key%05d", i), "value" + i));
      }
      writes.forEach(CompletableFuture::join);
      client.put("Grüße", "日本");
    }
  }

  @AfterEach
  void stopReplicas() {
    replicas.close();
  }

  private RkvClient connect() throws RkvException {
    return RkvClient.connect(replicas.name(0), replicas.name(1));
  }

  private long listCalls(int replica) throws Exception {
    try (TestClient client = TestClient.of(replicas.address(replica))) {
      return client.stub().STATUS_1().calls[kv.LIST_1];
    }
  }

  @Test
  void shouldTellAllEntriesInOrder() throws Exception {
    try (RkvClient client = connect();
        Stream<Entry> entries = client.list("key")) {
      List<Entry> all = entries.toList();

      assertEquals(ENTRIES, all.size());
      for (int i = 0; i < ENTRIES; i++) {
        assertEquals(String.format("key%05d", i), all.get(i).keyText());
        assertEquals("value" + i, all.get(i).valueText());
      }
    }
  }

  @Test
  void shouldTellBytesAndText() throws Exception {
    try (RkvClient client = connect()) {
      Entry only = client.list("Gr").findFirst().orElseThrow();

      assertEquals("Grüße", only.keyText());
      assertEquals("日本", only.valueText());
      only.value()[0] = 0;
      assertArrayEquals("日本".getBytes(UTF_8), only.value());
      assertEquals("key of 7 bytes, value of 6 bytes", only.toString());
      assertEquals(ENTRIES + 1, client.listKeys(new byte[0]).count());
      assertEquals(0, client.list("zzz").count());
      assertEquals(0, client.list(new byte[(1 << 20) + 1]).count());
    }
  }

  @Test
  void shouldAskForAPageWhenItIsNeededAndForNoneOnceItIsClosed() throws Exception {
    try (RkvClient client = connect();
        Stream<Entry> entries = client.list("")) {
      Iterator<Entry> iterator = entries.iterator();
      assertEquals(0, listCalls(0));

      iterator.next();
      assertEquals(1, listCalls(0));
      for (int i = 0; i < 500; i++) {
        iterator.next();
      }
      assertEquals(1, listCalls(0));

      entries.close();
      assertFalse(iterator.hasNext());
      assertEquals(1, listCalls(0));
    }
  }

  @Test
  void shouldGoOnAtAnotherReplica() throws Exception {
    try (RkvClient client = connect();
        Stream<Entry> entries = client.list("key")) {
      Iterator<Entry> iterator = entries.iterator();
      List<String> keys = new ArrayList<>();
      keys.add(iterator.next().keyText());
      replicas.stop(0);
      iterator.forEachRemaining(entry -> keys.add(entry.keyText()));

      assertEquals(ENTRIES, keys.size());
      assertEquals(ENTRIES, keys.stream().distinct().count());
      assertEquals(replicas.name(1), client.replica());
    }
  }

  @Test
  void shouldThrowWhatAReadThrows() throws Exception {
    try (RkvClient client = connect()) {
      replicas.stop(1);
      assertThrows(AnnouncedFailedException.class, () -> client.put("key", "not everywhere"));

      UncheckedIOException failure =
          assertThrows(UncheckedIOException.class, () -> client.list("").count());

      assertInstanceOf(AnnouncedFailedException.class, failure.getCause());
      client.close();
      failure = assertThrows(UncheckedIOException.class, () -> client.list("").count());
      assertInstanceOf(CallFailedException.class, failure.getCause());
    }
  }
}
