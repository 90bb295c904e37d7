package org.rkv.replica.core;

import java.util.function.Consumer;
import org.acplt.oncrpc.XdrAble;
import org.rkv.oncrpc.ServerCall;
import org.rkv.replica.observe.Cause;
import org.rkv.replica.observe.Failure;
import org.rkv.replica.peer.Peer;

/**
 * The answer to a call, which is known, and waits for our disk: no longer than an operation may
 * take, since whoever called has given up by then. So what waits for a disk that hangs stays as
 * little as what comes in that time. Belongs to the replica's thread.
 */
final class SafeAnswer implements Operations.UnderWay {
  private final ServerCall call;
  private final XdrAble answer;
  private final XdrAble late;
  private final Consumer<Failure> failed;
  private final Operations operations;
  private final long deadlineNanos;
  private Runnable stopWaiting = () -> {};
  private boolean over;

  /**
   * Waits for nothing before {@link #await}.
   *
   * @param call deferred by the caller
   * @param late what it is answered with if there is no success; null for a system error
   * @param failed hears why that is answered, if it is
   */
  SafeAnswer(
      ServerCall call,
      XdrAble answer,
      XdrAble late,
      Consumer<Failure> failed,
      Operations operations) {
    this.call = call;
    this.answer = answer;
    this.late = late;
    this.failed = failed;
    this.operations = operations;
    deadlineNanos = operations.deadlineNanos();
  }

  /** Answers when all is safe that was kept up to there. */
  void await(long position) {
    operations.began(this);
    stopWaiting = operations.durability().whenSafe(position, this::isSafe);
  }

  private void isSafe() {
    if (end()) {
      call.answer(answer);
    }
  }

  @Override
  public void lost(Peer peer, String reason) {
    // Who has called may still hear it: it is true whoever is there.
  }

  @Override
  public void fail(Cause cause, String reason) {
    if (!end()) {
      return;
    }
    failed.accept(Failure.ofOurs(cause, reason));
    if (late == null) {
      call.failSystemError();
    } else {
      call.answer(late);
    }
  }

  @Override
  public boolean isOverdue() {
    return operations.isPast(deadlineNanos);
  }

  private boolean end() {
    if (over) {
      return false;
    }
    over = true;
    stopWaiting.run();
    operations.ended(this);
    return true;
  }
}
