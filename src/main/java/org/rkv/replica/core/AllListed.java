package org.rkv.replica.core;

import java.util.List;
import org.acplt.oncrpc.XdrAble;
import org.rkv.replica.epoch.EpochHistory;
import org.rkv.replica.epoch.Epochs;
import org.rkv.replica.observe.Cause;
import org.rkv.replica.observe.Failure;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Peer;
import org.rkv.replica.peer.Peers;
import org.rkv.rpc.kv;

/**
 * All of the replica file, as the C system has it: "if among five operations one fails, the entire
 * operation is announced as failure". By itself this never changes; an operator changes it. An
 * answer counts among those that have gone through the same epochs. Belongs to the replica's
 * thread.
 */
final class AllListed implements Members {
  private final LocalReplica self;
  private final Peers peers;

  AllListed(LocalReplica self, Peers peers) {
    this.self = self;
    this.peers = peers;
  }

  @Override
  public List<Peer> others() {
    return peers.all();
  }

  @Override
  public boolean areAllThere() {
    return peers.allAdmitted();
  }

  /** Draws an epoch if somebody is missing who may have had a part in what we hold. */
  @Override
  public long begin() {
    return peers.someoneDeparts() || !peers.allAdmitted()
        ? NO_EPOCHS
        : self.history().begin(peers.members());
  }

  /** Takes what it drew. */
  @Override
  public boolean complete(long hash) {
    return self.history().complete(hash);
  }

  @Override
  public int whyNotAnswer(long hash, Peer caller) {
    if (!self.isServing()) {
      peers.rememberOpenings(); // the caller serves, though its word of that may still be under way
    }
    if (hash == NO_EPOCHS) {
      return 0;
    }
    if (peers.someoneDeparts()) {
      return kv.PUT_FAILED;
    }
    if (self.isServing()) {
      EpochHistory history = self.history();
      boolean isOurs =
          history.isAnswered(hash, peers.members())
              || history.answer(hash, peers.members(), peers.allAdmitted());
      return isOurs ? 0 : whatToDoFirst(caller);
    }
    Epochs drawn =
        self.history().answerWhileCatchingUp(hash, peers.members(), caller.past().epochs());
    if (drawn == null) {
      return kv.GREET_ANEW;
    }
    caller.told().setEpochs(drawn);
    return 0;
  }

  /** Who is away from us may have restarted, and be known to the caller: nothing to compare. */
  private int whatToDoFirst(Peer caller) {
    boolean isAlike = caller.past().epochs().hash() == self.history().epochs().hash();
    return isAlike && !peers.allAdmitted() ? kv.PUT_FAILED : kv.GREET_ANEW;
  }

  @Override
  public Failure whyRefused(Peer by, XdrAble answer) {
    if (!Codes.isGreetAnew(answer)) {
      return null;
    }
    by.disconnect("its epochs are not ours: they are to be compared");
    return new Failure(Cause.OTHER_HISTORY, by.name(), "its epochs are not ours");
  }
}
