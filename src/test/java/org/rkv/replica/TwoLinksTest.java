package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.oncrpc.Link;
import org.rkv.replica.peer.Secret;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** Where values may be large, a replica has two links to each peer, which are one way. */
@Timeout(120)
class TwoLinksTest {
  private static final int CAPACITY = 100;
  private static final int MAX_LENGTH = 1024 * 1024;

  /** More than small calls need, and less than a large one. */
  private static final long HELD_BYTES = 100_000;

  private static final String LARGE = "v".repeat(MAX_LENGTH - 2);

  @TempDir Path directory;
  private final ExecutorService clients = Executors.newCachedThreadPool();
  private Cluster cluster;
  private TestReplica replica;
  private TestReplica peer;
  private Forwarder way;

  /** Two replicas, of which the first reaches the second through the forwarder. */
  private void start(int maxLength) throws Exception {
    prepare(maxLength);
    peer.start();
    replica.start();
    awaitLinked();
  }

  /** With a secret, since the peer does not call from where it is listed. */
  private void prepare(int maxLength) throws Exception {
    cluster = new Cluster(directory, 3);
    Secret secret = Secrets.of("a common secret 1", directory);
    replica = cluster.replica(0).limits(CAPACITY, maxLength).secret(secret);
    peer = cluster.replica(1).limits(CAPACITY, maxLength).secret(secret);
    replica.peerTimeoutMillis(10_000).lists(replica.host(), cluster.host(2));
    peer.peerTimeoutMillis(10_000).lists(replica.host(), peer.host());
    way = new Forwarder(cluster.address(2), peer.address());
  }

  private void awaitLinked() {
    for (TestReplica each : List.of(replica, peer)) {
      Eventually.until(
          "it serves, linked to the other",
          () -> each.isServing() && each.look(life -> life.peers().allAdmitted()),
          cluster::describe);
    }
  }

  @AfterEach
  void stop() throws IOException {
    clients.shutdownNow();
    if (way != null) {
      way.close();
    }
    cluster.close();
  }

  @Test
  void shouldHaveOneLinkWhereNothingIsLarge() throws Exception {
    start(32);
    assertEquals(1, linksOfReplica());
    assertEquals(List.of(false), carryLargeCallsOnly());
  }

  @Test
  void shouldKeepTheSecondLinkForLargeCalls() throws Exception {
    start(MAX_LENGTH);
    assertEquals(List.of(false, true), carryLargeCallsOnly());
  }

  @Test
  void shouldSendNothingBeforeBothLinksAreAdmitted() throws Exception {
    prepare(MAX_LENGTH);
    way.holdFrom(2);
    peer.start();
    replica.start();
    way.awaitHeld();
    Eventually.until(
        "the first is met",
        () -> replica.look(life -> life.peers().all().get(0).start()) == peer.origin(),
        cluster::describe);

    boolean admitted = replica.look(life -> life.peers().all().get(0).link().isAdmitted());
    assertFalse(admitted);

    way.release();
    Eventually.until(
        "both are", () -> replica.look(life -> life.peers().allAdmitted()), cluster::describe);
  }

  @Test
  void shouldEndAllConnectionsThatARemovedReplicaHasMade() throws Exception {
    cluster = new Cluster(directory, 2);
    replica = cluster.replica(0);
    try (StandInReplica standIn = new StandInReplica(cluster.address(1), cluster.names())) {
      replica.start();
      List<Greeter> greeters =
          List.of(standIn.calls(replica.address()), standIn.calls(replica.address()));
      for (Greeter each : greeters) {
        assertEquals(kv.ADMITTED, each.greet());
        assertEquals(kv.PUT_OK, each.rput("k", "v", 1));
      }

      replica.lists(replica.host());

      for (Greeter each : greeters) {
        Eventually.until("it is closed", each::isClosed, cluster::describe);
        each.close();
      }
    }
  }

