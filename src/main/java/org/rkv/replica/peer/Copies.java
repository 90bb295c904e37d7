package org.rkv.replica.peer;

import java.util.Collection;
import java.util.List;
import org.rkv.rpc.kv;

/**
 * Sees to it that of all who have a copy of one data directory one at most is admitted: they have
 * one incarnation, so their epochs do not tell who lacks what the others have answered. At one name
 * it is who opened it last. At two, nobody can tell whose copy it is, and neither is admitted while
 * both are there. Belongs to the replica's thread.
 */
final class Copies {
  private static final String ANOTHER_HAS_IT = "another one has a copy of its data directory";

  private final LocalReplica self;
  private final Peers peers;

  /** Among these peers and ourselves. */
  Copies(LocalReplica self, Peers peers) {
    this.self = self;
    this.peers = peers;
  }

  /**
   * Judges a peer that has proved who it is.
   *
   * @param otherwise what is thought of it otherwise
   */
  Verdict judge(Peer peer, Verdict otherwise) {
    if (otherwise.code() == kv.ADMIT_OTHER_CLUSTER) {
      return otherwise;
    }
    if (peer.opening().isOfSameDirectoryAs(self.opening())) {
      return twoOfOneDirectory(otherwise, peer.name() + " and ours");
    }
    Peer other = peers.withACopyOf(peer);
    if (other != null) {
      other.takeBackAdmission(ANOTHER_HAS_IT);
      return twoOfOneDirectory(otherwise, peer.name() + " and of replica " + other.name());
    }
    return self.openings().hasLaterThan(peer.opening())
        ? otherwise.refusedAs(
            kv.ADMIT_LATER_OPENING, "another process has gone on with its data directory")
        : otherwise;
  }

  /**
   * What all that are admitted answer counts as soon as one of us serves. As long as nobody does
   * nothing is written with any of them in this opening that another copy of its directory could
   * lack: an operator may choose freely.
   *
   * @param peer that has just told its state, and is, or will be, admitted
   */
  void rememberIfOneServes(Peer peer) {
    boolean oneServes = peer.told().state() == kv.REPLICA_SERVING || peers.someoneServes();
    if (self.isServing() || oneServes) {
      peers.remember(List.of(peer.opening()));
      peers.rememberOpenings();
    }
  }

  /** Whether this was judged here. */
  static boolean isJudged(Verdict verdict) {
    return verdict.code() == kv.ADMIT_LATER_OPENING
        || verdict.code() == kv.ADMIT_TWO_OF_ONE_DIRECTORY;
  }

  private static Verdict twoOfOneDirectory(Verdict otherwise, String whose) {
    return otherwise.refusedAs(
        kv.ADMIT_TWO_OF_ONE_DIRECTORY,
        "the data directories of replica "
            + whose
            + " are copies of one: move the copy away, not the original, and start its replica"
            + " again");
  }

  /**
   * It is admitted, and has told which openings have counted there: others may have been met there
   * before we began.
   */
  void admitted(Peer peer, Collection<Opening> told) {
    peers.remember(told.stream().filter(each -> each.incarnation() != self.incarnation()).toList());
    rememberIfOneServes(peer);
    for (Peer other : peers.all()) {
      if (self.openings().hasLaterThan(other.opening())) {
        other.takeBackAdmission(ANOTHER_HAS_IT);
      }
    }
  }
}
