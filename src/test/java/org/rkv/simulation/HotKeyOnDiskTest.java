package org.rkv.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.rkv.history.Operation.Kind;
import org.rkv.store.Entry;

/**
 * Many clients write one key all the time, and the disks are slow: some write of it always waits.
 */
class HotKeyOnDiskTest {
  private static final long SOON_MILLIS = 5000;
  private static final long DISK_MICROS = 10_000;
  private static final int CLIENTS = 60;

  private final SimulatedCluster cluster =
      new SimulatedCluster(
          1,
          new OnDisks(3) {
            @Override
            long leastDiskMicros() {
              return DISK_MICROS;
            }

            @Override
            long mostDiskMicros(Plan plan) {
              return DISK_MICROS;
            }
          },
          true);

  private final SimulatedReplica first = cluster.replicas().get(0);
  private final SimulatedReplica second = cluster.replicas().get(1);
  private final Random random = new Random(1);
  private long lastNumber;
  private long written;

  /** So that no peer has to complete what was acknowledged long ago. */
  @Test
  void shouldTellTheOthersWhatIsSettledAllTheWhile() {
    cluster.replicas().forEach(SimulatedReplica::start);
    cluster.assertWithinMillis(
        SOON_MILLIS, () -> cluster.replicas().stream().allMatch(SimulatedReplica::isAnswering));
    for (int i = 0; i < CLIENTS; i++) {
      SimulatedClient client = cluster.reader();
      client.use(first);
      cluster.scheduler().afterMillis(random.nextInt(60), () -> putHotKey(client));
    }
    cluster.scheduler().runForMillis(500);

    for (int i = 0; i < 10; i++) {
      String key = "other" + i;
      SimulatedClient client = cluster.reader();
      client.use(first);
      client.ask(new SimulatedClient.Request(Kind.PUT, key, "v"), SOON_MILLIS, () -> {});
      cluster.assertWithinMillis(700, () -> isSettledAtAnother(key));
    }
    assertTrue(written > 300, () -> "the clients have written on: " + written);
  }

  private void putHotKey(SimulatedClient client) {
    String value = "v" + lastNumber++;
    client.ask(
        new SimulatedClient.Request(Kind.PUT, "hot", value),
        SOON_MILLIS,
        () -> {
          written++;
          // Each at another moment, or all would wait for the same force again and again.
          cluster.scheduler().afterMillis(random.nextInt(60), () -> putHotKey(client));
        });
  }

  private boolean isSettledAtAnother(String key) {
    Entry entry = second.replica().store().find(key);
    return entry != null && entry.settled();
  }
}
