package org.rkv.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.client.RkvClient;
import org.rkv.testing.Digests;
import org.rkv.testing.Eventually;
import org.rkv.testing.Figures;
import org.rkv.testing.Requirements;
import org.rkv.testing.ShellCluster;
import org.rkv.testing.TestClient;

/**
 * Very much was written while one of five real replicas could not be reached. {@code
 * -Drkv.longCutEntries=190000} says how much.
 */
@Tag("alone")
class LongCutIT {
  private static final List<String> HOSTS =
      List.of("127.0.4.11", "127.0.4.12", "127.0.4.13", "127.0.4.14", "127.0.4.15");
  private static final String WRITER = HOSTS.get(2);
  private static final String CUT_OFF = HOSTS.get(4);
  private static final int ENTRIES = Integer.getInteger("rkv.longCutEntries", 40_000);
  private static final int CALLS_UNDER_WAY = 500;
  private static final int CONNECT_MILLIS = 5_000;

  private static final Duration NOTICED = Duration.ofSeconds(20);

  /** Generous: the figure is what counts, and it depends on what else this machine does. */
  private static final Duration SETTLED = Duration.ofSeconds(60);

  @TempDir Path directory;

  private ShellCluster cluster;

  @BeforeEach
  void start() throws Exception {
    Requirements.commands("flock", "setsid");
    cluster = ShellCluster.install(directory, HOSTS, "--capacity " + 2 * ENTRIES);
    cluster.start();
  }

  @AfterEach
  void leaveNothing() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void shouldSettleWhatIsLeftOfALongCut() throws Exception {
    cutOff();
    write();
    cluster.thaw(CUT_OFF);

    assertSettled("whose writer is there");
  }

  @Test
  void shouldSettleWhatIsLeftOfALongCutAndOfAWriterThatDied() throws Exception {
    cutOff();
    write();
    awaitCopiesOfAll();
    cluster.kill(WRITER);
    cluster.start(WRITER);
    cluster.thaw(CUT_OFF);

    assertSettled("whose writer has died");
  }

  private void cutOff() throws Exception {
    cluster.freeze(CUT_OFF);
    Eventually.until(
        NOTICED,
        () -> cluster.log(WRITER).contains("replica " + CUT_OFF + " is not reachable"),
        () -> cluster.log(WRITER));
  }

  /**
   * A PUT is announced as failed as soon as one replica has failed, before the others have
   * answered: what nobody else has yet may go with its writer.
   */
  private void awaitCopiesOfAll() throws Exception {
    for (String host : HOSTS) {
      if (!host.equals(CUT_OFF)) {
        try (TestClient client = TestClient.connect(cluster.address(host), CONNECT_MILLIS)) {
          Eventually.until(
              NOTICED,
              () -> client.stub().DIGEST_1().entries == ENTRIES,
              () -> host + " lacks some of the entries");
        }
      }
    }
  }

  private void assertSettled(String whose) throws Exception {
    long start = System.nanoTime();
    Eventually.until(SETTLED, () -> digests().areEqual(), () -> digests().toString());
    Figures.print(
        "ms from the end of a cut until all have settled " + ENTRIES + " entries " + whose,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    for (String host : HOSTS) {
      try (TestClient client = TestClient.connect(cluster.address(host), CONNECT_MILLIS)) {
        assertEquals(ENTRIES, client.stub().DIGEST_1().entries);
        assertEquals("v7", client.stub().GET_1("k7").value.value);
      }
    }
  }

  private Digests digests() {
    return Digests.of(cluster.addresses(), true);
  }

  /** Each PUT is announced as failed, since one replica cannot be reached. */
  private void write() throws Exception {
    Semaphore room = new Semaphore(CALLS_UNDER_WAY);
    String replica = WRITER + ":" + cluster.address(WRITER).getPort();
    try (RkvClient client = RkvClient.connect(replica)) {
      for (int i = 0; i < ENTRIES; i++) {
        room.acquire();
        client.putAsync("k" + i, "v" + i).whenComplete((result, failed) -> room.release());
      }
      room.acquire(CALLS_UNDER_WAY);
    }
  }
}
