package org.rkv.oncrpc;

import java.io.IOException;
import java.util.List;
import org.acplt.oncrpc.OncRpcException;
import org.acplt.oncrpc.XdrAble;

/** A call to a group of servers that waits for a reply on each {@link Link} it was sent to. */
final class PendingCall implements Link.SentCall {
  private final Shape shape;
  private final XdrAble result;
  private final List<Link> called;
  private final ReplyCollector replies;
  private long sentNanos;

  PendingCall(Shape shape, XdrAble result, List<Link> called, ReplyCollector replies) {
    this.shape = shape;
    this.result = result;
    this.called = called;
    this.replies = replies;
  }

  @Override
  public Shape results() {
    return shape;
  }

  @Override
  public void sent(long nowNanos) {
    sentNanos = nowNanos;
  }

  @Override
  public long sentNanos() {
    return sentNanos;
  }

  @Override
  public void answered(Link by, XdrInput results) {
    try {
      result.xdrDecode(results);
    } catch (OncRpcException | IOException e) {
      failed(by, OutstandingCalls.NOT_DECODED);
      return;
    }
    replies.answered(called.indexOf(by), result);
  }

  @Override
  public void failed(Link by, String reason) {
    replies.failed(called.indexOf(by), reason);
  }
}
