package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.replica.core.Messages;
import org.rkv.rpc.Scanned;
import org.rkv.rpc.kv;
import org.rkv.store.Entry;
import org.rkv.store.Stamp;

/**
 * What a replica answers to the writes of others, and what it knows of them afterwards. The peer is
 * a test; it greets, and answers nothing itself.
 */
class AdoptedEntriesTest {
  private static final long ANOTHER_ORIGIN = 77;

  @TempDir Path directory;
  private Cluster cluster;
  private TestReplica replica;
  private StandInReplica standIn;
  private Greeter peer;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory, 2);
    replica = cluster.replica(0);
    standIn = new StandInReplica(cluster.address(1), cluster.names());
    replica.start();
    peer = standIn.calls(replica.address());
    assertEquals(kv.ADMITTED, peer.greet());
  }

  @AfterEach
  void stop() throws Exception {
    peer.close();
    standIn.close();
    cluster.close();
  }

  @Test
  void shouldAnswerToADeleteWhetherThereWasAValue() throws Exception {
    assertEquals(kv.DEL_KEY_NOT_FOUND, peer.rdel("k", 1), "nothing");
    assertEquals(kv.DEL_KEY_NOT_FOUND, peer.rdel("k", 2), "a tombstone");
    assertEquals(kv.PUT_OK, peer.rput("k", "v", 3));
    assertEquals(kv.DEL_OK, peer.rdel("k", 4), "a value");
    assertEquals(kv.DEL_KEY_NOT_FOUND, peer.rdel("k", 4), "the same again");
  }

  @Test
  void shouldAnswerToADeleteThatIsTooOldWhetherThereIsAValue() throws Exception {
    assertEquals(kv.PUT_OK, peer.rput("k", "v", 3));
    assertEquals(kv.DEL_OK, peer.rdel("k", 2), "it is there, and stays");
    assertEquals("v", peer.rget("k").value.value);
    assertEquals(kv.DEL_OK, peer.rdel("k", 5));
    assertEquals(kv.DEL_KEY_NOT_FOUND, peer.rdel("k", 4), "a newer tombstone");
  }

  @Test
  void shouldTakeForSettledWhatIsNotAboveTheWatermark() throws Exception {
    peer.rput("a", "v", 3);
    peer.rput("b", "v", 4);
    peer.rput("c", "v", 5);
    peer.rsettled(4);

    assertTrue(peer.rget("a").settled);
    assertTrue(peer.rget("b").settled, "up to the watermark, and with it");
    assertFalse(peer.rget("c").settled);
    assertEquals(1, unsettled());
  }

  /** A faulty peer may use a stamp twice. One of the two was forgotten, and stayed unsettled. */
  @Test
  void shouldSettleEachOfTheKeysThatCameUnderOneStamp() throws Exception {
    peer.rput("last", "v", 5);
    peer.rput("a", "v", 4);
    peer.rput("b", "v", 4);
    assertEquals(3, unsettled());

    peer.rsettled(4);

    assertTrue(peer.rget("a").settled);
    assertTrue(peer.rget("b").settled);
    assertEquals(1, unsettled());
    peer.rsettled(5);
    assertTrue(peer.rget("last").settled);
    assertEquals(0, unsettled());
  }

  @Test
  void shouldLeaveSettlingToTheNewestOfAKey() throws Exception {
    peer.rput("k", "v", 3);
    assertTrue(load("k", "newer", new Stamp(4, ANOTHER_ORIGIN), false));
    assertEquals(1, unsettled(), "whoever completes the newer one does it for both");
    peer.rsettled(3);
    assertFalse(peer.rget("k").settled);
  }

  @Test
  void shouldNotTakeANewerEntryForSettledBecauseAScannedOneIs() throws Exception {
    peer.rput("k", "newer", 5);
    assertTrue(load("k", "older", new Stamp(4, ANOTHER_ORIGIN), true));

    assertEquals(new Entry("k", "newer", new Stamp(5, standIn.names().start), false), find("k"));
    assertEquals(1, unsettled());
  }

  @Test
  void shouldTakeForSettledWhatTheScanSaysIsSo() throws Exception {
    Stamp stamp = new Stamp(5, standIn.names().start);
    peer.rput("came before the scan", "v", 5);
    assertTrue(load("came before the scan", "v", stamp, true));
    assertTrue(load("came with the scan", "v", new Stamp(6, ANOTHER_ORIGIN), true));

    assertTrue(find("came before the scan").settled());
    assertTrue(find("came with the scan").settled());
    assertEquals(0, unsettled());
  }

  private boolean load(String key, String value, Stamp stamp, boolean settled) {
    Scanned scanned = Messages.scanned(new Entry(key, value, stamp, settled));
    return replica.look(life -> life.applier().load(scanned, true));
  }

  private Entry find(String key) {
    return replica.look(life -> life.store().find(key));
  }

  private int unsettled() {
    return replica.look(life -> life.settling().unsettled());
  }
}
