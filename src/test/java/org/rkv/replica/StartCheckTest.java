package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.net.ConnectionLimits;
import org.rkv.replica.peer.Secret;
import org.rkv.rpc.kv;
import org.rkv.store.Limits;
import org.rkv.testing.TestClient;

/** What would keep a replica from coming back is said while the one before it still serves. */
@Timeout(60)
class StartCheckTest {
  private static final String LIMITS = "its capacity or maximal length is not ours";
  private static final String SECRET = "it has no secret, or another one, or we have none";

  @TempDir Path directory;

  @Test
  void shouldFindNothingAgainstTheSameSettings() throws Exception {
    try (Cluster cluster = Cluster.serving(directory, 3)) {
      assertEquals(List.of(), faults(cluster, Limits.ofTheCSystem(), Secret.NONE, null));
    }
  }

  @Test
  void shouldTellWhoWouldNotAdmitItAndHarmNobody() throws Exception {
    try (Cluster cluster =
        Cluster.serving(directory, 3, replica -> replica.secret(secret("another secret of all")))) {
      long complaints = complaints(cluster);
      Secret right = secret("another secret of all");
      Limits limits = new Limits(1000, 32);
      for (int round = 0; round < 3; round++) {
        assertEquals(refusedByOthers(cluster, LIMITS), faults(cluster, limits, right, null));
        assertEquals(
            refusedByOthers(cluster, SECRET),
            faults(cluster, Limits.ofTheCSystem(), secret("not the secret of all"), null));
        assertEquals(
            refusedByOthers(cluster, SECRET),
            faults(cluster, Limits.ofTheCSystem(), Secret.NONE, null));
      }
      assertEquals(List.of(), faults(cluster, Limits.ofTheCSystem(), right, null));

      assertEquals(complaints, complaints(cluster), cluster::describe);
      for (TestReplica replica : cluster.all()) {
        try (TestClient client = replica.client()) {
          assertEquals(kv.PUT_OK, client.put(replica.host(), "v"));
        }
      }
    }
  }

  @Test
  void shouldTellOfAPortThatIsNoReplicas() throws Exception {
    try (Cluster cluster = new Cluster(directory, 1)) {
      TestReplica replica = cluster.replica(0);
      assertEquals(List.of(), faults(cluster, Limits.ofTheCSystem(), Secret.NONE, null));
      try (ServerSocket taken = new ServerSocket()) {
        taken.bind(replica.address());
        List<String> faults = faults(cluster, Limits.ofTheCSystem(), Secret.NONE, null);
        assertEquals(1, faults.size());
        assertTrue(faults.get(0).startsWith("cannot listen at "), faults::toString);
      }
    }
  }

  private static long complaints(Cluster cluster) {
    return cluster.all().stream()
        .mapToLong(
            replica -> replica.log().count("not reachable") + replica.log().count("of no use"))
        .sum();
  }

  private static List<String> refusedByOthers(Cluster cluster, String reason) {
    return List.of(
        "replica " + cluster.host(1) + " would not admit this one: " + reason,
        "replica " + cluster.host(2) + " would not admit this one: " + reason);
  }

  private List<String> faults(Cluster cluster, Limits limits, Secret secret, String name) {
    TestReplica replica = cluster.replica(0);
    Settings settings =
        new Settings(
            replica.address().getAddress().getHostAddress(),
            replica.address().getPort(),
            directory.resolve("replica0"),
            Settings.DEFAULT_PEER_TIMEOUT_MILLIS,
            limits,
            1 << 20,
            Settings.DEFAULT_TOMBSTONE_GRACE_MILLIS,
            secret,
            name,
            null,
            ConnectionLimits.forRecords(Settings.defaultMaxRecordBytes(limits)),
            false,
            true,
            PortmapperUse.NONE,
            null,
            0,
            null,
            EffectiveOptions.NONE);
    return new StartCheck(settings).faults(true);
  }

  private Secret secret(String text) {
    try {
      Path file = directory.resolve("secret");
      Files.writeString(file, text);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      return Secret.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
