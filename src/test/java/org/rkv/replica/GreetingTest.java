package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.rkv.replica.peer.Secret;
import org.rkv.rpc.Welcome;
import org.rkv.rpc.kv;
import org.rkv.store.Limits;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/** How replicas find out who is at the other end of a link, and what they do about it. */
@ParameterizedClass(name = "maximal length {0}")
@ValueSource(ints = {Limits.DEFAULT_MAX_LENGTH, GreetingTest.LARGE_MAX_LENGTH})
class GreetingTest {
  /** There are two links to each peer. */
  static final int LARGE_MAX_LENGTH = 64 * 1024;

  private static final int MANY_ATTEMPTS = 5;

  @Parameter int maxLength;

  @TempDir Path directory;
  private Cluster cluster;

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void shouldDropANameThatLeadsToItself() throws Exception {
    cluster = cluster(2);
    TestReplica replica = cluster.replica(0);
    String alias = cluster.replica(1).host();
    try (Forwarder itself = new Forwarder(cluster.replica(1).address(), replica.address())) {
      replica.start();

      Eventually.until("it serves alone", replica::isServing, cluster::describe);

      assertEquals(1, itself.connections());
      assertEquals(0, replica.peers());
      assertTrue(replica.log().contain("replica " + alias + " in the replica file is this one"));
      assertFalse(replica.log().contain("WARNING"), cluster::describe);
      try (TestClient client = replica.client()) {
        assertEquals(kv.PUT_OK, client.put("k", "v"));
        assertEquals(1, client.stub().REPLICAS_1().value.length);
      }
    }
  }

  @Test
  void shouldCountTwoNamesForOneReplicaOnce() throws Exception {
    cluster = cluster(3);
    TestReplica replica = cluster.replica(0);
    TestReplica peer = cluster.replica(1);
    peer.lists(replica.host(), peer.host());
    try (Forwarder alias = new Forwarder(cluster.replica(2).address(), peer.address())) {
      peer.start();
      replica.start();

      Eventually.until("one name is dropped", () -> replica.peers() == 1, cluster::describe);
      for (TestReplica each : cluster.running()) {
        Eventually.until("both serve", each::isServing, cluster::describe);
      }

      assertTrue(alias.connections() > 0);
      assertEquals(1, replica.log().count(" are one"), cluster::describe);
      assertFalse(replica.log().contain("WARNING"), cluster::describe);
      Eventually.until(
          "both are linked",
          () -> peer.reaches(replica) && replica.look(life -> life.peers().allAdmitted()),
          cluster::describe);
      try (TestClient client = replica.client()) {
        assertEquals(kv.PUT_OK, client.put("k", "v"));
        assertEquals(2, client.stub().REPLICAS_1().value.length);
      }
    }
  }

  @Test
  void shouldKnowAReplicaAlsoByTheNameThatWasDropped() throws Exception {
    cluster = cluster(3);
    TestReplica replica = cluster.replica(0);
    TestReplica peer = cluster.replica(1);
    String alias = cluster.replica(2).host();
    peer.lists(replica.host(), peer.host());
    replica.lists(replica.host(), alias);
    try (Forwarder way = new Forwarder(cluster.replica(2).address(), peer.address())) {
      peer.start();
      replica.start();
      Eventually.until("the alias is met", () -> way.connections() > 0, cluster::describe);
      Eventually.until(
          "it is reachable by its alias",
          () -> replica.log().contain("replica " + alias + " is reachable"),
          cluster::describe);

      replica.lists(replica.host(), alias, peer.host());
      Eventually.until(
          "its own name is dropped",
          () -> replica.log().contain("replicas " + alias + " and " + peer.host() + " are one"),
          cluster::describe);

      Eventually.until("the peer serves", peer::isServing, cluster::describe);
      try (TestClient client = peer.client()) {
        Eventually.until(
            "and writes", () -> client.put("k", "v") != kv.PUT_FAILED, cluster::describe);
      }
    }
  }

  @Test
  void shouldRefuseReplicasWithOtherLimitsAndSaySoOnce() throws Exception {
    cluster = cluster(3);
    TestReplica replica = cluster.replica(0);
    TestReplica other = cluster.replica(1).limits(1000, maxLength);
    String way = cluster.replica(2).host();
    replica.lists(way);
    try (Forwarder counted = new Forwarder(cluster.replica(2).address(), other.address())) {
      other.start();
      replica.start();

      Eventually.until(
          "it has tried often", () -> counted.connections() > MANY_ATTEMPTS, cluster::describe);

      assertFalse(replica.isServing());
      assertEquals(
          1,
          replica
              .log()
              .count(
                  "WARNING: replica "
                      + way
                      + " is of no use to us: its capacity or maximal length is not ours"));
      assertEquals(
          1, replica.log().matching(line -> line.startsWith("WARNING")).size(), cluster::describe);
    }
  }

