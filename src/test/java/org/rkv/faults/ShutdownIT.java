package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.history.History;
import org.rkv.history.Operation;
import org.rkv.testing.Digests;
import org.rkv.testing.Eventually;
import org.rkv.testing.Figures;
import org.rkv.testing.Latencies;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.ReplicaProcess;
import org.rkv.testing.RpcInfo;
import org.rkv.testing.Rpcbind;

/**
 * SIGTERM while clients write: nothing that was acknowledged is lost, and nothing is left behind.
 */
class ShutdownIT {
  private static final List<String> HOSTS = List.of("127.0.1.1", "127.0.1.2", "127.0.1.3");
  private static final int CLIENTS = 8;
  private static final int KEYS = 6;
  private static final int THINK_MILLIS = 1;
  private static final int TURNS = 3;
  private static final Duration BUSY = Duration.ofSeconds(20);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path scratch;

  private NetworkNamespace namespace;
  private Rpcbind rpcbind;
  private List<ReplicaProcess> replicas;
  private LoadProcess load;

  @BeforeEach
  void start() throws Exception {
    namespace = NetworkNamespace.open(scratch);
    rpcbind = Rpcbind.start(namespace, scratch);
    replicas =
        new ArrayList<>(ReplicaProcess.startAll(namespace, scratch.resolve("replicas"), HOSTS));
    load =
        LoadProcess.start(
            namespace, historyFile(), 1, CLIENTS, KEYS, THINK_MILLIS, ReplicaProcess.PORT, HOSTS);
  }

  @AfterEach
  void leaveNothing() throws Exception {
    if (load != null) {
      load.close();
    }
    if (rpcbind != null) {
      rpcbind.close();
    }
    if (namespace != null) {
      namespace.close();
    }
  }

  private Path historyFile() {
    return scratch.resolve("history");
  }

  @Test
  void shouldLoseNoAcknowledgedWriteAndLeaveNoRegistration() throws Exception {
    Latencies stops = new Latencies();
    for (int turn = 0; turn < TURNS; turn++) {
      int acknowledged = acknowledgedWrites();
      load.ask("run");
      awaitWrites(acknowledged + 200);
      stopUnderLoad(turn, stops);
      replicas.set(
          turn,
          ReplicaProcess.start(
              namespace, scratch.resolve("replicas"), HOSTS.get(turn), ReplicaProcess.PORT));
      replicas.get(turn).awaitServing();
      load.ask("pause");
      Eventually.until(
          BUSY,
          () -> Digests.parse(load.ask("digests")).areEqual(),
          () -> Digests.parse(load.ask("digests")).toString());
      assertEquals(List.of(), load.ask("read"), "each replica can be read");
    }
    History history = HistoryFile.read(historyFile());
    List<String> violations = history.violations().stream().map(Object::toString).toList();
    assertTrue(violations.isEmpty(), () -> Summary.excerpt(violations));

    load.ask("run");
    for (int i = 0; i < HOSTS.size(); i++) {
      stopUnderLoad(i, stops);
    }
    RpcInfo rpcInfo = new RpcInfo(namespace);
    assertEquals(List.of(), rpcInfo.mappings(HOSTS.get(0)), "what is still registered");
    Figures.print(
        "SIGTERM to exit 0 under load, " + history.size() + " operations (< 5000 ms)", stops);
  }

  private void stopUnderLoad(int replica, Latencies stops) throws Exception {
    stops.time(
        () -> {
          replicas.get(replica).terminate();
          return null;
        });
  }

  /** The history is written in pieces, so it tells at least that many. */
  private void awaitWrites(int atLeast) throws Exception {
    Eventually.until(
        BUSY,
        () -> acknowledgedWrites() >= atLeast,
        () -> acknowledgedWrites() + " writes, not " + atLeast);
  }

  private int acknowledgedWrites() throws Exception {
    return (int)
        HistoryFile.read(historyFile()).operations().stream()
            .filter(operation -> operation.kind() == Operation.Kind.PUT)
            .filter(operation -> operation.result() == Operation.Result.OK)
            .count();
  }
}
