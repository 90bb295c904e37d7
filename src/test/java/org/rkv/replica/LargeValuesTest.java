package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.store.Limits;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** Values of 1 MiB: more than a link queues, when many clients write them at a time. */
@Timeout(120)
class LargeValuesTest {
  private static final int CLIENTS = 40;
  private static final int VALUE_BYTES = 1024 * 1024 - 2;

  @TempDir Path directory;
  private final ExecutorService clients = Executors.newCachedThreadPool();
  private Cluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster =
        Cluster.serving(
            directory, 3, replica -> replica.limits(2 * CLIENTS, Limits.MAX_LENGTH_CEILING));
  }

  @AfterEach
  void stop() {
    clients.shutdownNow();
    cluster.close();
  }

  /** Named after the fault that a full link was taken for one that fails. */
  @Test
  void shouldStoreWhatManyClientsWriteAtATime() throws Exception {
    for (int answer : putFromAll()) {
      assertTrue(Set.of(0, 7).contains(answer), () -> "PUT answered " + answer);
    }
    cluster.awaitEqual();
    assertEquals(value(0), cluster.replica(2).contents().get("k0").replaceFirst("^[^=]*=", ""));
  }

  @Test
  void shouldCompleteManyAtAReplicaThatWasAway() throws Exception {
    cluster.replica(2).stop();
    cluster.awaitUnreachable(2);
    for (int answer : putFromAll()) {
      assertEquals(1, answer);
    }
    cluster.replica(2).start();
    cluster.awaitLinked();
    Eventually.until(
        "all are settled",
        () -> cluster.replica(0).unsettledKeys().isEmpty(),
        () -> cluster.replica(0).unsettledKeys());
    cluster.awaitEqual();
  }

  private List<Integer> putFromAll() throws Exception {
    CyclicBarrier sameMoment = new CyclicBarrier(CLIENTS);
    List<Future<Integer>> all = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      String key = "k" + i;
      String value = value(i);
      all.add(
          clients.submit(
              () -> {
                try (TestClient client = cluster.replica(0).client()) {
                  sameMoment.await();
                  return client.put(key, value);
                }
              }));
    }
    List<Integer> answers = new ArrayList<>();
    for (Future<Integer> one : all) {
      answers.add(one.get(60, TimeUnit.SECONDS));
    }
    return answers;
  }

  private static String value(int number) {
    return (number + ":" + "v".repeat(VALUE_BYTES)).substring(0, VALUE_BYTES);
  }
}
