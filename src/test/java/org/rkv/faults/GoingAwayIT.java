package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.acplt.oncrpc.OncRpcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.testing.Eventually;
import org.rkv.testing.Figures;
import org.rkv.testing.TestClient;

/** A replica that is stopped under load leaves nothing open: what it acknowledged can be read. */
class GoingAwayIT {
  private static final int CLIENTS = 8;
  private static final int WRITES = 1_000;
  private static final Duration WRITTEN = Duration.ofSeconds(20);
  private static final Duration READABLE = Duration.ofSeconds(3);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path scratch;

  private ReplicaHosts hosts;

  @BeforeEach
  void start() throws Exception {
    hosts =
        new ReplicaHosts(scratch, 26, List.of("--capacity", "100000"), "alpha", "beta", "gamma");
    hosts.startAll();
  }

  @AfterEach
  void leaveNothing() {
    hosts.close();
  }

  @Test
  void shouldLeaveEachAcknowledgedKeyReadableWhenStoppedUnderLoad() throws Exception {
    ReplicaHost gamma = hosts.get(2);
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    try (Background clients = new Background()) {
      for (int i = 0; i < CLIENTS; i++) {
        String prefix = "k" + i + "-";
        clients.start(
            () -> {
              writeUntilItEnds(gamma, prefix, acknowledged);
              return null;
            });
      }
      Eventually.until(
          WRITTEN,
          () -> acknowledged.size() > WRITES,
          () -> acknowledged.size() + " writes acknowledged");
      gamma.terminate();
      clients.await();
    }
    for (ReplicaHost host : hosts.all().subList(0, 2)) {
      Eventually.until(
          READABLE,
          () -> unreadable(host, acknowledged) == 0,
          () ->
              unreadable(host, acknowledged)
                  + " of "
                  + acknowledged.size()
                  + " acknowledged keys cannot be read at "
                  + host);
    }
    Figures.print("keys acknowledged before SIGTERM, each readable after", acknowledged.size());
  }

  private static void writeUntilItEnds(ReplicaHost host, String prefix, Set<String> acknowledged) {
    try (TestClient client = host.connect()) {
      for (int n = 0; ; n++) {
        if (Register.isAcknowledged(client.put(prefix + n, "v"))) {
          acknowledged.add(prefix + n);
        }
      }
    } catch (IOException | OncRpcException e) {
      assertTrue(!acknowledged.isEmpty(), e::toString); // it has ended
    }
  }

  private static int unreadable(ReplicaHost host, Set<String> keys)
      throws OncRpcException, IOException {
    int unreadable = 0;
    try (TestClient client = host.connect()) {
      for (String key : keys) {
        unreadable += client.get(key).equals("=v") ? 0 : 1;
      }
    }
    return unreadable;
  }
}
