package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.TestClient;

/** What deadlocked the C system: clients writing through several replicas at the same moment. */
class ConcurrentWritersTest {
  private static final int WRITES = 1000;
  private static final int DEADLINE_SECONDS = 120;

  @TempDir Path directory;
  private final ExecutorService clients = Executors.newCachedThreadPool();
  private Cluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = Cluster.serving(directory, 5);
  }

  @AfterEach
  void stop() {
    clients.shutdownNow();
    cluster.close();
  }

  @Test
  void shouldServeTwoClientsThatWriteTheSameKeysThroughTwoReplicas() throws Exception {
    Set<Integer> answers = writeThrough(2);

    assertTrue(Set.of(0, 7).containsAll(answers), "answered " + answers);
    cluster.awaitEqual();
    assertEquals(10, cluster.replica(4).liveEntries());
  }

  @Test
  void shouldServeFiveClientsThatWriteTheSameKeysThroughAllReplicas() throws Exception {
    Set<Integer> answers = writeThrough(5);

    assertTrue(Set.of(0, 7).containsAll(answers), "answered " + answers);
    cluster.awaitEqual();
    assertEquals(10, cluster.replica(4).liveEntries());
  }

  @Test
  void shouldServePutsGetsAndDeletesOfOneKeyThroughAllReplicas() throws Exception {
    List<Future<Set<String>>> all = new ArrayList<>();
    for (TestReplica replica : cluster.all()) {
      all.add(
          clients.submit(
              () -> {
                Set<String> answers = new TreeSet<>();
                try (TestClient client = replica.client()) {
                  for (int i = 0; i < WRITES / 5; i++) {
                    answers.add("PUT " + client.put("k", "v"));
                    answers.add("GET " + client.get("k"));
                    answers.add("DEL " + client.del("k"));
                  }
                }
                return answers;
              }));
    }
    Set<String> answers = new TreeSet<>();
    for (Future<Set<String>> one : all) {
      answers.addAll(one.get(DEADLINE_SECONDS, TimeUnit.SECONDS));
    }

    answers.removeAll(Set.of("PUT 0", "PUT 7", "GET =v", "GET 4", "GET 5", "DEL 0", "DEL 4"));
    answers.remove("DEL 5");
    assertEquals(Set.of(), answers, "no operation fails");
    cluster.awaitEqual();
  }

  private Set<Integer> writeThrough(int replicas) throws Exception {
    CyclicBarrier sameMoment = new CyclicBarrier(replicas);
    List<Future<Set<Integer>>> all = new ArrayList<>();
    for (int r = 0; r < replicas; r++) {
      TestReplica replica = cluster.replica(r);
      all.add(
          clients.submit(
              () -> {
                Set<Integer> answers = new TreeSet<>();
                try (TestClient client = replica.client()) {
                  for (int i = 0; i < WRITES; i++) {
                    sameMoment.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
                    answers.add(client.put("key" + i % 10, replica.host() + i));
                  }
                }
                return answers;
              }));
    }
    Set<Integer> answers = new TreeSet<>();
    for (Future<Set<Integer>> one : all) {
      answers.addAll(one.get(DEADLINE_SECONDS, TimeUnit.SECONDS));
    }
    return answers;
  }
}
