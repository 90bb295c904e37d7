package org.rkv.replica.peer;

import java.util.List;
import org.rkv.rpc.kv;

/**
 * Which peer does not agree with us, as we judged what each last told. Belongs to the replica's
 * thread.
 */
public final class Disagreements {
  private final LocalReplica self;
  private final Peers peers;

  /** Of these peers with us, at each moment. */
  public Disagreements(LocalReplica self, Peers peers) {
    this.self = self;
    this.peers = peers;
  }

  /**
   * Whether we have been taken out: one says so, and none of those that it lists is admitted, but
   * those that say so too: they settle writes without us as soon as we have answered them, whenever
   * we notice that their links have ended.
   *
   * @return who say so; empty if we are in
   */
  public List<Peer> whoLeaveUsOut() {
    return peers.all().stream()
        .filter(peer -> leavesUsOut(peer) && !isOneAdmittedOf(peer.told().verdict().lists()))
        .toList();
  }

  private static boolean leavesUsOut(Peer peer) {
    Verdict verdict = peer.told().verdict();
    return verdict != null && verdict.leavesUsOut();
  }

  private boolean isOneAdmittedOf(ListComparison asToldOnce) {
    ListComparison lists = asToldOnce.again(peers.list());
    for (int i = 0; i < peers.all().size(); i++) {
      Peer peer = peers.all().get(i);
      if (peer.isAdmitted()
          && peer.isServing()
          && !leavesUsOut(peer)
          && lists.indexOfPartner(i + 1) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether we admit each other, and it has said nothing since that contradicts it. */
  public static boolean agreesWithUs(Peer peer) {
    return peer.isAdmitted() && peer.told().verdict().isAdmitted();
  }

  /** It says that its data directory is damaged: it serves nothing until an operator has acted. */
  public static boolean isDamaged(Peer peer) {
    return isJudged(peer, kv.ADMIT_DAMAGED);
  }

  /** The peer with whom we have two histories, for people; null if there is none. */
  public String whoHasAnotherHistory() {
    for (Peer peer : peers.all()) {
      if (isJudged(peer, kv.ADMIT_TWO_HISTORIES)) {
        return shown(peer);
      }
    }
    return null;
  }

  /**
   * Why we may hold what is old: another replica has a copy of our data directory. A peer that is
   * away may have it still.
   *
   * @return for people; null if that is not so
   */
  public String whoHasACopyOfOurs() {
    for (Peer peer : peers.all()) {
      if (isJudged(peer, kv.ADMIT_TWO_OF_ONE_DIRECTORY)
          && peer.opening().isOfSameDirectoryAs(self.opening())) {
        return peer.told().verdict().reason();
      }
    }
    for (Peer peer : peers.all()) {
      if (peer.told().knowsACopy()) {
        return "replica " + peer.name() + " reaches another that has a copy of our data directory";
      }
    }
    return null;
  }

  /** Which two that we reach have copies of one data directory; null if none have. */
  public String whoHaveCopies() {
    for (Peer peer : peers.all()) {
      if (peer.isReached() && isJudged(peer, kv.ADMIT_TWO_OF_ONE_DIRECTORY)) {
        return peer.told().verdict().reason();
      }
    }
    return whoHasACopyOfOurs();
  }

  /** A peer that we reach and whose list is another, and how, for people; null if there is none. */
  public String whoHasAnotherList() {
    for (Peer peer : peers.all()) {
      if (peer.isReached() && isJudged(peer, kv.ADMIT_OTHER_LIST)) {
        return shown(peer);
      }
    }
    return null;
  }

  private static boolean isJudged(Peer peer, int code) {
    Verdict verdict = peer.told().verdict();
    return verdict != null && verdict.code() == code;
  }

  private static String shown(Peer peer) {
    return peer.name() + ": " + peer.told().verdict().reason();
  }
}