  @Test
  void shouldLetSmallWritesPassALargeOneThatIsOnItsWay() throws Exception {
    start(MAX_LENGTH);
    assertEquals(2, linksOfReplica());
    Future<Integer> large = putAndHold("large");

    assertEquals(kv.PUT_OK, put("small", "v"));
    try (TestClient client = replica.client()) {
      assertEquals("=v", client.get("small"));
      assertEquals(kv.DEL_OK, client.del("small"));
    }
    assertFalse(large.isDone(), cluster::describe);

    way.release();
    assertEquals(kv.PUT_OK, large.get(30, TimeUnit.SECONDS), cluster::describe);
    cluster.awaitEqual();
  }

  /** The large write is older than the small one that it comes after, and must not replace it. */
  @Test
  void shouldKeepTheNewerOfTwoWritesThatPassedEachOther() throws Exception {
    start(MAX_LENGTH);
    Future<Integer> large = putAndHold("k");

    assertEquals(kv.PUT_DUPLICATE_KEY_VALUE_RESET, put("k", "newer"));
    try (TestClient client = peer.client()) {
      assertEquals("=newer", client.get("k"));
      way.release();
      assertEquals(kv.PUT_OK, large.get(30, TimeUnit.SECONDS), cluster::describe);
      assertEquals("=newer", client.get("k"));
    }
    cluster.awaitEqual();
  }

  @Test
  void shouldEndBothConnectionsWhenOneEndsAndMakeThemAnew() throws Exception {
    start(MAX_LENGTH);
    assertEquals(kv.PUT_OK, put("before", "v")); // both are of one epoch
    Future<Integer> large = putAndHold("large");
    int connectionsBefore = way.connections();

    way.breakHeld();

    assertEquals(kv.PUT_FAILED, large.get(30, TimeUnit.SECONDS));
    Eventually.until(
        "both are made anew", () -> way.connections() == connectionsBefore + 2, cluster::describe);
    awaitLinked();
    assertEquals(kv.PUT_OK, put("small", "v"), cluster::describe);
    assertEquals(kv.PUT_OK, put("another", LARGE));
    cluster.awaitEqual();
    assertEquals(4, peer.liveEntries(), "what failed is completed");
  }

  /** An idle link would be closed by the peer, and a dead one be found by somebody's write. */
  @Test
  void shouldSayOnBothLinksEachSecondThatItIsThere() throws Exception {
    start(MAX_LENGTH);
    assertEquals(kv.PUT_OK, put("large", LARGE));
    way.holdAfter(MAX_LENGTH / 2); // so much has come through the second link alone
    way.awaitHeld();
  }

  @Test
  void shouldEndAllConnectionsOfAReplicaWhoseListIsAnother() throws Exception {
    start(MAX_LENGTH);
    peer.lists(peer.host());

    Eventually.until(
        "it knows that it is not listed",
        () -> replica.log().contain("its replica file is not ours: " + replica.shown()),
        cluster::describe);
    Eventually.until(
        "it cannot ask on either link",
        () ->
            replica.look(
                life -> life.peers().all().get(0).links().stream().noneMatch(Link::isAdmitted)),
        cluster::describe);
  }

  /** Begins a large PUT at the replica, and returns when a part of it is on its way. */
  private Future<Integer> putAndHold(String key) throws InterruptedException {
    way.holdAfter(HELD_BYTES);
    Future<Integer> large = clients.submit(() -> put(key, LARGE));
    way.awaitHeld();
    return large;
  }

  private List<Boolean> carryLargeCallsOnly() {
    return replica.look(
        life -> life.peers().all().get(0).links().stream().map(Link::isForLargeCalls).toList());
  }

  private int linksOfReplica() {
    return replica.look(life -> life.peers().all().get(0).links().size());
  }

  private int put(String key, String value) throws OncRpcException, IOException {
    try (TestClient client = replica.client()) {
      return client.put(key, value);
    }
  }
}
