package org.rkv.replica.core;

import java.util.ArrayList;
import java.util.List;
import org.rkv.net.Timers;
import org.rkv.replica.epoch.Past;
import org.rkv.replica.peer.LocalReplica;
import org.rkv.replica.peer.Peers;
import org.rkv.store.Store;

/**
 * The end of a start of all together, nobody serving, when everything of everybody else has been
 * taken over: what is kept here counts as well, if it is ours that all go on from, and all go on
 * from what all have gone through. Belongs to the replica's thread.
 */
final class JointStart {
  private final LocalReplica self;
  private final Store store;
  private final Peers peers;
  private final Applier applier;
  private final Timers timers;

  /** Of what is kept here; null unless it is under way. */
  private Adoption adoption;

  private boolean isMerged;

  JointStart(LocalReplica self, Store store, Peers peers, Applier applier, Timers timers) {
    this.self = self;
    this.store = store;
    this.peers = peers;
    this.applier = applier;
    this.timers = timers;
  }

  /**
   * Begins.
   *
   * @param former what is kept here, or null
   * @param isGiver whether it is to be served
   * @param then runs when all has been joined, which may be at once
   */
  void begin(FormerCopy former, boolean isGiver, Runnable then) {
    List<Past> pasts = new ArrayList<>();
    peers.all().forEach(peer -> pasts.add(peer.past()));
    if (former == null) {
      join(pasts, then);
      return;
    }
    pasts.add(former.past());
    applier.loadAgreedClock(former.store().agreedClock());
    if (!isGiver) {
      join(pasts, then);
      return;
    }
    self.setWaitingFor("what is kept here");
    adoption =
        new Adoption(
            store,
            former.store(),
            entry -> applier.move(entry, false),
            applier::isHeld,
            timers,
            () -> {
              adoption = null;
              isMerged = true;
              join(pasts, then);
            });
    adoption.begin();
  }

  private void join(List<Past> pasts, Runnable then) {
    self.history().startTogether(pasts);
    then.run();
  }

  /** Whether it has begun, and has not ended. */
  boolean isUnderWay() {
    return adoption != null;
  }

  /** Whether what is kept here has become a part of the store, where a scan may miss it. */
  boolean isMerged() {
    return isMerged;
  }

  /** This incarnation is over. */
  void cancel() {
    if (adoption != null) {
      adoption.cancel();
    }
  }
}
