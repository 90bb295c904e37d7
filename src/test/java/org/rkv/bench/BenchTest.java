package org.rkv.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.client.Connector;
import org.rkv.client.RkvClient;
import org.rkv.replica.Cluster;
import org.rkv.store.Limits;

/** The bench against replicas in this JVM. */
class BenchTest {
  private static final int CLIENTS = 4;

  @TempDir private Path directory;
  private final List<String> progress = Collections.synchronizedList(new ArrayList<>());
  private Cluster replicas;

  @BeforeEach
  void startReplicas() throws Exception {
    replicas = Cluster.serving(directory, 2, Limits.ofTheCSystem());
  }

  @AfterEach
  void stopReplicas() throws InterruptedException {
    replicas.close();
  }

  private Bench.Result run(String mix, int keys, int pipeline, double rate) throws Exception {
    List<LoadConnection.Server> servers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      servers.add(ReplicaConnection.server(replicas.address(i)));
    }
    Workload workload = new Workload(Workload.DEFAULT_KEY_PREFIX, Workload.mix(mix), keys, 16);
    return new Bench(workload, pipeline, rate, progress::add).run(servers, CLIENTS, 0, 1);
  }

  @Test
  void shouldDoAllKindsOfOperationsThroughAllReplicas() throws Exception {
    Bench.Result result = run("put=25,get=25,del=25,null=25", 10, 3, 0);

    assertEquals(Map.of(), result.measurement().errors());
    assertEquals(4, result.measurement().latencies().size());
    assertTrue(result.operationsPerSecond() > CLIENTS, () -> "" + result.operationsPerSecond());
    assertTrue(progress.get(0).startsWith("measuring, 1 s: "), progress::toString);
  }

  @Test
  void shouldLeaveTheKeysOfAnotherBenchAlone() throws Exception {
    Workload other = new Workload("other-", Workload.mix("get"), 10, 20);
    Sweep.fill(other, progress::add).run(server(0));
    Bench.Result result = run("put=50,get=50", 10, 1, 0);

    assertEquals(Map.of(), result.measurement().errors());
    try (RkvClient client = RkvClient.connect(replicas.name(0))) {
      for (int key = 0; key < 10; key++) {
        assertEquals(other.value(key, 0), client.get("other-" + key).text().orElse("nothing"));
      }
    }
  }

  @Test
  void shouldKeepToARate() throws Exception {
    Bench.Result result = run("get", 10, 1, 50);

    assertTrue(result.measurement().operations() <= 60, "no more than were to begin");
    assertEquals(Map.of(), result.measurement().errors());
  }

  @Test
  void shouldNoticeAValueThatWasNotWrittenUnderItsKey() throws Exception {
    try (RkvClient client = RkvClient.connect(replicas.name(0))) {
      client.put(Workload.DEFAULT_KEY_PREFIX + 0, "something else");
    }
    Bench.Result result = run("get", 1, 1, 0);

    assertEquals(0, result.measurement().operations());
    assertEquals(
        List.of("GET returned a value that was not written under its key"),
        List.copyOf(result.measurement().errors().keySet()));
  }

  private String bench(int status, String... arguments) throws Exception {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> words = new ArrayList<>(List.of(replicas.name(0), "--seconds=1", "--warm-up=0"));
    words.add("--quiet");
    words.addAll(List.of(arguments));
    assertEquals(
        status,
        BenchCommand.run(
            replicas::port, OutputStream.nullOutputStream(), err, words.toArray(String[]::new)),
        err::toString);
    return err.toString(UTF_8);
  }

  private int entries() throws Exception {
    Connector connector = new Connector(replicas.port(), replicas.port(), 5_000);
    return 256 - (int) StoreLimits.askedOf(replicas.name(1), connector).freeEntries();
  }

  @Test
  void shouldRemoveItsKeysAndLeaveOthers() throws Exception {
    try (RkvClient client = RkvClient.connect(replicas.name(0))) {
      client.put("bench-0", "mine");
      assertEquals("", bench(0, "--fill", "--keys=20"));
      assertEquals("", bench(0, "--mix=put=50,get=50"));
      assertEquals("mine", client.get("bench-0").text().orElse("nothing"));
    }
    assertEquals(1, entries());
    String kept = bench(0, "--keep", "--keys=5", "--fill", "--key-prefix=k");
    assertEquals("rkv bench: the keys begin with k\n", kept);
    assertEquals(6, entries());
  }

  /** As Ctrl-C does: whoever waits for the bench is interrupted. */
  @Test
  void shouldRemoveItsKeysWhenItIsBrokenOff() throws Exception {
    Workload workload = new Workload("broken-", Workload.mix("put"), 100, 16);
    List<LoadConnection.Server> servers = List.of(server(0), server(1));
    BenchRun run = new BenchRun(workload, servers, 5_000, progress::add);
    Thread bench = Thread.currentThread();
    Bench.Result result =
        run.run(
            true,
            false,
            () -> {
              assertEquals(100, entriesOrFail());
              bench.interrupt();
              return new Bench(workload, 1, 0, progress::add).run(servers, CLIENTS, 0, 1000);
            });
    assertTrue(Thread.interrupted(), "and it says so");
    assertTrue(result.seconds() < 100);
    assertEquals(0, entries());
  }

  private int entriesOrFail() {
    try {
      return entries();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldRefuseWhatTheStoreCannotHold() throws Exception {
    String see = "; see rkv bench --help\n";
    assertEquals(
        "rkv bench: --keys 257 do not fit: 256 of 256 entries are free; take fewer, or raise"
            + " --capacity of all replicas"
            + see,
        bench(2, "--keys=257"));
    assertEquals(
        "rkv bench: --value-bytes 31: values are too large: the replicas take 30; take less, or raise"
            + " --max-length of all replicas"
            + see,
        bench(2, "--value-bytes=31"));
    assertEquals(
        "rkv bench: --key-prefix and --keys make keys of 31 bytes, which are too large: the replicas take"
            + " 30; take less, or raise --max-length of all replicas"
            + see,
        bench(2, "--key-prefix=" + "x".repeat(28)));
    bench(0, "--keys=257", "--mix=get");
  }

  @Test
  void shouldRefuseWhatThisProcessCannotHold() throws Exception {
    String said = bench(2, "--clients=10000", "--pipeline=16384");
    assertTrue(said.contains("--clients"), said);
  }

  @Test
  void shouldCountWhatIsRefused() throws Exception {
    Bench.Result result = run("put", 10_000, 1, 0);

    assertEquals(
        List.of("PUT was answered: key value store is out of capacity (8)"),
        List.copyOf(result.measurement().errors().keySet()));
  }

  @Test
  void shouldWriteEachKeyOnceToBeginWith() throws Exception {
    Workload workload = new Workload(Workload.DEFAULT_KEY_PREFIX, Workload.mix("get"), 200, 16);
    Sweep.fill(workload, progress::add).run(server(0));

    try (RkvClient client = RkvClient.connect(replicas.name(1))) {
      for (int key = 0; key < 200; key++) {
        String value = client.get(Workload.DEFAULT_KEY_PREFIX + key).text().orElse("nothing");
        assertTrue(workload.isValueOf(key, value), value);
      }
    }
  }

  @Test
  void shouldNotFillMoreThanTheReplicasTake() {
    Workload workload = new Workload(Workload.DEFAULT_KEY_PREFIX, Workload.mix("get"), 1000, 16);
    IOException refused =
        assertThrows(IOException.class, () -> Sweep.fill(workload, progress::add).run(server(0)));

    assertEquals(
        "a key was not stored: PUT was answered: key value store is out of capacity (8)",
        refused.getMessage());
  }

  private LoadConnection.Server server(int replica) {
    return ReplicaConnection.server(replicas.address(replica));
  }

  @Test
  void shouldSayWhyThereIsNoConnection() throws Exception {
    replicas.stop(0);
    replicas.stop(1);
    Bench.Result result = run("get", 10, 1, 0);

    assertEquals(0, result.measurement().operations());
    assertTrue(
        result.measurement().errors().keySet().stream()
            .allMatch(error -> error.startsWith("no connection to ")),
        () -> "" + result.measurement().errors());
  }

  @Test
  void shouldShowTheSameInEachFormat() throws Exception {
    Bench.Result result = run("put=50,get=50", 10, 1, 0);
    long puts = result.measurement().latencies().get(Kind.PUT).getTotalCount();

    List<String> text = Report.TEXT.lines(result);
    assertTrue(text.get(0).startsWith(result.measurement().operations() + " operations in 1."));
    assertTrue(text.get(2).matches("PUT +" + puts + "( +\\d+){6}"), text.get(2));
    JsonObject json = JsonParser.parseString(Report.JSON.lines(result).get(0)).getAsJsonObject();
    assertEquals(puts, json.getAsJsonObject("PUT").get("count").getAsLong());
    List<String> csv = Report.CSV.lines(result);
    assertEquals(3, csv.size());
    assertEquals(csv.get(0).split(",").length, csv.get(1).split(",").length);
    assertTrue(csv.get(1).startsWith("PUT," + puts + ","), csv.get(1));
  }
}
