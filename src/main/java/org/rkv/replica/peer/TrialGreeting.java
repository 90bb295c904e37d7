package org.rkv.replica.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.rpc.Admission;
import org.rkv.rpc.Bytes;
import org.rkv.rpc.Hello;
import org.rkv.rpc.Names;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.kv;
import org.rkv.rpc.kvClient;
import org.rkv.store.Limits;

/**
 * Greets a replica that runs, to hear whether it would admit one with other settings. The caller
 * has a name that no replica has and is met by nobody, so nothing comes of it: it is told all and
 * admitted to nothing. Used by one thread, which waits for the answers.
 */
public final class TrialGreeting {
  /** No entry of a replica file is like this, with a port. */
  private static final String NAME = "check";

  private final LocalReplica self;

  /**
   * For one connection.
   *
   * @param random what no other replica has drawn
   */
  public TrialGreeting(Limits limits, Secret secret, String cluster, long random) {
    List<InetAddress> nowhere = List.of();
    self =
        new LocalReplica(
            NAME,
            NAME,
            nowhere,
            0,
            random,
            new EpochHistory(random),
            limits,
            LocalReplica.MIN_BYTES,
            secret,
            ClusterName.given(cluster),
            Openings.inMemory(),
            null);
    self.setContents(() -> PeerMessages.nothing().contents);
  }

  /**
   * Calls RHELLO and RADMIT.
   *
   * @return why it would not admit such a replica; null if nothing is known against it
   * @throws IOException if it does not answer
   */
  public String refusal(kvClient replica) throws IOException, OncRpcException {
    Names caller = PeerMessages.names(self, "", Secret.nonce());
    Hello hello = new Hello();
    hello.protocol = kv.PEER_PROTOCOL;
    hello.names = caller;
    Hello answer = replica.RHELLO_1(hello);
    if (answer.protocol != kv.PEER_PROTOCOL) {
      return "it is of another release, which greets in another way";
    }
    Particulars ours = PeerMessages.particulars(self, List.of(self.listing()));
    Proofs proofs = new Proofs(self.secret(), caller, answer.names);
    ours.proof = new Bytes(proofs.ofCaller(ours));
    Admission admission = replica.RADMIT_1(ours);
    byte[] expected = proofs.ofCallee(admission.code, admission.callee, ours);
    if (admission.code == kv.ADMIT_OTHER_SECRET
        || !Secret.same(admission.callee.proof.value, expected)) {
      return "it has no secret, or another one, or we have none";
    }
    Verdict verdict = Verdict.of(self, List.of(self.listing()), admission.callee);
    return switch (verdict.code()) {
      case kv.ADMIT_OTHER_LIMITS, kv.ADMIT_OTHER_CLUSTER -> verdict.reason();
      default -> null; // the lists differ, since this one names nobody
    };
  }
}
