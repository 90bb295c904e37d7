package org.rkv.wire;

import java.io.IOException;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;

/** A call that waits for its answer on a {@link Link}. */
final class PendingCall {
  final int xid;
  final long dueNanos;
  final XdrAble result;
  final Answers answers;
  final int index;
  private final Shape shape;

  PendingCall(int xid, long dueNanos, Shape shape, XdrAble result, Answers answers, int index) {
    this.xid = xid;
    this.dueNanos = dueNanos;
    this.shape = shape;
    this.result = result;
    this.answers = answers;
    this.index = index;
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