  @Test
  void shouldRefuseAServerThatDoesNotListUsAndSaySoOnce() throws Exception {
    cluster = cluster(3);
    TestReplica replica = cluster.replica(0);
    TestReplica other = cluster.replica(1);
    other.lists(other.host());
    replica.lists(cluster.replica(2).host());
    try (Forwarder counted = new Forwarder(cluster.replica(2).address(), other.address())) {
      other.start();
      replica.start();

      Eventually.until(
          "it has tried often", () -> counted.connections() > MANY_ATTEMPTS, cluster::describe);

      assertFalse(replica.isServing());
      assertTrue(other.isServing());
      assertEquals(1, replica.log().count("we are not in its replica file"));
      assertEquals(
          1, replica.log().matching(line -> line.startsWith("WARNING")).size(), cluster::describe);
    }
  }

  @Test
  void shouldWorkWithEqualSecrets() throws Exception {
    cluster =
        Cluster.serving(
            directory, 3, replica -> limited(replica).secret(secret("a common secret 1")));
    try (TestClient client = cluster.replica(0).client();
        TestClient other = cluster.replica(2).client()) {
      assertEquals(kv.PUT_OK, client.put("k", "v"));
      assertEquals("=v", other.get("k"));
    }
    cluster.awaitEqual();
  }

  @Test
  void shouldRefuseAReplicaWithAnotherSecret() throws Exception {
    assertRefused(secret("a common secret 1"), secret("a common secret 2"));
  }

  @Test
  void shouldRefuseAReplicaWithoutASecret() throws Exception {
    assertRefused(secret("a common secret 1"), Secret.NONE);
  }

  private void assertRefused(Secret one, Secret another) throws Exception {
    cluster = cluster(2);
    TestReplica first = cluster.replica(0).secret(one).start();
    TestReplica second = cluster.replica(1).secret(another).start();
    for (TestReplica replica : cluster.all()) {
      Eventually.until(
          "both say so",
          () -> replica.log().contain("is of no use to us: it has no secret, or another one"),
          cluster::describe);
    }
    assertFalse(first.isServing());
    assertFalse(second.isServing());
    assertFalse(first.reaches(second));
    assertFalse(second.reaches(first));
  }

  @Test
  void shouldAdmitACallerThatProvesToKnowTheSecretOnly() throws Exception {
    Secret secret = secret("a common secret 1");
    cluster = cluster(2);
    TestReplica replica = cluster.replica(0).secret(secret).start();
    int port = replica.address().getPort();
    try (TestClient client = TestClient.from(cluster.replica(1).inetAddress(), replica.address())) {
      Greeter greeter = new Greeter(client, port);
      greeter.says().max_length = maxLength;
      assertEquals(kv.HELLO_OTHER_SECRET, greeter.greet().code, "no nonce");
      assertEquals(kv.HELLO_OTHER_SECRET, greeter.nonce(31).greet().code);

      Welcome welcome = greeter.nonce(32).greet();
      byte[] mine = greeter.says().nonce.value;
      byte[] theirs = welcome.nonce.value;
      assertEquals(kv.HELLO_OK, welcome.code);
      assertTrue(Secret.same(welcome.proof.value, secret.calleesProof(kv.HELLO_OK, mine, theirs)));
      assertNotAdmitted(greeter);

      assertEquals(kv.HELLO_OTHER_SECRET, greeter.prove(new byte[0]));
      assertEquals(kv.HELLO_OTHER_SECRET, greeter.prove(new byte[32]));
      assertEquals(kv.HELLO_OTHER_SECRET, greeter.prove(welcome.proof.value), "sent back");
      assertEquals(
          kv.HELLO_OTHER_SECRET,
          greeter.prove(secret("a common secret 2").callersProof(mine, theirs)));
      assertNotAdmitted(greeter);
      assertEquals(0, replica.liveEntries());

      byte[] proof = secret.callersProof(mine, theirs);
      assertEquals(kv.HELLO_OK, greeter.prove(proof));
      assertEquals(kv.PUT_OK, greeter.rput("k", "v", 1));

      assertEquals(kv.HELLO_OK, greeter.greet().code);
      assertNotAdmitted(greeter);
      assertEquals(kv.HELLO_OTHER_SECRET, greeter.prove(proof), "the nonce is another now");
      assertNotAdmitted(greeter);
    }
  }

  private Cluster cluster(int size) throws IOException {
    Cluster made = new Cluster(directory, size);
    made.all().forEach(this::limited);
    return made;
  }

  private TestReplica limited(TestReplica replica) {
    return replica.limits(Limits.DEFAULT_CAPACITY, maxLength);
  }

  private static void assertNotAdmitted(Greeter greeter) {
    Exception refusal = assertThrows(OncRpcException.class, () -> greeter.rput("k", "w", 2));
    assertTrue(refusal.getMessage().startsWith(Greeter.REFUSED), refusal.getMessage());
  }

  private Secret secret(String text) {
    try {
      Path file = Files.createTempFile(directory, "secret", "");
      Files.writeString(file, text);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      return Secret.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
