package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.portmap.Portmap;
import org.rkv.rpc.kv;
import org.rkv.testing.LongAgo;
import org.rkv.testing.NetworkNamespace;
import org.rkv.testing.Outcome;
import org.rkv.testing.ReplicaProcess;

/**
 * What a replica answers over UDP to its own host and to another one, which may have forged its
 * address: 40 bytes must not bring hundreds to whoever has it.
 */
class UdpFromElsewhereIT {
  private static final String HOST = "10.74.0.1";
  private static final String TOO_WEAK = "00000001 00000001 00000001 00000005";
  private static final List<String> ELSEWHERE = List.of("ip", "netns", "exec", "elsewhere");
  private static final int DUMP = 4;
  private static final List<String> LONG_ANSWERS =
      List.of(
          replica(kv.REPLICAS_1),
          replica(kv.STATUS_1),
          replica(kv.DIGEST_1),
          String.join("/", "111", "" + Portmap.PROGRAM, "" + Portmap.VERSION, "" + DUMP));

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path scratch;

  private NetworkNamespace here;

  @BeforeEach
  void start() throws Exception {
    here = NetworkNamespace.open(scratch);
    run("ip netns add elsewhere");
    run("ip link add here type veth peer name there netns elsewhere");
    run("ip addr add " + HOST + "/24 dev here");
    run("ip link set here up");
    run("ip -n elsewhere addr add 10.74.0.2/24 dev there");
    run("ip -n elsewhere link set there up");
    LongAgo.modified(Files.writeString(scratch.resolve("replica"), HOST + "\n"));
    ReplicaProcess replica = ReplicaProcess.start(here, scratch, HOST, ReplicaProcess.PORT);
    replica.awaitServing();
    replica.awaitLog("serving as one at port 111");
  }

  @AfterEach
  void leaveNothing() throws Exception {
    if (here != null) {
      here.run("ip", "netns", "delete", "elsewhere");
      here.close();
    }
  }

  @Test
  void shouldGiveLongAnswersToItsOwnHostOnly() throws Exception {
    for (String answer : answers(List.of(), LONG_ANSWERS)) {
      assertTrue(answer.startsWith("00000001 00000000 00000000 00000000 00000000 "), answer);
    }
    assertEquals(
        Collections.nCopies(LONG_ANSWERS.size(), TOO_WEAK), answers(ELSEWHERE, LONG_ANSWERS));
    assertEquals(
        List.of("00000001 00000000 00000000 00000000 00000000"),
        answers(ELSEWHERE, List.of(replica(0))),
        "NULL is for everybody");
  }

  private static String replica(int procedure) {
    return String.join(
        "/", "" + ReplicaProcess.PORT, "" + kv.KVPROGRAM, "" + kv.KVVERSION, "" + procedure);
  }

  private List<String> answers(List<String> prefix, List<String> calls) throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(RemoteClient.inTestClassPath(UdpCaller.class));
    command.add(HOST);
    command.addAll(calls);
    Outcome outcome = here.run(Duration.ofSeconds(30), Map.of(), command);
    assertEquals(0, outcome.status(), outcome::toString);
    return outcome.stdout().lines().toList();
  }

  private void run(String command) throws Exception {
    Outcome outcome = here.run(command.split(" "));
    assertEquals(0, outcome.status(), () -> command + ": " + outcome);
  }
}
