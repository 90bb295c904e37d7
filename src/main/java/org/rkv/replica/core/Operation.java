package org.rkv.replica.core;

import java.util.List;
import org.acplt.oncrpc.XdrAble;
import org.rkv.oncrpc.ReplyCollector;
import org.rkv.replica.peer.Peer;

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
      fail(peer, reason);
    }
  }

  /** Ends the operation without success, on account of this peer. */
  private void fail(Peer peer, String reason) {
    if (end()) {
      failed(peer.name(), reason);
    }
  }

  @Override
  public final void fail(String reason) {
    if (end()) {
      failed(members.isEmpty() ? "" : members.get(0).name(), reason);
    }
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
      fail("this replica has gone on otherwise");
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
      fail("this replica has gone on otherwise");
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
  abstract void failed(String peer, String reason);

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
        Operation.this.fail("one that was taken out may not know it yet");
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
      String refusal = operations.members().whyRefused(from, result);
      if (refusal != null) {
        fail(from, refusal);
      } else if (!agrees(index, result) || epochs == Members.NO_EPOCHS) {
        fail(from, "it does not agree, or another one is away");
      } else if (--awaited == 0) {
        // The clock is read after the answer was: a replica that was paused finds late answers
        // waiting. If the last one is in time, all are.
        if (operations.isPast(deadlineNanos)) {
          fail(from, "its answer came too late");
        } else {
          complete();
        }
      }
    }

    @Override
    public final void failed(int index, String reason) {
      fail(asked.get(index), reason);
    }
  }
}
