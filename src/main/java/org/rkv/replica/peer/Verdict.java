package org.rkv.replica.peer;

import java.util.List;
import org.rkv.replica.epoch.Past;
import org.rkv.replica.observe.Cause;
import org.rkv.rpc.Contents;
import org.rkv.rpc.Particulars;
import org.rkv.rpc.kv;

/**
 * What one replica thinks of another's particulars. Both sides judge by the same rules, each with
 * its own list, and admit each other only if both are content. Immutable.
 *
 * @param code what RADMIT answers; of two that serve, only {@link Relation#EQUAL equal} pasts are
 *     admitted
 * @param reason why not, for people, as the one that judges says it of the other
 * @param lists how the replica files compare
 * @param leavesUsOut whether we are surely not in the other's list, or were not when it and others
 *     went on: an entry of it that it has never met may be ours, but not for what it has gone
 *     through without us
 * @param relation of our past to the other's, if both serve; else equal
 */
record Verdict(
    int code, String reason, ListComparison lists, boolean leavesUsOut, Past.Relation relation) {
  /** Another replica has said itself that it has taken us out. */
  static Verdict takenOut(ListComparison lists) {
    return new Verdict(
        kv.ADMIT_OTHER_LIST, "it has taken us out", lists, true, Past.Relation.EQUAL);
  }

  /** Judges what another replica has told, and proved if there is a secret. */
  static Verdict of(LocalReplica self, List<Listing> list, Particulars theirs) {
    ListComparison lists = new ListComparison(list, PeerMessages.list(theirs.list));
    Past.Relation relation = relation(self, theirs);
    if (self.cluster().differsFrom(theirs.cluster)) {
      return ofAnotherCluster(self, lists);
    }
    if (theirs.capacity != self.limits().capacity()
        || theirs.max_length != self.limits().maxLength()) {
      return refused(kv.ADMIT_OTHER_LIMITS, "its capacity or maximal length is not ours", lists);
    }
    if (theirs.standing == kv.STANDING_DAMAGED) {
      return refused(kv.ADMIT_DAMAGED, "its data directory is damaged: see its STATUS", lists);
    }
    if (self.standing() == kv.STANDING_DAMAGED) {
      return refused(kv.ADMIT_DAMAGED, "our data directory is damaged", lists);
    }
    boolean isForeign = self.past().isOfAnotherClusterThan(PeerMessages.past(theirs));
    if (relation == Past.Relation.APART && isForeign) {
      return refused(kv.ADMIT_OTHER_CLUSTER, "it belongs to another cluster", lists);
    }
    if (!lists.agrees()) {
      return new Verdict(
          kv.ADMIT_OTHER_LIST,
          "its replica file is not ours: " + lists.difference(),
          lists,
          relation == Past.Relation.BEHIND
              || lists.surelyLacks(ListComparison.OURSELVES)
                  && mayLeaveUsOut(self, theirs, isForeign),
          Past.Relation.EQUAL);
    }
    return switch (relation) {
      case EQUAL -> new Verdict(kv.ADMITTED, "", lists, false, relation);
      case BEHIND ->
          new Verdict(kv.ADMIT_OTHER_EPOCHS, "we have to catch up with it", lists, false, relation);
      case AHEAD ->
          new Verdict(kv.ADMIT_OTHER_EPOCHS, "it has to catch up with us", lists, false, relation);
      case APART ->
          new Verdict(
              kv.ADMIT_TWO_HISTORIES,
              "two histories: each of us holds what the other lacks (digests "
                  + shown(self.contents())
                  + " here, "
                  + shown(theirs.contents)
                  + " there); restart the side that is to be given up, one replica after another"
                  + (areInMemory(self, theirs) ? "" : ", with its data directories moved away"),
              lists,
              false,
              relation);
    };
  }

  /** The same replica has told this, but there is something against itself. */
  Verdict refusedAs(int otherCode, String otherReason) {
    return new Verdict(otherCode, otherReason, lists, false, Past.Relation.EQUAL);
  }

  /** Of one whose cluster has another name: whom it lists does not matter to us. */
  static Verdict ofAnotherCluster(LocalReplica self, ListComparison lists) {
    return new Verdict(
        kv.ADMIT_OTHER_CLUSTER,
        "it belongs to another cluster than ours, " + self.cluster().text(),
        lists,
        false,
        Past.Relation.EQUAL);
  }

  /**
   * Only one of our own cluster that serves can have taken us out: not one that starts with an old
   * file, nor somebody who happens to be at the address.
   */
  private static boolean mayLeaveUsOut(LocalReplica self, Particulars theirs, boolean isForeign) {
    return theirs.state == kv.REPLICA_SERVING && (self.past().epochs().isEmpty() || !isForeign);
  }

  private static Verdict refused(int code, String reason, ListComparison lists) {
    return new Verdict(code, reason, lists, false, Past.Relation.EQUAL);
  }

  /**
   * Who does not serve is no obstacle, unless it keeps all that we have, and more: then others went
   * on without us, and may have acknowledged what we lack, though none of them serves any more.
   */
  private static Past.Relation relation(LocalReplica self, Particulars theirs) {
    if (!self.isServing()) {
      return Past.Relation.EQUAL;
    }
    Past.Relation relation = self.past().to(PeerMessages.past(theirs));
    if (theirs.state != kv.REPLICA_SERVING) {
      return relation == Past.Relation.BEHIND ? relation : Past.Relation.EQUAL;
    }
    boolean same = relation == Past.Relation.APART && holdTheSame(self.contents(), theirs.contents);
    return same ? Past.Relation.EQUAL : relation;
  }

  private static boolean holdTheSame(Contents ours, Contents theirs) {
    return ours.unsettled == 0
        && theirs.unsettled == 0
        && Secret.same(ours.entries_digest.value, theirs.entries_digest.value)
        && ours.entries == theirs.entries;
  }

  /** Else a restart alone gives nothing up. */
  private static boolean areInMemory(LocalReplica self, Particulars theirs) {
    return self.standing() == kv.STANDING_IN_MEMORY && theirs.standing == kv.STANDING_IN_MEMORY;
  }

  private static String shown(Contents contents) {
    StringBuilder shown = new StringBuilder();
    byte[] digest = contents.entries_digest.value;
    for (int i = 0; i < Math.min(4, digest.length); i++) {
      shown.append(String.format("%02x", digest[i]));
    }
    return shown + " of " + contents.entries + " entries";
  }

  boolean isAdmitted() {
    return code == kv.ADMITTED;
  }

  /** Why a client's call fails that needs the other one. */
  Cause cause() {
    return switch (code) {
      case kv.ADMIT_OTHER_LIST -> Cause.OTHER_LIST;
      case kv.ADMIT_OTHER_LIMITS -> Cause.OTHER_LIMITS;
      case kv.ADMIT_OTHER_SECRET -> Cause.OTHER_SECRET;
      case kv.ADMIT_OTHER_CLUSTER -> Cause.OTHER_CLUSTER;
      case kv.ADMIT_OTHER_EPOCHS, kv.ADMIT_TWO_HISTORIES -> Cause.OTHER_HISTORY;
      default -> Cause.NOT_ADMITTED;
    };
  }
}
