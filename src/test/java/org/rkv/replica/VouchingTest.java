package org.rkv.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rkv.rpc.kv;
import org.rkv.testing.Eventually;
import org.rkv.testing.TestClient;

/**
 * One of three that another one has taken out, and for which the third vouches. The test stands in
 * for both of them.
 */
class VouchingTest {
  @TempDir Path directory;
  private Cluster cluster;
  private TestReplica replica;
  private StandInReplica remover;
  private StandInReplica voucher;
  private Greeter fromRemover;
  private Greeter fromVoucher;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster(directory, 3);
    remover = standIn(1);
    voucher = standIn(2);
    replica = cluster.replica(0).start();
    fromRemover = remover.calls(replica.address());
    fromVoucher = voucher.calls(replica.address());
    assertEquals(kv.ADMITTED, fromRemover.greet());
    assertEquals(kv.ADMITTED, fromVoucher.greet());
    Eventually.until("it serves", replica::isServing, cluster::describe);
    voucher.says(self -> self.state = kv.REPLICA_SERVING);
    assertEquals(kv.ADMITTED, fromVoucher.pass(voucher.particulars()).code);
    assertEquals(kv.PUT_OK, fromRemover.rput("k", "v", 1));
    assertEquals(0, fromRemover.rsettled(1));
  }

  private StandInReplica standIn(int index) throws Exception {
    StandInReplica standIn = new StandInReplica(cluster.address(index), cluster.names());
    standIn.answers(kv.ADMITTED);
    return standIn;
  }

  @AfterEach
  void stop() {
    fromRemover.close();
    fromVoucher.close();
    remover.close();
    voucher.close();
    cluster.close();
  }

  /**
   * The third was switched off, and came again with the list of the second: the two went on, and
   * the first, whose link to it had not timed out, read what it held. Seed 63001 of the simulator.
   */
  @Test
  void shouldSayThatItAnswersClientsAsLongAsTheThirdVouchesForIt() throws Exception {
    try (TestClient client = replica.client()) {
      remover.answers(kv.ADMIT_NOT_YET);
      remover.lists(cluster.host(1), cluster.host(2));

      assertEquals(kv.TAKEN_OUT_ANSWERS_STILL, fromRemover.rtakenOut(remover.particulars().list));
      assertEquals("=v", client.get("k"));

      voucher.answers(kv.ADMIT_NOT_YET);
      voucher.hangUp();
      Eventually.until(
          "it has noticed", () -> !replica.reaches(cluster.replica(2)), cluster::describe);

      assertEquals(kv.TAKEN_OUT_STOPPED, fromRemover.rtakenOut(remover.particulars().list));
      assertEquals("1", client.get("k"));
      assertTrue(replica.isServing(), "others may take over what it holds");
    }
  }
}
