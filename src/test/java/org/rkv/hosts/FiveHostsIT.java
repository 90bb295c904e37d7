package org.rkv.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.interop.Client;
import org.rkv.testing.Eventually;
import org.rkv.testing.Outcome;

/**
 * Five hosts, each with its own address, rpcbind, sshd and directory; kv_r.sh on the first of them
 * does all that an operator does, as {@code src/site/markdown/operations.md} says it. The C client
 * runs on the first host and finds each replica through the rpcbind of its host.
 */
@Tag("alone")
@Timeout(180)
final class FiveHostsIT {
  private static final List<String> FIVE = List.of("alpha", "beta", "gamma", "delta", "epsilon");
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final String STORED = "PUT: server response: succeeded (0)\n";
  private static final String OVERWRITTEN =
      "PUT: server response: key is not unique; value is reset (7)\n";
  private static final String FAILED = "PUT: server response: failed (1)\n";

  /** Below the 25 s of a call to a replica that does not answer; a quiet machine needs 3 s. */
  private static final int STATUS_SECONDS = 20;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path scratch;

  private HostNetwork network;
  private Host alpha;
  private Client client;

  @BeforeEach
  void startOnAll() throws Exception {
    client = Client.c().get(0);
    network = HostNetwork.boot(scratch.toRealPath(), FIVE);
    alpha = network.host("alpha");
    done("./kv_r.sh install");
    Outcome start = done("./kv_r.sh start");
    FIVE.forEach(name -> assertEquals("serving", state(start, name), start::toString));
  }

  @AfterEach
  void close() throws IOException, InterruptedException {
    if (network != null) {
      network.close();
    }
  }

  @Test
  void shouldServeTheSameAtEveryHostAndLeaveNothingBehind() throws Exception {
    int number = 0;
    for (String writer : FIVE) {
      String value = "v" + number;
      assertEquals(number++ == 0 ? STORED : OVERWRITTEN, call(writer, "PUT key " + value));
      for (String reader : FIVE) {
        assertEquals(found(value), call(reader, "GET key"), writer + " to " + reader);
      }
    }
    followTheLogs();
    String logs = done("./kv_r.sh logs").stdout();
    for (String name : FIVE) {
      assertEquals(2, mappings(name), name);
      String registered =
          name + " INFO: registered at the portmapper at " + network.address(name) + "\n";
      assertTrue(logs.contains(registered), logs);
    }
    Outcome again = done("./kv_r.sh start");
    FIVE.forEach(name -> assertTrue(again.stdout().contains(name + ": already running"), name));

    Outcome stop = done("./kv_r.sh stop");
    for (String name : FIVE) {
      assertTrue(stop.stdout().contains(name + ": stopped\n"), stop::toString);
      assertEquals(0, mappings(name), name);
      Host host = network.host(name);
      Eventually.until(DEADLINE, () -> host.processes().isEmpty(), () -> name + host.processes());
    }
    Outcome[] seen = new Outcome[1];
    // Five hosts on one machine that has other work may take longer than status waits for them.
    Eventually.until(
        DEADLINE,
        () -> {
          seen[0] = alpha.run("./kv_r.sh status");
          return FIVE.stream().allMatch(name -> state(seen[0], name).equals("stopped"));
        },
        () -> "one is not stopped: " + seen[0]);
  }

  @Test
  void shouldReplaceAHostThatIsLost() throws Exception {
    assertEquals(STORED, call("beta", "PUT kept value"));
    network.host("gamma").cutPower();
    alpha.run("kill -s STOP $(cat target/run/alpha.pid)");
    expectInTime(List.of("silent", "serving", "unreachable", "serving", "serving"));
    alpha.run("kill -s CONT $(cat target/run/alpha.pid)");

    Eventually.until(
        DEADLINE,
        () -> call("beta", "PUT lost value").equals(FAILED),
        () -> "a write succeeds without gamma");
    assertEquals(found("value"), call("delta", "GET kept"));
    Outcome start = alpha.run("./kv_r.sh start gamma");
    assertEquals(1, start.status(), start::toString);
    assertTrue(start.stderr().contains("gamma: ssh: connect to host"), start::toString);

    network.replace("gamma");
    assertEquals("not-installed", state(alpha.run("./kv_r.sh status"), "gamma"));
    done("./kv_r.sh install gamma");
    assertEquals("serving", state(done("./kv_r.sh start gamma"), "gamma"));
    assertEquals(found("value"), call("gamma", "GET kept"));
    Eventually.until(
        DEADLINE,
        () -> call("alpha", "PUT lost again").matches("PUT: .*(succeeded|reset).*\n"),
        () -> "no write succeeds with the new gamma");
    assertEquals(found("again"), call("gamma", "GET lost"));
    Eventually.until(
        DEADLINE,
        () -> alpha.run("./kv_r.sh status").status() == 0,
        () -> "not all reach the new gamma");
    expectInTime(List.of("serving", "serving", "serving", "serving", "serving"));
  }

