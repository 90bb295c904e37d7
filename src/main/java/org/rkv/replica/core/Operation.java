package org.rkv.replica.core;

import java.util.List;
import org.acplt.oncrpc.XdrAble;
import org.rkv.oncrpc.GroupClient;
import org.rkv.oncrpc.ReplyCollector;
import org.rkv.replica.observe.Cause;
import org.rkv.replica.observe.Failure;
import org.rkv.replica.peer.Peer;
import org.rkv.rpc.kv;

/**
 * Something that is true only when every member has answered. It fails as soon as one of them
 * cannot be asked, does not agree, or is lost: an answer counts only from the incarnation of the
 * peer that is still there, since what a dead one held is gone. It fails as well when its time is
 * over, so that a replica which starts anew need wait only that long for the operations that its
 * former incarnation answered.
 *
 * <p>Belongs to the replica's thread.
 */
abstract class Operation implements Operations.UnderWay {
  private final Operations operations;
  private final PeerCalls calls;
  private final List<Peer> members;
  private final long epochs;
  private final long deadlineNanos;
  private boolean waitsForDisk;
  private Runnable stopWaiting = () -> {};
  private boolean over;

  /** Begins: from now on the loss of a peer ends it. */
  Operation(Operations operations, PeerCalls calls) {
    this.operations = operations;
    this.calls = calls;
    members = operations.members().others();
    epochs = operations.members().begin();
    deadlineNanos = operations.deadlineNanos();
    operations.began(this);
  }

  /** How the members are asked. */
  final PeerCalls calls() {
    return calls;
  }

  /** All others that have to answer, as of the beginning. */
  final List<Peer> members() {
    return members;
  }

  /** The hash of the epochs that it belongs to, which each call of it tells. */
  final long epochs() {
    return epochs;
  }

  @Override
  public final void lost(Peer peer, String reason) {
    if (members.contains(peer)) {
      fail(peer, peer.cause(), reason);
    }
  }

  /** Ends the operation without success, on account of this peer. */
  private void fail(Peer peer, Cause cause, String reason) {
    fail(new Failure(cause, peer.name(), reason));
  }

  @Override
  public final void fail(Cause cause, String reason) {
    fail(Failure.ofOurs(cause, reason));
  }

  /** Ends the operation without success, since the disk takes no entry now. */
  final void failForWantOfRoom() {
    fail(operations.durability().whyNoRoom());
  }

  private void fail(Failure why) {
    if (end()) {
      failed(why);
    }
  }

  /** As the C server would say it, which knows no failure but that of a peer. */
  final String whoIsNamed(Failure why) {
    return why.peer().isEmpty() && !members.isEmpty() ? members.get(0).name() : why.peer();
  }

  /**
   * Somebody cannot be asked now, so that no answer of the others counts: ends the operation on
   * account of that one.
   */
  private void failForWhoIsAway() {
    for (Peer peer : members) {
      if (!peer.isAdmitted()) {
        fail(peer, peer.cause(), peer.trouble());
        return;
      }
    }
    fail(Failure.ofADeparture());
  }

  @Override
  public final boolean isOverdue() {
    return waitsForDisk && operations.isPast(deadlineNanos);
  }

  /**
   * All others have answered: takes the epoch that it drew, if it drew one, and runs that when what
   * we hold for a key is safe here, too.
   */
  final void whenSafe(String key, Runnable then) {
    if (over) {
      return;
    }
    if (!operations.members().complete(epochs)) {
      fail(Cause.BEGUN_ANEW, "this replica has gone on otherwise");
      return;
    }
    waitsForDisk = true;
    Durability durability = operations.durability();
    stopWaiting = durability.whenSafe(durability.positionOf(key), then);
  }

  /** Whether the disk takes an entry now. */
  final boolean hasRoom() {
    return operations.durability().hasRoom();
  }

  /**
   * Ends the operation with success, before anything becomes settled by it; false if it has ended
   * before, or ends without success now.
   */
  final boolean succeed() {
    if (!over && !operations.members().complete(epochs)) {
      fail(Cause.BEGUN_ANEW, "this replica has gone on otherwise");
    }
    return end();
  }

  /** Ends the operation; false if it has ended before. */
  private boolean end() {
    if (over) {
      return false;
    }
    over = true;
    stopWaiting.run();
    operations.ended(this);
    return true;
  }

  /** Hears once why there is no success, and on account of whom. */
  abstract void failed(Failure why);

  /** One call to some of the members, complete when all of them have agreed. */
  abstract class Round implements ReplyCollector {
    private final List<Peer> asked;
    private int awaited;

    Round(List<Peer> asked) {
      this.asked = asked;
      awaited = asked.size();
    }

    /** The calls have been made. Where nobody was asked, there is nothing to wait for. */
    final void begun() {
      if (asked.isEmpty() && epochs == Members.NO_EPOCHS) {
        failForWhoIsAway();
      } else if (asked.isEmpty()) {
        complete();
      }
    }

    /** Looks at one answer; false makes the operation fail. */
    abstract boolean agrees(int index, XdrAble result);

    /** All have answered, and all agree. */
    abstract void complete();

    @Override
    public final void answered(int index, XdrAble result) {
      if (over) {
        return;
      }
      Peer from = asked.get(index);
      Failure refusal = operations.members().whyRefused(from, result);
      if (refusal != null) {
        Operation.this.fail(refusal);
      } else if (!agrees(index, result)) {
        refused(from, Codes.of(result));
      } else if (epochs == Members.NO_EPOCHS) {
        failForWhoIsAway();
      } else if (--awaited == 0) {
        // The clock is read after the answer was: a replica that was paused finds late answers
        // waiting. If the last one is in time, all are.
        if (operations.isPast(deadlineNanos)) {
          fail(from, Cause.LATE, "its answer came when the time was over");
        } else {
          complete();
        }
      }
    }

    @Override
    public final void failed(int index, String reason) {
      Peer peer = asked.get(index);
      if (!peer.isAdmitted()) {
        fail(peer, peer.cause(), reason.equals(GroupClient.NOT_SENT) ? peer.trouble() : reason);
      } else {
        fail(peer, reason.equals(GroupClient.NOT_SENT) ? Cause.BUSY : Cause.REFUSED, reason);
      }
    }

    private void refused(Peer peer, int code) {
      if (code == kv.PUT_KVSTORE_OUT_OF_CAPACITY) {
        fail(peer, Cause.FULL, "it has no room for the entry");
      } else if (peer.told().isFull()) {
        Operation.this.fail(Failure.ofAFullDisk(peer.name()));
      } else {
        fail(peer, Cause.REFUSED, "it answers with code " + code);
      }
    }
  }
}
