package org.rkv.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.Status;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.Figures;
import org.rkv.testing.Latencies;
import org.rkv.testing.Requirements;
import org.rkv.testing.ShellCluster;
import org.rkv.testing.TestClient;

/**
 * Thousands of strangers at one replica of a few: some pipeline PUTs, many send half records, or
 * greet in the name of a peer. The clients of the others notice nothing, a peer that restarts is
 * back soon, and whoever asks for the status is told. {@code -Drkv.strangers=10000
 * -Drkv.strangers.seconds=60 -Drkv.strangers.replicas=5} is the long run.
 */
@Tag("alone")
class StrangersIT {
  private static final int STRANGERS = Integer.getInteger("rkv.strangers", 1000);
  private static final int SECONDS = Integer.getInteger("rkv.strangers.seconds", 3);
  private static final int REPLICAS = Integer.getInteger("rkv.strangers.replicas", 3);
  private static final int PIPELINING = 40;
  private static final List<String> HOSTS =
      IntStream.rangeClosed(1, REPLICAS).mapToObj(i -> "127.0.42." + i).toList();
  private static final String ATTACKED = HOSTS.get(0);
  private static final String LAST = HOSTS.get(REPLICAS - 1);
  private static final String ELSEWHERE = "127.0.43.1";
  private static final Duration BACK = Duration.ofSeconds(10);
  private static final int CONNECT_MILLIS = 10_000;

  @TempDir Path directory;

  private ShellCluster cluster;

  private void start(String options) throws Exception {
    Requirements.commands("flock", "setsid");
    cluster = ShellCluster.install(directory, HOSTS, options);
    cluster.start();
  }

  @AfterEach
  void leaveNothing() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void shouldNotLetPeersFeelStrangersFromAnywhere() throws Exception {
    start("");
    for (String from : List.of(ELSEWHERE, HOSTS.get(1))) {
      InetAddress address = InetAddress.getByName(from);
      try (Strangers strangers =
          Strangers.ofAllKinds(cluster.address(ATTACKED), address, STRANGERS, PIPELINING)) {
        assertNobodyElseFeels(strangers, "strangers from " + from);
      }
    }
  }

  @Test
  void shouldNotLetPeersFeelThoseWhoGreetInTheNameOfOneAndProveNothing() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "known to the replicas alone\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    start("--secret-file " + secret);
    String name = LAST + ":" + cluster.address(LAST).getPort();
    InetAddress address = InetAddress.getByName(LAST);
    try (Strangers strangers =
        Strangers.whoGreet(cluster.address(ATTACKED), address, STRANGERS, PIPELINING, name)) {
      assertNobodyElseFeels(strangers, "greetings in the name of " + name);
    }
  }

  private void assertNobodyElseFeels(Strangers strangers, String who) throws Exception {
    Eventually.until(
        Duration.ofSeconds(60),
        () -> strangers.connected() >= STRANGERS * 9 / 10,
        () -> strangers.connected() + " strangers are connected");
    long connectedNanos = System.nanoTime();
    Eventually.until(
        BACK,
        () -> HOSTS.stream().allMatch(host -> servingAsSeenBy(host) == REPLICAS),
        () -> cluster.log(ATTACKED));
    long acceptedMillis = millisSince(connectedNanos);
    Latencies puts = new Latencies();
    List<String> failures = Collections.synchronizedList(new ArrayList<>());
    List<Thread> clients = new ArrayList<>();
    long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    for (String host : HOSTS.subList(1, REPLICAS)) {
      Thread client = new Thread(() -> work(host, endNanos, puts, failures), "client of " + host);
      clients.add(client);
      client.start();
    }
    int asked = 0;
    while (System.nanoTime() - endNanos < 0) {
      assertStatusIsTold();
      asked++;
    }
    for (Thread client : clients) {
      client.join();
    }
    long restartedNanos = System.nanoTime();
    restartLast();
    long backMillis = millisSince(restartedNanos);

    Figures.print(who + ": ms until those that came at once are accepted", acceptedMillis);
    Figures.print(who + ": PUT, GET at the others", puts);
    Figures.print(who + ": times that the status was told", asked);
    Figures.print(who + ": connections of strangers that were ended", strangers.ended());
    Figures.print(who + ": ms until a peer that was killed serves again", backMillis);
    String log = cluster.log(ATTACKED);
    assertEquals(List.of(), failures, () -> "the clients of others; its log: " + log);
    assertTrue(puts.count() > 0);
    assertTrue(backMillis < BACK.toMillis(), () -> backMillis + " ms");
  }

  private static long millisSince(long startNanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }

  private void work(String host, long endNanos, Latencies puts, List<String> failures) {
    try (TestClient client = TestClient.connect(cluster.address(host), CONNECT_MILLIS)) {
      while (System.nanoTime() - endNanos < 0) {
        puts.time(
            () -> {
              int code = client.put(host, "v");
              boolean isDone = code == kv.PUT_OK || code == kv.PUT_DUPLICATE_KEY_VALUE_RESET;
              String got = client.get(host);
              if (!isDone || !got.equals("=v")) {
                failures.add(Instant.now() + " at " + host + ": PUT " + code + ", GET " + got);
              }
              return null;
            });
      }
    } catch (Exception e) {
      failures.add(Instant.now() + " at " + host + ": " + e);
    }
  }

  private void assertStatusIsTold() throws Exception {
    String status = cluster.status();
    assertFalse(status.contains("silent"), status);
    String attacked =
        status.lines().filter(line -> line.startsWith(ATTACKED + " ")).findFirst().orElse("");
    assertTrue(attacked.contains("serving"), status);
  }

  private void restartLast() throws Exception {
    cluster.kill(LAST);
    cluster.beginStart(LAST);
    Eventually.until(
        Duration.ofSeconds(60),
        () -> REPLICAS == servingAsSeenBy(LAST) && REPLICAS == servingAsSeenBy(ATTACKED),
        () -> cluster.log(LAST));
  }

  /** How many replicas serve, itself included, as this one says. */
  private int servingAsSeenBy(String host) {
    try (TestClient client = TestClient.connect(cluster.address(host), CONNECT_MILLIS)) {
      Status status = client.timeoutMillis(CONNECT_MILLIS).stub().STATUS_1();
      int serving = status.state == kv.REPLICA_SERVING ? 1 : 0;
      for (var peer : status.peers) {
        serving += peer.reachable && peer.state == kv.REPLICA_SERVING ? 1 : 0;
      }
      return serving;
    } catch (Exception notYet) {
      return 0;
    }
  }
}