  @Test
  void shouldGoOnWithoutAHostThatIsTakenOutAndTakeItInAgain() throws Exception {
    assertEquals(STORED, call("alpha", "PUT key one"));
    done("./kv_r.sh stop delta");
    assertEquals(FAILED, call("alpha", "PUT key two"));

    list("alpha", "beta", "gamma", "epsilon");
    done("./kv_r.sh install");
    for (String name : List.of("alpha", "beta", "gamma", "epsilon")) {
      Eventually.until(
          DEADLINE,
          () -> call(name, "PUT key three").equals(OVERWRITTEN),
          () -> "no write succeeds at " + name);
    }
    Outcome four = done("./kv_r.sh status");
    long rows = four.stdout().lines().filter(line -> !line.contains("has announced")).count();
    assertEquals(1 + 4, rows, four::toString);
    assertEquals("3/3", row(four, "epsilon").get(6));

    list(FIVE.toArray(String[]::new));
    done("./kv_r.sh install");
    assertEquals("serving", state(done("./kv_r.sh start delta"), "delta"));
    assertEquals(found("three"), call("delta", "GET key"));
    Eventually.until(
        DEADLINE,
        () -> call("delta", "PUT key four").equals(OVERWRITTEN),
        () -> "no write succeeds at delta");
    assertEquals(found("four"), call("beta", "GET key"));
  }

  /** That it leaves nothing behind is seen when all has been stopped. */
  private void followTheLogs() throws Exception {
    done(": >follow.log; ./kv_r.sh logs -f >>follow.log 2>&1 & echo $! >follow.pid");
    for (String name : FIVE) {
      String line = name + " INFO: listening at " + network.address(name);
      Path log = network.directory("alpha").resolve("follow.log");
      Eventually.until(
          DEADLINE, () -> Files.readString(log).contains(line), () -> Files.readString(log));
    }
    done("kill $(cat follow.pid)");
  }

  private static String found(String value) {
    return "GET: server response: succeeded (0); value=\"" + value + "\"\n";
  }

  /** What the C client prints, on the first host. */
  private String call(String host, String words) throws IOException, InterruptedException {
    return alpha.run("'" + client.executable() + "' " + host + " " + words).stdout();
  }

  private Outcome done(String command) throws IOException, InterruptedException {
    Outcome outcome = alpha.run(command);
    assertEquals(0, outcome.status(), () -> command + ": " + outcome);
    return outcome;
  }

  private void expectInTime(List<String> states) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Outcome status = alpha.run("timeout " + STATUS_SECONDS + " ./kv_r.sh status");
    long millis = (System.nanoTime() - begin) / 1_000_000;
    System.out.println("kv_r.sh status of five hosts: ms " + millis);
    assertEquals(states, FIVE.stream().map(name -> state(status, name)).toList(), status::toString);
    assertEquals(states.contains("unreachable") ? 1 : 0, status.status(), status::toString);
  }

  private static List<String> row(Outcome table, String name) {
    return table
        .stdout()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> List.of(line.split(" +", 12)))
        .filter(cells -> cells.size() == 12)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row of " + name + ": " + table));
  }

  private static String state(Outcome table, String name) {
    return row(table, name).get(3);
  }

  private long mappings(String name) throws IOException, InterruptedException {
    return alpha
        .run("rpcinfo -p " + name)
        .stdout()
        .lines()
        .filter(l -> l.contains("123456"))
        .count();
  }

  /** Writes the replica file of the first host as an editor does: in one step. */
  private void list(String... names) throws IOException {
    Path file = network.directory("alpha").resolve("replica");
    Path next = file.resolveSibling("replica.next");
    Files.write(next, List.of(names));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
