package org.rkv.oncrpc;

import java.io.IOException;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;

/** A call that waits for its answers, one on each {@link Link} that it was sent to. */
final class PendingCall {
  final int xid;
  private final Shape shape;
  private final XdrAble result;
  private final List<Link> called;
  private final ReplyCollector answers;
  private long sentNanos;

  PendingCall(int xid, Shape shape, XdrAble result, List<Link> called, ReplyCollector answers) {
    this.xid = xid;
    this.shape = shape;
    this.result = result;
    this.called = called;
    this.answers = answers;
  }

  /** Queued on a link; on all of them in the same round. */
  void sent(long nowNanos) {
    sentNanos = nowNanos;
  }

  long sentNanos() {
    return sentNanos;
  }

  /** A server has answered; its results have been decoded. */
  void answered(Link by) {
    answers.answered(called.indexOf(by), result);
  }

  /** A server has not answered. */
  void failed(Link by, String reason) {
    answers.failed(called.indexOf(by), reason);
  }

  /** Decodes the results; false if they are not what the procedure returns. */
  boolean decode(XdrInput in) {
    if (!shape.fits(in)) {
      return false;
    }
    try {
      result.xdrDecode(in);
      return true;
    } catch (OncRpcException | IOException e) {
      return false;
    }
  }
}
