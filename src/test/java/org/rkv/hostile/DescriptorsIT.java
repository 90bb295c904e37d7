package org.rkv.hostile;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.PeerStatus;
import org.rkv.testing.Eventually;
import org.rkv.testing.Requirements;
import org.rkv.testing.ShellCluster;
import org.rkv.testing.TestClient;

/** Silent strangers at a replica that may have few files open: what it needs itself it gets. */
@Tag("alone")
class DescriptorsIT {
  private static final List<String> HOSTS = List.of("127.0.45.1", "127.0.45.2", "127.0.45.3");
  private static final String FIRST = HOSTS.get(0);
  private static final String LAST = HOSTS.get(2);
  private static final String ELSEWHERE = "127.0.46.1";
  private static final int OPEN_FILES = 70;
  private static final int STRANGERS = 100;
  private static final Duration BACK = Duration.ofSeconds(10);
  private static final Duration SEEN = Duration.ofSeconds(10);

  @TempDir Path directory;

  private ShellCluster cluster;
  private Strangers strangers;

  @BeforeEach
  void start() throws Exception {
    Requirements.commands("flock", "setsid");
    cluster = ShellCluster.install(directory, HOSTS, "", OPEN_FILES);
    cluster.start();
    strangers =
        Strangers.ofAllKinds(
            cluster.address(FIRST), InetAddress.getByName(ELSEWHERE), STRANGERS, 0);
    Eventually.holds(
        "all have been there", () -> strangers.connected() + strangers.ended() >= STRANGERS);
  }

  @AfterEach
  void leaveNothing() throws InterruptedException {
    if (strangers != null) {
      strangers.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void shouldLinkToAPeerThatComesBackAndReadItsNewList() throws Exception {
    cluster.kill(LAST);
    Eventually.until(SEEN, () -> !isReached(LAST), () -> cluster.log(FIRST));
    cluster.beginStart(LAST);
    Eventually.until(BACK, () -> isReached(LAST), () -> cluster.log(FIRST));

    Path next = Files.writeString(directory.resolve("next"), "127.0.45.4\n" + file());
    Files.move(next, directory.resolve("replica"), StandardCopyOption.ATOMIC_MOVE);
    Eventually.until(
        SEEN,
        () -> cluster.log(FIRST).contains("names new peers: 127.0.45.4"),
        () -> cluster.log(FIRST));
    assertFalse(cluster.log(FIRST).contains("Too many open files"), () -> log());
    assertTrue(cluster.log(FIRST).contains("the process may have 70 files open"), () -> log());
  }

  private String log() {
    try {
      return cluster.log(FIRST);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }

  private String file() throws Exception {
    return Files.readString(directory.resolve("replica"));
  }

  /** Asked from where a greeting might come: strangers leave room for that. */
  private boolean isReached(String host) throws Exception {
    InetAddress local = InetAddress.getByName(HOSTS.get(1));
    try (TestClient client = TestClient.from(local, cluster.address(FIRST))) {
      for (PeerStatus peer : client.stub().STATUS_1().peers) {
        if (peer.name.startsWith(host)) {
          return peer.reachable;
        }
      }
      return false;
    }
  }
}
