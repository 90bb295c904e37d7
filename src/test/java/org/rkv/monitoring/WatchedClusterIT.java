package org.rkv.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.Figures;
import org.rkv.testing.FreePort;
import org.rkv.testing.Latencies;
import org.rkv.testing.Requirements;
import org.rkv.testing.ShellCluster;
import org.rkv.testing.TestClient;

/** Five replicas that a real Prometheus watches, and many who read slowly. */
@Timeout(300)
class WatchedClusterIT {
  private static final List<String> HOSTS =
      List.of("127.0.14.1", "127.0.14.2", "127.0.14.3", "127.0.14.4", "127.0.14.5");
  private static final String FIRST = HOSTS.get(0);
  private static final String LAST = HOSTS.get(4);
  private static final int SLOW_READERS = 200;
  private static final int PUTS = 1000;

  /** A loop that waited for its readers would wait for seconds, each of them for five. */
  private static final double SOON_MILLIS = 1000;

  /** On a machine that is busy with something else. */
  private static final int TIMES_AS_LONG = 20;

  @TempDir static Path directory;
  private static int port;
  private static ShellCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    Requirements.commands("flock", "setsid", "prometheus", "promtool");
    port = FreePort.find();
    Path place = Files.createDirectory(directory.resolve("rkv"));
    cluster = ShellCluster.install(place, HOSTS, "--http " + port);
    cluster.start();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Set<String> targets() {
    Set<String> targets = new TreeSet<>();
    HOSTS.forEach(host -> targets.add(host + ":" + port));
    return targets;
  }

  private static void awaitAlert(Prometheus prometheus, String alert) {
    Eventually.until(
        alert,
        () -> prometheus.firing().stream().anyMatch(each -> each.startsWith(alert)),
        () -> prometheus.firing() + "\n" + prometheus.log());
  }

  @Test
  void shouldCallSomebodyWhenAReplicaDiesAndNobodyOnceItIsBack() throws Exception {
    Path files = Files.createDirectory(directory.resolve("prometheus"));
    try (Prometheus prometheus = new Prometheus(files, List.copyOf(targets()));
        TestClient client = TestClient.of(cluster.address(FIRST))) {
      Eventually.until("it scrapes all", () -> prometheus.up().equals(targets()), prometheus::log);
      assertEquals(kv.PUT_OK, client.put("k", "v"));
      Eventually.until(
          "all is well", () -> prometheus.firing().isEmpty(), () -> prometheus.firing().toString());

      long begin = System.nanoTime();
      cluster.kill(LAST);
      assertEquals(kv.PUT_FAILED, client.put("k", "w"));
      awaitAlert(prometheus, "RkvReplicaDown: " + LAST + ":" + port);
      Figures.print("an alert fires after ms", (System.nanoTime() - begin) / 1_000_000);
      awaitAlert(prometheus, "RkvRequestsFail: PUT at " + FIRST + ":" + port);
      awaitAlert(prometheus, "RkvPeerUnreachable: " + FIRST + ":" + port + " cannot ask " + LAST);

      cluster.start(LAST);
      Eventually.until(
          "it scrapes all again", () -> prometheus.up().equals(targets()), prometheus::log);
      Eventually.until(
          "nobody is called for it any more",
          () -> prometheus.firing().stream().noneMatch(each -> each.startsWith("RkvReplicaDown")),
          prometheus::firing);
      Eventually.until(
          "writes succeed", () -> client.put("k", "v") != kv.PUT_FAILED, cluster::status);
    }
  }

  @Test
  void shouldTellWhatPromtoolTakesForGoodMetrics() throws Exception {
    URI uri = URI.create("http://" + FIRST + ":" + port + "/metrics");
    String metrics =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
            .body();
    Process promtool =
        new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
    try (var in = promtool.getOutputStream()) {
      in.write(metrics.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> ofOurs = said.lines().filter(line -> line.contains("rkv_")).toList();

    assertEquals(List.of(), ofOurs, said);
    promtool.waitFor();
  }

  @Test
  void shouldWriteAsSoonAsEverBesideManyWhoReadSlowly() throws Exception {
    try (TestClient client = TestClient.of(cluster.address(FIRST))) {
      puts(client); // the compiler has had its turn
      Latencies alone = puts(client);
      Latencies beside;
      try (SlowReaders readers =
          new SlowReaders(new InetSocketAddress(FIRST, port), SLOW_READERS)) {
        beside = puts(client);
      }
      Figures.print("PUT alone", alone);
      Figures.print("PUT beside " + SLOW_READERS + " slow readers", beside);

      double soon = Math.max(SOON_MILLIS, TIMES_AS_LONG * alone.percentile(99));
      assertTrue(beside.percentile(99) < soon, () -> beside + ", alone " + alone);
    }
  }

  private static Latencies puts(TestClient client) throws Exception {
    Latencies latencies = new Latencies();
    for (int i = 0; i < PUTS; i++) {
      String key = "k" + i % 100;
      int code = latencies.time(() -> client.put(key, "v"));
      assertTrue(
          code == kv.PUT_OK || code == kv.PUT_DUPLICATE_KEY_VALUE_RESET, () -> "code " + code);
    }
    return latencies;
  }
}
