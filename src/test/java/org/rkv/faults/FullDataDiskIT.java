package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;
import org.rkv.testing.ReplicaProcess;

/** Three replicas with a data directory each, and the disk of the first one is full for a while. */
class FullDataDiskIT {
  private static final List<String> HOSTS = List.of("127.0.6.1", "127.0.6.2", "127.0.6.3");

  /** Of the log: what is written a few times fills it up. */
  private static final String MORE_THAN_THERE_IS_ROOM_AHEAD = "x".repeat(60_000);

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String PUT_SUCCEEDED = "PUT: server response: succeeded (0)\n";
  private static final String PUT_RESET =
      "PUT: server response: key is not unique; value is reset (7)\n";
  private static final String PUT_FAILED = "PUT: server response: failed (1)\n";
  private static final String GET_SUCCEEDED =
      "GET: server response: succeeded (0); value=\"before\"\n";

  @TempDir Path scratch;

  private final List<ReplicaProcess> replicas = new ArrayList<>();
  private NetworkNamespace namespace;
  private RemoteClient client;
  private Path small;

  @BeforeEach
  void start() throws Exception {
    namespace = NetworkNamespace.open(scratch);
    small = Files.createDirectory(scratch.resolve("small"));
    run("mount", "-t", "tmpfs", "-o", "size=48m,mode=0700", "tmpfs", small.toString());
    Files.writeString(scratch.resolve("replica"), String.join("\n", HOSTS) + "\n");
    for (int i = 0; i < HOSTS.size(); i++) {
      replicas.add(start(i));
    }
    for (ReplicaProcess replica : replicas) {
      replica.awaitServing();
    }
    client = new RemoteClient(namespace);
  }

  private ReplicaProcess start(int index) throws Exception {
    Path parent = index == 0 ? small : scratch;
    return ReplicaProcess.start(
        namespace,
        scratch,
        HOSTS.get(index),
        ReplicaProcess.PORT,
        List.of(
            "--portmapper",
            "embedded",
            "--peer-timeout",
            "1000",
            "--max-length",
            "65536",
            "--data",
            parent.resolve("data" + index).toString()));
  }

  @AfterEach
  void leaveNothing() throws Exception {
    if (namespace != null) {
      namespace.close();
    }
  }

  private void run(String... command) throws Exception {
    Outcome outcome = namespace.run(command);
    assertEquals(0, outcome.status(), outcome::toString);
  }

  private void fill() throws Exception {
    // It ends with "no space left", which is what it is for.
    Outcome outcome =
        namespace.run("dd", "if=/dev/zero", "of=" + small.resolve("filler"), "bs=64k");
    assertEquals(1, outcome.status(), outcome::toString);
  }

  private void awaitAnswer(int host, String line, String... command) {
    List<String> call = new ArrayList<>(List.of(HOSTS.get(host)));
    call.addAll(List.of(command));
    String[] words = call.toArray(new String[0]);
    Eventually.until(
        SOON,
        () -> client.call(words).equals(line),
        () -> client.call(words) + replicas.get(host).log());
  }

  /**
   * They hear within a second that it would fail, and from then on a failed write changes nothing.
   */
  private void awaitThatTheOthersRefuseAtOnce() {
    AtomicInteger tries = new AtomicInteger();
    Eventually.until(
        SOON,
        () -> {
          String key = "try" + tries.incrementAndGet();
          assertEquals(PUT_FAILED, client.call(HOSTS.get(1), "PUT", key, "v"));
          return client
              .call(HOSTS.get(1), "GET", key)
              .equals("GET: server response: key is not found (4)\n");
        },
        () -> replicas.get(1).log());
  }

  private void restart(int index) throws Exception {
    replicas.get(index).kill();
    replicas.set(index, start(index));
    replicas.get(index).awaitServing();
  }

  @Test
  void shouldAnswerReadsAndAdmitOthersAndTakeWritesAgainWhenThereIsRoom() throws Exception {
    awaitAnswer(1, PUT_SUCCEEDED, "PUT", "k", "before");
    fill();

    awaitAnswer(1, PUT_FAILED, "PUT", "other", MORE_THAN_THERE_IS_ROOM_AHEAD);
    replicas.get(0).awaitLog("the disk is full: writes are refused until there is room");
    awaitAnswer(0, PUT_FAILED, "PUT", "k", "refused");
    awaitThatTheOthersRefuseAtOnce();
    awaitAnswer(1, PUT_FAILED, "PUT", "k", "refused");
    for (int host = 0; host < HOSTS.size(); host++) {
      awaitAnswer(host, GET_SUCCEEDED, "GET", "k");
    }

    restart(2); // by whom it is admitted is told, and kept, all the same
    awaitAnswer(2, GET_SUCCEEDED, "GET", "k");
    restart(0);
    awaitAnswer(0, GET_SUCCEEDED, "GET", "k");
    awaitAnswer(0, PUT_FAILED, "PUT", "k", "refused");

    run("rm", small.resolve("filler").toString());
    awaitAnswer(0, PUT_RESET, "PUT", "k", "after");
    for (int host = 0; host < HOSTS.size(); host++) {
      awaitAnswer(host, "GET: server response: succeeded (0); value=\"after\"\n", "GET", "k");
    }
  }
}
